"""Marks: the offset in a text at which a value begins, and those of what stands in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Branch:
    """The mark of a mapping (`members` is there) or of a sequence (`items` is)."""

    offset: int
    members: dict[str, Member] | None = None
    items: list[Mark] | None = None


Mark = int | Branch
Member = tuple[int, Mark]
"""The offset of a key, and the mark of what stands under it."""


def offset_of(mark: Mark) -> int:
    """Return where a value begins."""
    return mark.offset if isinstance(mark, Branch) else mark
