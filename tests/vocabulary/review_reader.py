"""The review's reading: what it holds of a contract, and how its model plays it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openapi_documents import DocumentError, load
from spec_review.lint.rules import check
from spec_review.reading.contract import Contract
from spec_review.reading.lives import Life
from spec_review.reading.vocabulary import Lifecycle, Submission
from spec_review.simulation.building import model_of
from spec_review.simulation.identity import Item
from spec_review.simulation.model import Step
from spec_review.simulation.validity import ItemValidator

from .corpus import Batch, Play
from .reader import RefusedError


class ReviewReader:
    """Reads as `spec-review` does."""

    name = "review"

    def read(self, file: Path) -> ReviewReading:
        """Load the contract; a word of a wrong form is a refusal."""
        contract = Contract(load(file))
        if contract.vocabulary.errors:
            raise RefusedError(str(contract.vocabulary.errors[0]))
        return ReviewReading(contract)

    def refusal(self, file: Path) -> str:
        """Check the contract; its errors are what an author is told."""
        try:
            found = check(load(file))
        except DocumentError as error:
            return str(error)
        return "\n".join(f"{one.sentence}; {one.mend}" for one in found if one.severity == "error")


class ReviewReading:
    """A contract, and the model of its lifecycles."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def means(self) -> Mapping[str, Any]:
        contract = self._contract
        return {
            "lifecycles": {one.name: lifecycle(one) for one in contract.lifecycles},
            "submissions": {
                one.operation.id: self._submission(one) for one in contract.submissions
            },
            "statuses": {one.operation.id: list(one.submissions) for one in contract.statuses},
            "records": {one.operation.id: one.lifecycle for one in contract.records},
            "lives": {one.name: life(one) for one in contract.lives},
            "silences": [one.id for one in contract.silences],
            "error_form": contract.error_form,
            "breaks": self._breaks(),
        }

    def _submission(self, submission: Submission) -> Mapping[str, Any]:
        operation = submission.operation
        status = self._contract.status_operations(submission)
        return {
            "lifecycle": submission.lifecycle,
            "synchronous": submission.processing == "synchronous",
            "idempotency_key": operation.value.get("x-idempotency-key"),
            "status": status[0].operation.id if status else None,
        }

    def _breaks(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        operations = self._contract.document.operations()
        for example in self._contract.examples:
            for operation in operations:
                inside = example.pointer[: len(operation.pointer)] == operation.pointer
                if inside and example.breaks:
                    name = str(example.breaks_at[-2])
                    found.setdefault(operation.id, {})[name] = example.breaks
        return found

    def breaks(self, operation: str, item: Any) -> Sequence[str]:
        submission = next(
            one for one in self._contract.submissions if one.operation.id == operation
        )
        place = self._contract.item_schema(submission)
        assert place is not None
        faults = ItemValidator(self._contract, place).faults(Item(item))
        return sorted({fault.rule or "schema" for fault in faults})

    def states(self, play: Play) -> Sequence[str]:
        steps = [self._step(batch) for batch in (*play.saved, play.request)]
        return model_of(self._contract).play(steps)[-1].states

    @staticmethod
    def _step(batch: Batch) -> Step:
        return Step(batch.operation, tuple(Item(value) for value in batch.items))

    def close(self) -> None:
        """Nothing was started."""


def lifecycle(declared: Lifecycle) -> Mapping[str, Any]:
    return {
        "key": list(declared.key),
        "records": declared.records,
        "initial": declared.initial,
        "states": list(declared.state_names),
        "saved": [name for name in declared.state_names if name in declared.saved],
        "outcomes": [[row.when, row.then] for row in declared.outcomes],
    }


def life(declared: Life) -> Mapping[str, Any]:
    return {
        "key": list(declared.key),
        "state": declared.state,
        "initial": declared.initial,
        "final": list(declared.final),
        "transitions": [
            [list(one.sources), one.to, dict([one.cause])] for one in declared.transitions
        ],
        "notify": [list(one) for one in declared.notices],
    }
