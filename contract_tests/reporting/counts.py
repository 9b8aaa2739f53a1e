"""Numbers of things in words: one of them is not many."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 request`, `2 requests`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
