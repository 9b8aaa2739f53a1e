"""The sandbox's reading: what it holds of a contract, and how it answers by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import yaml

from mock_server.contracts.contract import Contract, load_contract
from mock_server.contracts.lifecycles import Lifecycle
from mock_server.contracts.lives import Life, Transition
from mock_server.contracts.operations import Operation
from mock_server.embedded import SandboxServer
from openapi_documents import DocumentError, text_of

from .corpus import Batch, Play
from .reader import RefusedError, rule_of, rules_by_message


class SandboxReader:
    """Reads as `mock-server` does."""

    name = "sandbox"

    def read(self, file: Path) -> SandboxReading:
        """Load the contract as a start of the sandbox does."""
        try:
            return SandboxReading(file, load_contract(file))
        except DocumentError as error:
            raise RefusedError(str(error)) from error

    def refusal(self, file: Path) -> str:
        """Try to load the contract."""
        try:
            self.read(file)
        except RefusedError as error:
            return str(error)
        return ""


class SandboxReading:
    """A contract, and a sandbox that serves it when it is asked to play."""

    def __init__(self, file: Path, contract: Contract) -> None:
        self._file = file
        self._contract = contract
        self._server: SandboxServer | None = None
        self._messages = rules_by_message(yaml.safe_load(file.read_text(encoding="utf-8")))

    def means(self) -> Mapping[str, Any]:
        contract = self._contract
        return {
            "lifecycles": {name: lifecycle(one) for name, one in contract.lifecycles.items()},
            "submissions": {
                one.id: self._submission(one) for one in contract.operations if one.submission
            },
            "statuses": {
                one.id: list(one.status_of) for one in contract.operations if one.status_of
            },
            "records": {one.id: one.record_of for one in contract.operations if one.record_of},
            "lives": {name: life(one) for name, one in contract.lives.items()},
            "resources": {
                one.id: [[word.lifecycle, word.does] for word in contract.words.resources[one.name]]
                for one in contract.operations
                if one.name in contract.words.resources
            },
            "requirements": {
                one.id: [
                    {**need._asdict(), "states": list(need.states)}
                    for need in contract.words.requirements[one.name]
                ]
                for one in contract.operations
                if one.name in contract.words.requirements
            },
            "values": self._values(),
            "error_form": contract.error_form,
            "error_names": contract.error_names,
            "token": {
                one.id: one.token and {"in": one.token.location, "name": one.token.name}
                for one in contract.operations
            },
        }

    def _values(self) -> Mapping[str, Any]:
        document = self._contract.document
        schemas = ((place, document.value(place)) for place in document.objects("schema"))
        return {
            text_of(place): value["x-value"]
            for place, value in schemas
            if isinstance(value, dict) and "x-value" in value
        }

    def _submission(self, operation: Operation) -> Mapping[str, Any]:
        assert operation.submission is not None
        status = self._contract.status_operation(operation.id)
        return {
            "lifecycle": operation.submission.lifecycle,
            "synchronous": operation.submission.synchronous,
            "idempotency_key": operation.idempotency_key,
            "status": None if status is None else status.id,
        }

    def breaks(self, operation: str, item: Any) -> Sequence[str]:
        (entry,) = self._sent([Batch(operation, [item])])
        errors = entry["status"]["validation_errors"]
        return sorted({rule_of(error, self._messages) for error in errors})

    def states(self, play: Play) -> Sequence[str]:
        return [entry["status"]["state"] for entry in self._sent([*play.saved, play.request])]

    def _sent(self, batches: Sequence[Batch]) -> list[Any]:
        """Send batches, each when the one before is settled, as a new partner; the entries of the last."""
        if self._server is None:
            self._server = SandboxServer((self._file,))
        world = self._server.new_world()
        entries: list[Any] = []
        headers = {"Authorization": f"Bearer {world.token()}"}
        with httpx.Client(base_url=world.url, headers=headers) as client:
            for batch in batches:
                path = self._contract.operation(batch.operation).path
                answer = client.post(path, json=list(batch.items)).raise_for_status().json()
                world.clock.advance(3600)
                if "uri" in answer:
                    answer = client.get(answer["uri"]).raise_for_status().json()
                entries = answer["result"]
        return entries

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()


def lifecycle(declared: Lifecycle) -> Mapping[str, Any]:
    return {
        "key": list(declared.key),
        "records": declared.records,
        "initial": declared.initial,
        "states": list(declared.states),
        "saved": [name for name in declared.states if declared.saves(name)],
        "outcomes": [[row.when, row.then] for row in declared.rows],
    }


def life(declared: Life) -> Mapping[str, Any]:
    return {
        "key": [pointer(way) for way in declared.keys],
        "state": pointer(declared.state) if declared.state is not None else None,
        "initial": declared.initial,
        "final": [state.name for state in declared.states.values() if state.final],
        "transitions": [[list(one.sources), one.to, cause(one)] for one in declared.transitions],
        "notify": [[one.on, one.webhook] for one in declared.notices],
    }


def cause(transition: Transition) -> Mapping[str, Any]:
    if transition.after is not None:
        return {"after": transition.after // 1_000_000}
    if transition.event is not None:
        return {"event": transition.event}
    return {"operation": transition.operation}


def pointer(way: Sequence[str]) -> str:
    return "".join(f"/{name}" for name in way)
