"""Codes that people know, by their length: countries of ISO 3166, and currencies of ISO 4217. Data."""

from __future__ import annotations

_CODES = {2: ("GB", "DE", "US"), 3: ("GBP", "EUR", "USD")}


def codes_like(text: str) -> tuple[str, ...]:
    """Return codes that may stand where a code of capital letters does; none for another text."""
    is_code = text.isascii() and text.isalpha() and text.isupper()
    return _CODES.get(len(text), ()) if is_code else ()
