"""Paths that take each other's requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from openapi_documents import Document
from spec_review.lint.rules.paths.templates import TEMPLATE, paths

MOST_MET: Final = 20
"""With how many earlier paths one is compared: each of a thousand that all meet would be told a thousand times."""

ANY: Final = "{}"
"""A segment that any text fits."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two paths of which a request may fit both; `above` stands first in the document."""

    above: str
    below: str
    is_wider_above: bool
    """The one above takes every request of the one below; else neither takes all of the other's."""


def overlaps(document: Document) -> Iterator[Overlap]:
    """Find paths that a request may fit together with an earlier one, but where the order is right."""
    above = Branch()
    for path in paths(document):
        here = segments(path)
        for earlier in islice(above.meeting(here), MOST_MET):
            theirs = segments(earlier)
            if theirs != here and not takes(here, theirs):
                yield Overlap(earlier, path, takes(theirs, here))
        above.add(path)


@dataclass
class Branch:
    """The paths that share their first segments: a tree, so that a thousand are quickly compared."""

    below: dict[str, Branch] = field(default_factory=dict)
    path: str = ""

    def add(self, path: str) -> None:
        """Put a path into the tree."""
        here = self
        for segment in segments(path):
            here = here.below.setdefault(segment, Branch())
        here.path = path

    def meeting(self, here: Sequence[str]) -> Iterator[str]:
        """Yield the paths that take some request of the path with these segments."""
        reached = [self]
        for segment in here:
            reached = [
                branch.below[name]
                for branch in reached
                for name in (branch.below if segment == ANY else (segment, ANY))
                if name in branch.below
            ]
        yield from (branch.path for branch in reached if branch.path)


def segments(path: str) -> list[str]:
    """The segments of a path; those that are a parameter are ANY."""
    return [ANY if TEMPLATE.fullmatch(segment) else segment for segment in path.split("/")]


def takes(general: Sequence[str], special: Sequence[str]) -> bool:
    """Tell whether every request of one path fits another one."""
    return all(mine in (other, ANY) for mine, other in zip(general, special, strict=True))
