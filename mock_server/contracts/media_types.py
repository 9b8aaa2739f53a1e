"""Media types, as far as their names tell."""

from __future__ import annotations

FORM = "application/x-www-form-urlencoded"


def is_json(kind: str) -> bool:
    """Tell whether bodies of this media type, in lower case and without parameters, are JSON."""
    return kind in ("application/json", "*/*", "application/*") or kind.endswith("+json")
