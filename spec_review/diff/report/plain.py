"""A comparison as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from openapi_documents import Position, text_of
from spec_review.diff.changes import LocatedChange
from spec_review.diff.report.entries import Entry
from spec_review.diff.report.report import Report
from spec_review.diff.report.wording import VERDICTS
from spec_review.diff.verdicts import PARTIES
from spec_review.simulation.life_wording import json_of_life
from spec_review.simulation.model import Answer
from spec_review.simulation.witness import Witness

LARGEST_BATCH: Final = 100
"""How many items of a batch are written out as JSON."""


def to_json(report: Report) -> str:
    """The comparison for programs: every change by itself, those of one entry with one fingerprint."""
    accepted = {entry.fingerprint for entry, _ in report.accepted}
    entries = [*report.told, *(entry for entry, _ in report.accepted)]
    return json.dumps(
        {
            "old": report.old.name,
            "new": report.new.name,
            "summary": {verdict: len(report.of(verdict)) for verdict in VERDICTS},
            "changes": [
                json_of_change(entry, each, report.parties, entry.fingerprint in accepted)
                for entry in entries
                for each in entry.changes
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def json_of_change(
    entry: Entry, located: LocatedChange, parties: Sequence[str], is_accepted: bool
) -> dict[str, object]:
    """One change as plain values."""
    change = located.change
    return {
        "rule": change.rule,
        "fingerprint": entry.fingerprint,
        "approved": is_accepted,
        "area": change.area,
        "level": change.verdicts.worst(parties),
        "verdicts": {party: change.verdicts.of(party) for party in PARTIES},
        "sentence": entry.sentence,
        "note": change.note,
        "behavioural": change.is_behavioural,
        "operations": list(change.operations),
        "position": json_of_position(located.position),
        "old_position": json_of_position(located.old_position),
        "gone": change.is_removed,
        "pointer": text_of(change.new),
        "old_pointer": text_of(change.old),
        "related": [text_of(place) for place in change.related],
        "before": entry.before,
        "after": entry.after,
        "shown": [
            {
                "value": shown.value,
                "is_taken_now": shown.is_taken_now,
                "old_schema": text_of(shown.old),
                "new_schema": text_of(shown.new),
            }
            for shown in change.shown
        ],
        "witnesses": [json_of_witness(witness) for witness in change.witnesses],
        "stories": [json_of_life(story) for story in change.stories],
    }


def json_of_position(position: Position) -> dict[str, object]:
    """A position as plain values."""
    return {"file": position.file, "line": position.line, "column": position.column}


def json_of_witness(witness: Witness) -> dict[str, object]:
    """A witness as plain values: the requests, and how each item ended before and after."""
    played = zip(witness.steps, witness.before, witness.after, strict=True)
    return {
        "facet": witness.facet,
        "operation": witness.operation,
        "steps": [
            {
                "operation": step.operation,
                "items": step.values[:LARGEST_BATCH],
                "count": len(step.items),
                "before": json_of_answer(before),
                "after": json_of_answer(after),
            }
            for step, before, after in played
        ],
    }


def json_of_answer(answer: Answer) -> dict[str, object]:
    """An answer as plain values."""
    return {
        "processing": answer.processing,
        "at_first": answer.waiting,
        "states": list(answer.states[:LARGEST_BATCH]),
        "refused": "" if answer.refusal is None else str(answer.refusal),
    }
