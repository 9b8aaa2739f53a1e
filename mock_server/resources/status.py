"""Operations that tell how the items of a submission stand, and the form of their answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec

from mock_server.contracts.contract import Contract, Operation
from mock_server.contracts.lifecycles import Lifecycle
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem
from mock_server.http.requests import Handler, Request
from mock_server.resources.settled import Outcomes, SettledItem
from mock_server.resources.standing import MANY_ITEMS, Standing, StandingReader
from mock_server.storage.threads import Threads


class StatusHandlers:
    """Makes the handlers of operations that tell how submissions stand."""

    def __init__(self, reader: StandingReader, threads: Threads) -> None:
        """Take what reads, and the threads in which long answers are written."""
        self._reader = reader
        self._threads = threads

    def handler(self, contract: Contract, operation: Operation) -> Handler:
        """Return the handler of an operation that tells how submissions stand."""
        forms = {
            submission.name: status_form(contract, operation, contract.lifecycle_of(submission))
            for submission in map(contract.operation, operation.status_of)
        }
        status, template = operation.success_status, operation.templates[0]

        async def handle(request: Request) -> Answer:
            asked = submission_id(request.parameters[template])
            standing = await self._reader.read(request.known_caller, asked)
            form = forms.get(standing.submission.operation) if standing is not None else None
            if standing is None or form is None:
                raise Problem(problems.NO_SUBMISSION)
            wanted = request.parameters.get("state")
            wanted = wanted.lower() if wanted is not None else None
            if standing.submission.items > MANY_ITEMS:
                return Answer(status, await self._threads.run(form.body, standing, wanted))
            return Answer(status, form.body(standing, wanted))

        return handle


def submission_id(text: str) -> str:
    """Spell a UUID as the store does; any spelling of it means the same submission.

    Raises Problem 404 for what is no UUID: no submission has such an id.
    """
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise Problem(problems.NO_SUBMISSION) from None


@dataclass(frozen=True)
class StatusForm:
    """How the items of a submission are listed, read from the schema of the answer."""

    enveloped: bool
    initial: str
    record_path: str | None
    record_members: tuple[str, ...] = ()

    def body(self, standing: Standing, wanted: str | None) -> bytes:
        """Return the body; `wanted` is the state to filter by, in any case."""
        entries = b",".join(self._entries(standing, wanted))
        if not self.enveloped:
            return b"[" + entries + b"]"
        overall = b"Completed" if standing.outcomes is not None else b"Pending"
        return b'{"status":"' + overall + b'","result":[' + entries + b"]}"

    def _entries(self, standing: Standing, wanted: str | None) -> Iterator[bytes]:
        if standing.outcomes is None:
            if wanted in (None, self.initial.lower()):
                tail = _status(self.initial, ())
                for raw in standing.raw:
                    yield b'{"data":' + raw + tail
            return
        outcomes = standing.outcomes
        tails = {number: _status(row.then, ()) for number, row in outcomes.rows.items()}
        for raw, item in zip(standing.raw, outcomes.items, strict=True):
            state = outcomes.state(item)
            if wanted is not None and wanted != state.lower():
                continue
            tail = _status(state, item.errors) if item.errors else tails[item.row]
            yield b"{" + self._url(raw, outcomes, item) + b'"data":' + raw + tail

    def _url(self, raw: bytes, outcomes: Outcomes, item: SettledItem) -> bytes:
        if self.record_path is None or not outcomes.saves(item):
            return b""
        value = msgspec.json.decode(raw)
        path = self.record_path
        for member in self.record_members:
            if member not in value:
                return b""
            text = value[member]
            text = text if isinstance(text, str) else msgspec.json.encode(text).decode()
            path = path.replace("{" + member + "}", quote(text, safe=""))
        return b'"url":' + msgspec.json.encode(path) + b","


@lru_cache(maxsize=4096)
def _status(state: str, errors: tuple[str, ...]) -> bytes:
    status = {"state": state, "validation_errors": errors}
    return b',"status":' + msgspec.json.encode(status) + b"}"


def _success_schema(contract: Contract, operation: Operation) -> Mapping[str, Any]:
    """Return the schema of the JSON body of the success answer, `{}` when there is none."""
    resolve = contract.document.resolve
    response = resolve(operation.raw["responses"].get(str(operation.success_status), {}))
    for media_type, media in (response.get("content") or {}).items():
        if "json" in media_type:
            return _schema(contract, resolve(media).get("schema") or {})
    return {}


def _schema(contract: Contract, raw: Any) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = contract.document.resolve(raw)
    for part in schema.get("allOf") or ():
        schema = {**_schema(contract, part), **schema}
    return schema


def status_form(contract: Contract, operation: Operation, lifecycle: Lifecycle) -> StatusForm:
    """Return in which form an operation lists the items of a lifecycle."""
    schema = _success_schema(contract, operation)
    initial = lifecycle.initial or "Pending"
    enveloped = schema.get("type") != "array"
    entries = schema
    if enveloped:
        entries = _schema(contract, (schema.get("properties") or {}).get("result") or {})
    entry = _schema(contract, entries.get("items") or {})
    reading = contract.record_operation(lifecycle.name)
    if reading is None or "url" not in (entry.get("properties") or {}):
        return StatusForm(enveloped, initial, record_path=None)
    return StatusForm(enveloped, initial, reading.path, reading.templates)


def accepted_members(contract: Contract, operation: Operation) -> tuple[str, str]:
    """Return the names of the members that hold the id and the uri of the status check.

    The id is what the link to the status operation reads; the uri is what the schema calls a uri.
    """
    response = contract.document.resolve(
        operation.raw["responses"].get(str(operation.success_status), {})
    )
    id_member = "status_check_id"
    for raw in (response.get("links") or {}).values():
        for expression in (contract.document.resolve(raw).get("parameters") or {}).values():
            if str(expression).startswith("$response.body#/"):
                id_member = str(expression).removeprefix("$response.body#/")
    properties = _success_schema(contract, operation).get("properties") or {}
    for name, member in properties.items():
        if "uri" in str(contract.document.resolve(member).get("format", "")):
            return id_member, name
    return id_member, "status_check_uri"
