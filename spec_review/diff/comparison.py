"""The whole comparison of two contracts: every change, each with what shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from openapi_documents import Document
from spec_review.diff.behaviour.comparison import behaviour_changes
from spec_review.diff.behaviour.silences import with_shown_silences
from spec_review.diff.changes import Change, LocatedChange, located
from spec_review.diff.declarations.document import document_changes
from spec_review.diff.declarations.lives import life_changes
from spec_review.diff.declarations.silences import silence_changes
from spec_review.diff.descriptions import description_changes
from spec_review.diff.kinds import Area
from spec_review.diff.operations.comparison import operation_changes
from spec_review.diff.operations.pairs import matched_operations
from spec_review.diff.remaining import remaining_changes
from spec_review.diff.schemas.usage import SchemaUsage
from spec_review.diff.verdicts import ORDER, PARTNERS, Verdict
from spec_review.diff.versions import Versions
from spec_review.reading.contract import Contract

AREAS: Final[tuple[Area, ...]] = get_args(Area)


@dataclass(frozen=True)
class Diff:
    """All that changed between two documents."""

    old: Document
    new: Document
    changes: tuple[LocatedChange, ...]

    def of(self, verdict: Verdict, parties: Sequence[str]) -> list[LocatedChange]:
        """The changes whose gravest verdict for these parties is this one."""
        return [each for each in self.changes if each.change.verdicts.worst(parties) == verdict]


def compare(old: Document, new: Document, today: date | None = None) -> Diff:
    """Everything that changed, the gravest first; never raises for what the documents say.

    `today` decides which announced days have passed.
    """
    versions = Versions(old, new)
    before, after = Contract(old), Contract(new)
    usage = SchemaUsage(versions)
    matched = matched_operations(versions)
    found: list[Change] = list(operation_changes(versions, matched, usage, today or date.today()))
    found += silence_changes(before, after)
    found += document_changes(before, after)
    found += life_changes(before, after)
    found += behaviour_changes(before, after, matched.pairs, usage.changes())
    found += description_changes(versions)
    found += remaining_changes(versions, found, usage.pairs)
    changes = [located(change, old, new) for change in with_shown_silences(found, after)]
    return Diff(old, new, tuple(sorted(changes, key=reading_order)))


def reading_order(located_change: LocatedChange) -> tuple[object, ...]:
    """The gravest first, then behaviour before form, then as in the file."""
    change = located_change.change
    return (
        ORDER[change.verdicts.worst(PARTNERS)],
        AREAS.index(change.area),
        located_change.position.line,
        located_change.position.column,
        change.rule,
        change.sentence,
    )
