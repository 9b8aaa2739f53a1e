"""Where the differences of schemas are met: in which operations, in which direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from openapi_documents import Pointer
from spec_review.diff.changes import Change
from spec_review.diff.kinds import SchemaKind
from spec_review.diff.schemas.comparison import SchemaComparison
from spec_review.diff.schemas.differences import SchemaDifference
from spec_review.diff.schemas.verdicts import verdicts_of
from spec_review.diff.verdicts import SAFE
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import Direction

Uses = Mapping[Direction, Mapping[str, None]]
"""The directions in which a pair of schemas is reached, each with the operations."""

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


class SchemaUsage:
    """Collects, for each pair of schemas, the operations and directions it is reached in."""

    def __init__(self, versions: Versions) -> None:
        self.comparison = SchemaComparison(versions)
        self.uses: dict[Pair, dict[Direction, dict[str, None]]] = {}

    def reach(self, old: Pointer, new: Pointer, direction: Direction, operation: str) -> None:
        """Compare two schemas that stand in an operation, and note all below them."""
        first = self.comparison.compare(old, new)
        for pair in self.comparison.reached(first, direction):
            directions = self.uses.setdefault(pair, {})
            directions.setdefault(direction, {}).setdefault(operation)

    def changes(self) -> list[Change]:
        """Each difference once, with the gravest verdicts of all places it is reached in."""
        collected: dict[tuple[object, ...], Change] = {}
        for pair, uses in self.uses.items():
            for difference in self.comparison.pairs[pair].differences:
                reached = [way for way in uses if difference.only in (None, way)]
                if not reached or (difference.effect == "none" and difference.kind in QUIET):
                    continue
                change = change_of(difference, uses, reached)
                known = collected.get(identity(difference))
                collected[identity(difference)] = joined(known, change) if known else change
        return list(collected.values())


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
    return replace(
        known,
        verdicts=known.verdicts.joined(change.verdicts),
        operations=tuple(dict.fromkeys((*known.operations, *change.operations))),
    )


def change_of(difference: SchemaDifference, uses: Uses, reached: Sequence[Direction]) -> Change:
    """The change as it is seen from the directions in which it travels."""
    verdicts = SAFE
    operations: dict[str, None] = {}
    for direction in reached:
        verdicts = verdicts.joined(verdicts_of(difference, direction))
        operations.update(uses[direction])
    return Change(
        kind=difference.kind,
        travels="schema" if len(uses) > 1 else reached[0],
        sentence=difference.sentence,
        verdicts=verdicts,
        old=difference.old,
        new=difference.new,
        is_removed=difference.is_removed,
        operations=tuple(operations),
        facet="validity" if "request" in reached else "",
        area="behaviour" if difference.kind in OF_RULES else "schemas",
        member=difference.member,
        item_rules=difference.item_rules,
        related=difference.related,
    )
