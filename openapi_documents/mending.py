"""What somebody probably meant who wrote a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Final

_MOST_NAMES: Final = 2000
"""Names that are looked at; a sentence is not worth more time."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the question that mends a name, or "" when no known one is near."""
    lengths = range(len(name) * 2 // 3, len(name) * 3 // 2 + 2)
    names = (one for one in islice(known, _MOST_NAMES) if len(one) in lengths)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.75)
    return f"Did you mean {near[0]}?" if near and len(name) < 200 else ""
