"""How the values of two schemas stand to each other, in one direction of travel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal

from openapi_documents import MISSING, Pointer
from spec_review.diff.sets.containment import covers
from spec_review.diff.sets.names import named_members, opened, without_unnamed
from spec_review.diff.sets.plain import PlainSchemas, TooLargeError, Travel, settled
from spec_review.diff.sets.wire import reading_texts
from spec_review.diff.sets.witnesses import Wanted, shares_nothing, witness
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import Direction
from spec_review.reading.values import elements

Way = Literal["narrows", "widens"]
"""Narrows: some value is refused now. Widens: some value is taken only now."""

WAYS: Final[tuple[Way, Way]] = ("narrows", "widens")


@dataclass(frozen=True)
class Relation:
    """What became of the values that a schema takes.

    A way that is ruled out has a proof; one that is shown has a value that shows it; of any other nobody knows.
    """

    ruled_out: frozenset[Way]
    shown: dict[Way, object] = field(default_factory=dict, hash=False)
    reach: int = 0
    """How many references away from the schema what is ruled out is ruled out too."""
    by_overlap: frozenset[Way] = frozenset()
    """Ways that are shown by values alone that fit several forms of a `oneOf`, which nobody may have meant."""
    is_local: bool = True
    """Whether the text of the schema itself differs, apart from what it refers to."""

    def may(self, way: Way) -> bool:
        """Whether the way is not ruled out."""
        return way not in self.ruled_out

    @property
    def is_equal(self) -> bool:
        """Whether the same values are taken."""
        return len(self.ruled_out) == len(WAYS)


HARMFUL: Final[Mapping[Direction, Way]] = {"request": "narrows", "response": "widens"}
"""The way that harms a partner, by the direction in which values travel."""


UNTOUCHED: Final = Relation(frozenset(), is_local=False)
"""The schemas say the same; what they refer to may differ."""

UNKNOWN: Final = Relation(frozenset())


DEPTHS: Final = (0, 1, 3, 5)
"""How many references are followed to decide, the cheapest first."""


class Relations:
    """The relations between the schemas of two documents, each worked out once."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._old = PlainSchemas(versions.old)
        self._new = PlainSchemas(versions.new)
        self._known: dict[tuple[Pair, Travel], Relation] = {}

    def of(self, pair: Pair, travel: Travel) -> Relation:
        """How the schemas at a pair of places stand to each other."""
        key = pair, travel
        if key not in self._known:
            try:
                self._known[key] = self._work_out(pair, travel)
            except (TooLargeError, RecursionError):
                self._known[key] = UNKNOWN
        return self._known[key]

    def shown(self, pair: Pair, travel: Travel, way: Way, wanted: Wanted) -> object:
        """A value that shows a way and has what is wanted of it; MISSING when none was found."""
        try:
            for _, old, new in self._written_out(pair, travel):
                found = witness(*compared(way, old, new, travel), wanted)
                if found is not MISSING:
                    return found
        except (TooLargeError, RecursionError):
            pass
        return MISSING

    def _work_out(self, pair: Pair, travel: Travel) -> Relation:
        if self._is_plainly_equal(*pair):
            return UNTOUCHED
        ruled: dict[Way, int] = {}
        shown: dict[Way, object] = {}
        for depth, old, new in self._written_out(pair, travel):
            if depth == 0 and json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True):
                return UNTOUCHED
            for way in ruled_out(old, new, [each for each in WAYS if each not in shown], travel):
                ruled[way] = depth
            if depth == 0 and len(ruled) == len(WAYS):
                break
            for way in WAYS:
                if way not in ruled and way not in shown:
                    found = witness(*compared(way, old, new, travel))
                    shown |= {} if found is MISSING else {way: found}
            if len(ruled | shown) == len(WAYS):
                break
        by_overlap = self._by_overlap(shown, pair, travel)
        return Relation(frozenset(ruled), shown, min(ruled.values(), default=0), by_overlap)

    def _by_overlap(
        self, shown: Mapping[Way, object], pair: Pair, travel: Travel
    ) -> frozenset[Way]:
        """The ways that are gone where a value may fit several forms of a `oneOf`; not one that leaves no old value."""
        for _, old, new in self._written_out(pair, travel) if shown else ():
            if '"oneOf"' not in json.dumps((old, new)):
                break
            ways = ruled_out(overlapping(old), overlapping(new), list(shown), travel)
            return frozenset(
                way
                for way in ways
                if way != HARMFUL[travel.direction]
                or not any(
                    shares_nothing(*compared(way, *sides, travel))
                    for sides in ((old, new), *by_form(way, old, new))
                )
            )
        return frozenset()

    def _written_out(self, pair: Pair, travel: Travel) -> Iterator[tuple[int, object, object]]:
        """Both schemas with more and more references followed, as long as that says more."""
        last: tuple[object, object] | None = None
        for depth in DEPTHS:
            try:
                both = (
                    self._old.plain(pair[0], travel, depth),
                    self._new.plain(pair[1], travel, depth),
                )
            except TooLargeError:
                if depth == 0:
                    raise
                yield from self._as_needed(pair, travel)
                return
            if both == last:
                return
            last = both
            yield depth, *both

    def _as_needed(self, pair: Pair, travel: Travel) -> Iterator[tuple[int, object, object]]:
        """Both schemas with what a value must have, where a whole one is too large."""
        with suppress(TooLargeError):
            old = self._old.plain_as_needed(pair[0], travel)
            yield 0, old, self._new.plain_as_needed(pair[1], travel)

    def _is_plainly_equal(self, old: Pointer, new: Pointer) -> bool:
        """Whether both schemas are written alike, and refer to others in places alone that are walked."""
        before, after = self._versions.old.value(old), self._versions.new.value(new)
        is_alike = self._versions.old.version == self._versions.new.version and before == after
        return is_alike and isinstance(before, dict) and not REACHING & before.keys()


REACHING: Final = frozenset(
    (
        "$ref", "$dynamicRef", "allOf", "oneOf", "not", "if", "then", "else", "prefixItems", "contains", "patternProperties",
        "propertyNames", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "contentSchema",
    )
)  # fmt: skip
"""Keywords whose schemas are compared together with the schema that they stand in."""


def by_form(way: Way, old: object, new: object) -> Iterator[tuple[object, object]]:
    """Both schemas with each form alone of the side that is asked about: one may have no value of its own left."""
    asked = old if way == "narrows" else new
    if isinstance(asked, dict):
        for word in ("oneOf", "anyOf"):
            forms = elements(asked.get(word))
            for form in forms if len(forms) > 1 else ():
                alone = {**asked, word: [form]}
                yield (alone, new) if way == "narrows" else (old, alone)


def overlapping(schema: object) -> object:
    """A schema in which a value may fit several forms of a `oneOf`."""
    if isinstance(schema, list):
        return [overlapping(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {word: overlapping(value) for word, value in schema.items() if word != "oneOf"}
    forms = schema.get("oneOf")
    if not isinstance(forms, list):
        return {**kept, "oneOf": overlapping(forms)} if "oneOf" in schema else kept
    return {**kept, "allOf": [*elements(kept.get("allOf")), {"anyOf": overlapping(forms)}]}


def compared(way: Way, old: object, new: object, travel: Travel) -> tuple[object, object]:
    """The schema whose values are asked about, and the one that must take them, of members that both name."""
    asked, other = (old, new) if way == "narrows" else (new, old)
    known = named_members(asked)
    wanted = without_unnamed(settled(other, hidden=True), known)
    if travel.wire == "text":
        wanted = reading_texts(wanted)
    if way == "widens" and travel.direction == "response":
        wanted = opened(wanted, known)
    return settled(asked, hidden=False), wanted


def ruled_out(old: object, new: object, ways: Iterable[Way], travel: Travel) -> frozenset[Way]:
    """Those of the ways in which the values have provably not changed."""
    return frozenset(way for way in ways if covers(*reversed(compared(way, old, new, travel))))
