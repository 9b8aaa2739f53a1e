"""The judge's reading: what it holds of a contract, and how its oracle decides by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contract_tests.generation.trials import require_rules_end
from contract_tests.http.partners import Caller
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.mode import Mode
from contract_tests.judging.oracle import Doubt, Item, decide
from contract_tests.judging.records import Records, key_of
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.equality import canonical
from contract_tests.reading.lifecycle import Lifecycle
from contract_tests.reading.lives import Life, Transition
from contract_tests.reading.reader import read
from contract_tests.reading.validity import Validity
from openapi_documents import DocumentError

from .corpus import Batch, Play
from .reader import RefusedError

PARTNER = {"client_id": "partner-a", "currency": "GBP"}


class JudgeReader:
    """Reads as `contract-tests` does."""

    name = "judge"

    def read(self, file: Path) -> JudgeReading:
        """Read the contract as a run does."""
        try:
            return JudgeReading(read(str(file)))
        except DocumentError as error:
            raise RefusedError(str(error)) from error

    def refusal(self, file: Path) -> str:
        """Read the contract and try its rules, as a run does before it begins."""
        try:
            require_rules_end(read(str(file)))
        except DocumentError as error:
            return str(error)
        return ""


class JudgeReading:
    """A contract, and the oracle that decides by it."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def means(self) -> Mapping[str, Any]:
        contract = self._contract
        return {
            "lifecycles": {name: lifecycle(one) for name, one in contract.lifecycles.items()},
            "submissions": {one.id: _submission(one) for one in contract.submissions},
            "statuses": self._statuses(),
            "records": {
                one.record.id: one.lifecycle.name for one in contract.submissions if one.record
            },
            "lives": {name: life(one) for name, one in contract.lives.items()},
            "resources": {
                name: [list(one) for one in uses] for name, uses in contract.uses.items() if uses
            },
            "requirements": {
                name: [{**vars(one), "states": list(one.states)} for one in required]
                for name, required in contract.requirements.items()
                if required
            },
            "silences": list(contract.silences),
            "error_form": str(contract.error_form),
            "error_names": contract.error_names,
            "breaks": self._breaks(),
        }

    def _statuses(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in self._contract.submissions:
            if one.status is not None:
                found.setdefault(one.status.id, []).append(one.id)
        return found

    def _breaks(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for operation in self._contract.operations:
            for media in operation.body:
                for name, example in media.examples.items():
                    if example.breaks:
                        found.setdefault(operation.id, {})[name] = example.breaks
        return found

    def breaks(self, operation: str, item: Any) -> Sequence[str]:
        faults = self._validity(self._submission(operation)).faults(item)
        return sorted({fault.rule.id if fault.rule else "schema" for fault in faults})

    def states(self, play: Play) -> Sequence[str]:
        records = Records()
        states: list[str] = []
        for batch in (*play.saved, play.request):
            states = self._decided(batch, records)
        return states

    def _decided(self, batch: Batch, records: Records) -> list[str]:
        submission = self._submission(batch.operation)
        validity = self._validity(submission)
        items = [
            Item(
                key_of(submission, value),
                canonical(value),
                Doubt.VALID if validity.is_valid(value) else Doubt.INVALID,
            )
            for value in batch.items
        ]
        store = records.of(Caller.FIRST, submission)
        allowed = decide(submission.lifecycle, items, store, Freedom(Mode.STRICT))
        states = [one.strict.then for one in allowed]
        records.follow(Caller.FIRST, submission, items, states)
        return states

    def _submission(self, operation: str) -> Submission:
        return next(one for one in self._contract.submissions if one.id == operation)

    @staticmethod
    def _validity(submission: Submission) -> Validity:
        return Validity(submission.item_schema, submission.lifecycle.key, PARTNER)

    def close(self) -> None:
        """Nothing was started."""


def _submission(submission: Submission) -> Mapping[str, Any]:
    return {
        "lifecycle": submission.lifecycle.name,
        "synchronous": not submission.asynchronous,
        "idempotency_key": submission.operation.key_header,
        "status": submission.status.id if submission.status else None,
    }


def lifecycle(declared: Lifecycle) -> Mapping[str, Any]:
    return {
        "key": list(declared.key),
        "records": declared.records,
        "initial": declared.initial,
        "states": list(declared.states),
        "saved": [name for name in declared.states if name in declared.saving],
        "outcomes": [[row.when, row.then] for row in declared.rows],
    }


def life(declared: Life) -> Mapping[str, Any]:
    return {
        "key": list(declared.key),
        "state": declared.state,
        "initial": declared.initial,
        "final": list(declared.final),
        "transitions": [[list(one.sources), one.to, cause(one)] for one in declared.transitions],
        "notify": [list(one) for one in declared.notices],
    }


def cause(transition: Transition) -> Mapping[str, Any]:
    if transition.after is not None:
        return {"after": transition.after.total_seconds()}
    if transition.event is not None:
        return {"event": transition.event}
    return {"operation": transition.operation}
