"""The callers with whom rules are tried: two that differ in every attribute."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from spec_review.reading.engines import Partner

KNOWN: Final[tuple[Partner, Partner]] = (
    {"client_id": "partner-a", "currency": "GBP"},
    {"client_id": "partner-e", "currency": "EUR"},
)
"""The attributes that every caller has."""

_ATTRIBUTE: Final = re.compile(r"""\bpartner(?:\.|\[['"])([A-Za-z_]\w*)""")
_TEXT: Final = re.compile(r"""'([^'\\]*)'|"([^"\\]*)\"""")


def partners_of(expressions: Iterable[str]) -> tuple[Partner, Partner]:
    """Two callers who have every attribute that rules read; the first as a rule may want it."""
    first, second = dict(KNOWN[0]), dict(KNOWN[1])
    for expression in expressions:
        texts = [single or double for single, double in _TEXT.findall(expression)]
        for name in _ATTRIBUTE.findall(expression):
            first.setdefault(name, next((text for text in texts if text != name), "a"))
            second.setdefault(name, "another")
    return first, second
