"""The nearest of the names that are known, for what a user probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], likeness: float = 0.0) -> str:
    """Return the nearest of some names that is as like as that (0 to 1), empty when none is."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=likeness)), "")
