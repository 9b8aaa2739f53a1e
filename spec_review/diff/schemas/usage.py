"""Where the differences of schemas are met: in which operations, in which direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from openapi_documents import MISSING, Document, Pointer
from spec_review.diff.changes import Change, ShownValue
from spec_review.diff.kinds import SchemaKind
from spec_review.diff.schemas.comparison import SchemaComparison
from spec_review.diff.schemas.differences import Nested, SchemaDifference
from spec_review.diff.schemas.explanation import explained, tells, untold
from spec_review.diff.schemas.verdicts import verdicts_of
from spec_review.diff.sets.plain import Travel, Wire
from spec_review.diff.sets.relation import WAYS, Relation, Relations, Way
from spec_review.diff.verdicts import SAFE
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import Direction, parts

Closed = Mapping[Way, int]
"""Ways that are ruled out, each with the number of references it is ruled out through."""

QUIET: Final[frozenset[SchemaKind]] = frozenset(("pattern", "keywords"))
"""Kinds that are not worth a line when nothing is different."""

OF_RULES: Final[frozenset[SchemaKind]] = frozenset(
    (
        "rule-added",
        "rule-changed",
        "rule-ground",
        "rule-message",
        "rule-removed",
        "rule-renamed",
    )
)
"""Kinds that belong to the behaviour rather than to the form."""


HAS_MEMBER: Final[Mapping[tuple[SchemaKind, Direction], tuple[Way, bool]]] = {
    ("member-removed", "request"): ("narrows", True),
    ("member-removed-required", "request"): ("narrows", True),
    ("member-removed-required", "response"): ("widens", False),
    ("member-added-required", "request"): ("narrows", False),
    ("member-required", "request"): ("narrows", False),
    ("member-optional", "response"): ("widens", False),
}
"""What shows a change of a member: which way, and whether the value has the member."""


Meeting = tuple[Pair, Travel]
"""A pair of schemas, and how the values travel that meet it."""


@dataclass(frozen=True)
class Met:
    """A difference with the way in which its values travel, and the operations."""

    difference: SchemaDifference
    direction: Direction
    operations: tuple[str, ...]


class SchemaUsage:
    """Collects, for each pair of schemas, the operations and directions it is reached in."""

    def __init__(self, versions: Versions) -> None:
        self.comparison = SchemaComparison(versions)
        self.relations = Relations(versions)
        self._roots: dict[Meeting, dict[str, None]] = {}
        self._closed: dict[Meeting, Closed] = {}
        self._above: dict[Meeting, dict[Meeting, None]] = {}

    @property
    def pairs(self) -> Iterator[Pair]:
        """The pairs of schemas that are reached."""
        return (pair for pair, _ in self._closed)

    def reach(
        self, old: Pointer, new: Pointer, direction: Direction, operation: str, wire: Wire = "json"
    ) -> None:
        """Compare two schemas that stand in an operation, and note all below them."""
        root = self.comparison.compare(old, new), Travel(direction, wire)
        self._roots.setdefault(root, {}).setdefault(operation)
        waiting: list[tuple[Meeting, Closed]] = [(root, {})]
        while waiting:
            here, closed = waiting.pop()
            known = self._closed.get(here)
            if known is None or not is_within(known, closed):
                self._closed[here] = closed if known is None else common(known, closed)
                waiting += self._below(here)

    def _below(self, here: Meeting) -> Iterator[tuple[Meeting, Closed]]:
        pair, travel = here
        relation = self.relations.of(pair, travel)
        for nested in self.comparison.pairs[pair].below:
            if nested.only in (None, travel.direction):
                there = nested.pair, travel
                self._above.setdefault(there, {}).setdefault(here)
                yield there, self._passed_on(pair, nested, self._closed[here], relation)

    def _passed_on(self, pair: Pair, nested: Nested, closed: Closed, relation: Relation) -> Closed:
        """What is ruled out for a schema below another one."""
        if nested.is_apart:
            return {}
        if not closed and not relation.ruled_out:
            return closed
        documents = self.comparison.versions.old, self.comparison.versions.new
        hops = 0 if all(map(lies_in, documents, nested.pair, pair)) else 1
        ruled_out = dict(closed)
        for way in relation.ruled_out if relation.is_local else ():
            ruled_out[way] = max(ruled_out.get(way, 0), relation.reach)
        return {way: left - hops for way, left in ruled_out.items() if left >= hops}

    def changes(self) -> list[Change]:
        """Each difference once, with the gravest verdicts of all places it is reached in."""
        collected: dict[tuple[object, ...], Change] = {}
        order = {name: at for at, name in enumerate(self._operations())}
        for pair, travel in self._closed:
            differences = list(self._differences(pair, travel))
            if not differences:
                continue
            names = tuple(sorted(self._operations_of((pair, travel)), key=order.__getitem__))
            for difference in differences:
                if difference.effect == "none" and difference.kind in QUIET:
                    continue
                change = change_of(Met(difference, travel.direction, names))
                known = collected.get(identity(difference))
                collected[identity(difference)] = joined(known, change) if known else change
        return list(collected.values())

    def _operations(self) -> dict[str, None]:
        """All operations that reach schemas, in their order."""
        return {name: None for names in self._roots.values() for name in names}

    def _operations_of(self, meeting: Meeting) -> set[str]:
        """The operations whose values meet a pair of schemas."""
        found: set[str] = set()
        seen, waiting = {meeting}, [meeting]
        while waiting:
            here = waiting.pop()
            found.update(self._roots.get(here, ()))
            fresh = [above for above in self._above.get(here, ()) if above not in seen]
            seen.update(fresh)
            waiting += fresh
        return found

    def _differences(self, pair: Pair, travel: Travel) -> Iterator[SchemaDifference]:
        """What is told of a pair: the differences that are true here, and what none of them says."""
        relation = self.relations.of(pair, travel)
        closed = self._closed[pair, travel]
        open_ways = frozenset(way for way in WAYS if way not in closed and relation.may(way))
        for difference in self.comparison.pairs[pair].differences:
            is_here = difference.only in (None, travel.direction)
            if is_here and difference.wire in (None, travel.wire):
                for each in explained(difference, pair, relation, open_ways):
                    yield self._with_member(each, pair, travel, relation)
        if relation.is_local:
            missing = [
                way for way in WAYS if way in open_ways and not self._is_told(pair, travel, way)
            ]
            yield from untold(self.comparison.versions, pair, relation, missing)

    def _with_member(
        self, difference: SchemaDifference, pair: Pair, travel: Travel, relation: Relation
    ) -> SchemaDifference:
        """The difference with a value that has the member that is gone, or lacks the one that must be there."""
        must_have = HAS_MEMBER.get((difference.kind, travel.direction))
        if must_have is None:
            return difference
        way, has = must_have
        name = difference.member
        is_due = way == "widens" or difference.effect != "none"
        if way not in relation.shown or not is_due:
            return difference
        found = self.relations.shown(
            pair, travel, way, lambda value: isinstance(value, dict) and (name in value) == has
        )
        value = relation.shown[way] if found is MISSING else found
        return replace(difference, shown=(ShownValue(value, way == "widens", *pair),))

    def _is_told(self, pair: Pair, travel: Travel, way: Way) -> bool:
        """Whether a difference here or below says that values are refused now, or taken now."""
        waiting, seen = [pair], {pair}
        while waiting:
            here = waiting.pop()
            relation = self.relations.of(here, travel)
            closed = self._closed.get((here, travel))
            if closed is None or way in closed or not relation.may(way):
                continue
            if here != pair and relation.is_local and way in relation.shown:
                return True
            for difference in self.comparison.pairs[here].differences:
                is_here = difference.only in (None, travel.direction)
                if is_here and any(
                    tells(each, way)
                    for each in explained(difference, here, relation, frozenset((way,)))
                ):
                    return True
            for nested in self.comparison.pairs[here].below:
                if nested.pair not in seen and not nested.is_apart:
                    seen.add(nested.pair)
                    waiting.append(nested.pair)
        return False


def lies_in(document: Document, place: Pointer, schema: Pointer) -> bool:
    """Whether a place lies in the text of a schema, or of what is joined to it."""
    return is_below(place, schema) or any(
        is_below(place, part.pointer) for part in parts(document, schema)
    )


def is_below(place: Pointer, above: Pointer) -> bool:
    """Whether a place lies below another one in the same text."""
    return place[: len(above)] == above


def common(first: Closed, second: Closed) -> Closed:
    """What is ruled out on both ways to a schema."""
    return {way: min(first[way], second[way]) for way in first if way in second}


def is_within(first: Closed, second: Closed) -> bool:
    """Whether the second rules out all that the first does, as far."""
    return all(second.get(way, -1) >= left for way, left in first.items())


def identity(difference: SchemaDifference) -> tuple[object, ...]:
    """What tells one difference from another: a part that two schemas share is told once."""
    return (
        difference.kind,
        difference.old,
        difference.new,
        difference.only,
        difference.member,
        difference.item_rules,
    )


def joined(known: Change, change: Change) -> Change:
    """One change that was met in two places."""
    ways = {known.travels, change.travels}
    return replace(
        known,
        verdicts=known.verdicts.joined(change.verdicts),
        operations=tuple(dict.fromkeys((*known.operations, *change.operations))),
        travels=known.travels if len(ways) == 1 else "schema",
        facet=known.facet or change.facet,
        shown=known.shown or change.shown,
    )


def change_of(met: Met) -> Change:
    """The change as it is seen from the direction in which it travels."""
    difference = met.difference
    return Change(
        kind=difference.kind,
        travels=met.direction,
        sentence=difference.sentence,
        verdicts=SAFE.joined(verdicts_of(difference, met.direction)),
        old=difference.old,
        new=difference.new,
        is_removed=difference.is_removed,
        operations=met.operations,
        facet="validity" if met.direction == "request" else "",
        area="behaviour" if difference.kind in OF_RULES else "schemas",
        member=difference.member,
        item_rules=difference.item_rules,
        related=difference.related,
        shown=difference.shown,
    )
