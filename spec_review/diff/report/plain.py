"""A comparison as JSON, for programs."""

from __future__ import annotations

import json
from typing import Final

from openapi_documents import Position, text_of
from spec_review.diff.changes import LocatedChange
from spec_review.diff.comparison import Diff
from spec_review.diff.report.wording import HEADINGS
from spec_review.diff.verdicts import PARTIES, PARTNERS
from spec_review.simulation.model import Answer
from spec_review.simulation.witness import Witness

LARGEST_BATCH: Final = 100
"""How many items of a batch are written out as JSON."""


def to_json(diff: Diff) -> str:
    """The comparison for programs."""
    return json.dumps(
        {
            "old": diff.old.name,
            "new": diff.new.name,
            "summary": {verdict: len(diff.of(verdict, PARTNERS)) for verdict in HEADINGS},
            "changes": [json_of_change(each) for each in diff.changes],
        },
        indent=2,
        ensure_ascii=False,
    )


def json_of_change(located: LocatedChange) -> dict[str, object]:
    """One change as plain values."""
    change = located.change
    return {
        "rule": change.rule,
        "area": change.area,
        "level": change.verdicts.worst(PARTNERS),
        "verdicts": {party: change.verdicts.of(party) for party in PARTIES},
        "sentence": change.sentence,
        "note": change.note,
        "behavioural": change.is_behavioural,
        "operations": list(change.operations),
        "position": json_of_position(located.position),
        "old_position": json_of_position(located.old_position),
        "gone": change.is_removed,
        "pointer": text_of(change.new),
        "old_pointer": text_of(change.old),
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
