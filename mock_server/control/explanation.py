"""Why each item of a submission is in its state, in the words of the control contract."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server import clock as clocks
from mock_server.batches.stored_outcomes import Outcomes, SettledItem
from mock_server.batches.submission_state import SubmissionState
from mock_server.batches.world import initial_state
from mock_server.contracts.lifecycles import Lifecycle, Row


def explanation(standing: SubmissionState, lifecycle: Lifecycle | None) -> Mapping[str, object]:
    """Return what decided each item; `lifecycle` is None when the submission's contract is not served now."""
    submission, raw, outcomes = standing[:3]
    contract, _, operation = submission.operation.partition(":")
    settled_at = submission.settled_at
    return {
        "status_check_id": submission.id,
        "contract": contract,
        "operation": operation,
        "lifecycle": lifecycle.name if lifecycle else "",
        "accepted_at": clocks.to_text(submission.accepted_at),
        "due_at": clocks.to_text(submission.due_at),
        "settled_at": clocks.to_text(settled_at) if settled_at is not None else None,
        "items": [
            _waiting(index, initial_state(lifecycle))
            if outcomes is None
            else _decided(index, outcomes, outcomes.items[index])
            for index in range(len(raw))
        ],
    }


def _waiting(index: int, state: str) -> Mapping[str, object]:
    return {
        "index": index,
        "state": state,
        "decided_by": None,
        "collided_with": None,
        "validation_errors": [],
    }


def _decided(index: int, outcomes: Outcomes, item: SettledItem) -> Mapping[str, object]:
    return {
        "index": index,
        "state": outcomes.state(item),
        "decided_by": _row(outcomes.rows[item.row]),
        "collided_with": _collision(item),
        "validation_errors": item.errors,
    }


def _row(row: Row) -> Mapping[str, object]:
    members: dict[str, object] = {"row": row.number, "when": row.when, "then": row.then}
    if row.source:
        members["source"] = row.source
    if row.silence:
        members["silence"] = list(row.silence)
    return members


def _collision(item: SettledItem) -> Mapping[str, object] | None:
    if item.other_item is not None:
        return {"item": item.other_item}
    if item.record is None:
        return None
    submission, position, saved_at = item.record
    return {
        "record": {
            "status_check_id": submission,
            "index": position,
            "saved_at": clocks.to_text(saved_at),
        }
    }
