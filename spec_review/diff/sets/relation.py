"""How the values of two schemas stand to each other, in one direction of travel."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final, Literal

from openapi_documents import MISSING, Pointer
from spec_review.diff.sets.containment import covers
from spec_review.diff.sets.names import named_members, without_unnamed
from spec_review.diff.sets.plain import PlainSchemas, TooLargeError, Travel
from spec_review.diff.sets.witnesses import witness
from spec_review.diff.versions import Pair, Versions

Way = Literal["narrows", "widens"]
"""Narrows: some value is refused now. Widens: some value is taken only now."""

WAYS: Final[tuple[Way, Way]] = ("narrows", "widens")

DEEPEST: Final = 5
"""How many references are followed to decide."""


@dataclass(frozen=True)
class Relation:
    """What became of the values that a schema takes.

    A way that is ruled out has a proof; one that is shown has a value that shows it; of any other nobody knows.
    """

    ruled_out: frozenset[Way]
    shown: dict[Way, object] = field(default_factory=dict, hash=False)
    reach: int = 0
    """How many references away from the schema what is ruled out is ruled out too."""
    is_local: bool = True
    """Whether the text of the schema itself differs, apart from what it refers to."""

    def may(self, way: Way) -> bool:
        """Whether the way is not ruled out."""
        return way not in self.ruled_out

    @property
    def is_equal(self) -> bool:
        """Whether the same values are taken."""
        return len(self.ruled_out) == len(WAYS)


UNTOUCHED: Final = Relation(frozenset(), is_local=False)
"""The schemas say the same; what they refer to may differ."""

UNKNOWN: Final = Relation(frozenset())


class Relations:
    """The relations between the schemas of two documents, each worked out once."""

    def __init__(self, versions: Versions) -> None:
        self._old = PlainSchemas(versions.old)
        self._new = PlainSchemas(versions.new)
        self._known: dict[tuple[Pair, Travel], Relation] = {}

    def of(self, pair: Pair, travel: Travel) -> Relation:
        """How the schemas at a pair of places stand to each other."""
        key = pair, travel
        if key not in self._known:
            try:
                self._known[key] = self._work_out(*pair, travel)
            except (TooLargeError, RecursionError):
                self._known[key] = UNKNOWN
        return self._known[key]

    def _work_out(self, old: Pointer, new: Pointer, travel: Travel) -> Relation:
        first, second = self._old.plain(old, travel, 0), self._new.plain(new, travel, 0)
        if json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True):
            return UNTOUCHED
        near = ruled_out(first, second)
        if len(near) == len(WAYS):
            return Relation(near)
        depth, before, after = self._written_out(old, new, travel)
        far = ruled_out(before, after) if depth else near
        shown: dict[Way, object] = {}
        for way in WAYS:
            if way not in far | near:
                found = witness(*compared(way, before, after))
                if found is not MISSING:
                    shown[way] = found
        return Relation(far | near, shown, depth if far else 0)

    def _written_out(
        self, old: Pointer, new: Pointer, travel: Travel
    ) -> tuple[int, object, object]:
        """Both schemas with as many references followed as can be."""
        for depth in (DEEPEST, 3, 2, 1):
            try:
                return (
                    depth,
                    self._old.plain(old, travel, depth),
                    self._new.plain(new, travel, depth),
                )
            except TooLargeError:
                continue
        return 0, self._old.plain(old, travel, 0), self._new.plain(new, travel, 0)


def compared(way: Way, old: object, new: object) -> tuple[object, object]:
    """The schema whose values are asked about, and the one that must take them, of members that both name."""
    asked, other = (old, new) if way == "narrows" else (new, old)
    return asked, without_unnamed(other, named_members(asked))


def ruled_out(old: object, new: object) -> frozenset[Way]:
    """The ways in which the values have provably not changed."""
    return frozenset(way for way in WAYS if covers(*reversed(compared(way, old, new))))
