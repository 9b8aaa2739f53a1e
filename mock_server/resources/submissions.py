"""Operations that a contract ties to a lifecycle: submit items, ask how they stand, read a saved one."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec

from mock_server.clock import real_now
from mock_server.contracts.contract import Contract, Operation
from mock_server.contracts.validation import Profile
from mock_server.http.problems import Answer, Fault, Problem, json_answer
from mock_server.http.requests import Handler, Request
from mock_server.resources import judging
from mock_server.resources.judging import Outcomes
from mock_server.resources.lifecycle import Lifecycle
from mock_server.resources.world import Standing, World
from mock_server.resources.world import standing as standing_of
from mock_server.storage.batches import Batches
from mock_server.storage.store import KeyReused, NewSubmission, Store, Wanted
from mock_server.storage.threads import Threads

_NO_SUBMISSION = "There is no such submission."


@dataclass(frozen=True)
class StatusShape:
    """How the items of a submission are listed, read from the schema of the answer."""

    enveloped: bool
    record_path: str | None
    record_members: tuple[str, ...] = ()

    def body(self, standing: Standing, initial: str, wanted: str | None) -> bytes:
        """Return the body; `wanted` is the state to filter by, in any case."""
        entries = b",".join(self._entries(standing, initial, wanted))
        if not self.enveloped:
            return b"[" + entries + b"]"
        overall = b"Completed" if standing.outcomes is not None else b"Pending"
        return b'{"status":"' + overall + b'","result":[' + entries + b"]}"

    def _entries(self, standing: Standing, initial: str, wanted: str | None) -> Iterator[bytes]:
        if standing.outcomes is None:
            if wanted in (None, initial.lower()):
                tail = _status(initial, ())
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

    def _url(self, raw: bytes, outcomes: Outcomes, item: judging.Settled) -> bytes:
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


class Submissions:
    """The handlers of one server's submissions."""

    def __init__(self, store: Store, world: World, threads: Threads) -> None:
        """Take what they stand on."""
        self._store = store
        self._world = world
        self._threads = threads
        self._accepting = Batches(threads, store.accept)
        self._looking = Batches(threads, store.look)

    # -- submit ----------------------------------------------------------------------------------

    def submit(self, contract: Contract, operation: Operation) -> Handler:
        """Return the handler of an operation that takes a submission."""
        submission = operation.submission
        if submission is None:
            raise ValueError(f"{operation.name} takes no submission")
        status = success_status(operation)
        if submission.synchronous:
            return self._submit_now(contract, operation, status)
        return self._submit_for_later(contract, operation, status)

    def _submit_for_later(self, contract: Contract, operation: Operation, status: int) -> Handler:
        asking = contract.status_operation(operation.id)
        if asking is None:
            raise ValueError(f"{operation.name} has no status operation")
        id_member, uri_member = _accepted_members(contract, operation)
        before, _, after = asking.path.partition(f"{{{asking.templates[0]}}}")

        async def handle(request: Request) -> Answer:
            new, profile = self._new(request)
            answer, has_due = await self._accepting.do(new)
            if has_due:
                await self._threads.run(self._world.settle_due, profile)
            if isinstance(answer, KeyReused):
                raise _key_reused()
            accepted = {id_member: answer.id, uri_member: f"{before}{answer.id}{after}"}
            return json_answer(accepted, status)

        return handle

    def _submit_now(self, contract: Contract, operation: Operation, status: int) -> Handler:
        shape = _shape(contract, operation, contract.lifecycles[_lifecycle_name(operation)])

        async def handle(request: Request) -> Answer:
            new, profile = self._new(request)
            answer = await self._threads.run(self._world.accept_and_settle, new, profile)
            if isinstance(answer, KeyReused):
                raise _key_reused()
            body = await self._threads.run(shape.body, answer, "", None)
            return Answer(status, body)

        return handle

    def _new(self, request: Request) -> tuple[NewSubmission, Profile]:
        profile = _caller(request)
        key = _idempotency_key(request)
        fingerprint = None
        if key is not None:
            text = request.operation.name.encode() + b"\n" + request.raw
            fingerprint = hashlib.sha256(text).digest()
        new = NewSubmission(
            partner=profile.client_id,
            operation=request.operation.name,
            body=request.raw,
            items=len(request.body),
            delay=self._world.delay,
            idempotency_key=key,
            fingerprint=fingerprint,
        )
        return new, profile

    # -- status ----------------------------------------------------------------------------------

    def status(self, contract: Contract, operation: Operation) -> Handler:
        """Return the handler of an operation that tells how submissions stand."""
        names = {contract.operation(submission).name for submission in operation.status_of}
        shapes: dict[str, tuple[StatusShape, str]] = {}
        for submission in operation.status_of:
            asked = contract.operation(submission)
            declared = contract.lifecycles[_lifecycle_name(asked)]
            shape = _shape(contract, operation, declared)
            shapes[asked.name] = (shape, declared.initial or "Pending")
        template = operation.templates[0]

        async def handle(request: Request) -> Answer:
            profile = _caller(request)
            asked = normal_id(request.parameters[template])
            standing = await self._standing(profile, asked)
            if standing is None or standing.submission.operation not in names:
                raise Problem(404, _NO_SUBMISSION)
            shape, initial = shapes[standing.submission.operation]
            wanted = request.parameters.get("state")
            wanted = wanted.lower() if wanted is not None else None
            if standing.submission.items > _MANY:
                body = await self._threads.run(shape.body, standing, initial, wanted)
            else:
                body = shape.body(standing, initial, wanted)
            return Answer(success_status(operation), body)

        return handle

    async def _standing(self, profile: Profile, submission: str) -> Standing | None:
        wanted = Wanted(profile.client_id, submission)
        if self._store.looks_at_once:
            (looked,) = self._store.look([wanted])
        else:
            looked = await self._looking.do(wanted)
        if looked.due.is_due(real_now()):
            return await self._threads.run(self._world.status, profile, submission)
        if looked.submission is None:
            return None
        if looked.submission.items > _MANY:
            return await self._threads.run(standing_of, looked.submission)
        return standing_of(looked.submission)

    # -- records ---------------------------------------------------------------------------------

    def record(self, contract: Contract, operation: Operation) -> Handler:
        """Return the handler of an operation that reads one saved item by its key."""
        declared = contract.lifecycles[operation.record_of or ""]
        status = success_status(operation)

        async def handle(request: Request) -> Answer:
            named = {name: request.parameters[name] for name in operation.templates}
            data = await self._threads.run(self._world.record, _caller(request), declared, named)
            if data is None:
                raise Problem(404, f"No {_spoken(declared.records)} is saved under this key.")
            return Answer(status, data)

        return handle


_MANY = 200
_LONGEST_KEY = 255


def check_submission(value: Any) -> None:
    """Raise Problem 400 unless the body is an array of objects; their faults are the items' own."""
    if not isinstance(value, list):
        raise Problem(400, "The body does not fit the contract.", (Fault("#", "must be an array"),))
    faults = tuple(
        Fault(f"#/{place}", "must be an object")
        for place, item in enumerate(value)
        if not isinstance(item, dict)
    )
    if faults:
        raise Problem(400, "The body does not fit the contract.", faults[:100])


def check_size(value: list[Any], least: int, most: int | None) -> None:
    """Raise Problem 400 for too few items and 413 for too many."""
    if len(value) < least:
        detail = f"must have at least {least} item" + ("" if least == 1 else "s")
        raise Problem(400, "The body does not fit the contract.", (Fault("#", detail),))
    if most is not None and len(value) > most:
        raise Problem(413, f"The body has {len(value)} items; at most {most} are allowed.")


def success_status(operation: Operation) -> int:
    """Return the lowest 2xx status that an operation documents."""
    known = [code for code in operation.raw.get("responses", {}) if code.isdigit()]
    good = sorted(int(code) for code in known if code.startswith("2"))
    return good[0] if good else 200


def normal_id(text: str) -> str:
    """Spell a UUID as the store does; any spelling of it means the same submission.

    Raises Problem 404 for what is no UUID: no submission has such an id.
    """
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise Problem(404, _NO_SUBMISSION) from None


def _idempotency_key(request: Request) -> str | None:
    name = request.operation.idempotency_key
    key = request.headers.get(name.lower()) if name is not None else None
    if key is not None and not 1 <= len(key) <= _LONGEST_KEY:
        detail = f"must have 1 to {_LONGEST_KEY} characters"
        fault = Fault(f"#/header/{name}", detail)
        raise Problem(400, "A parameter does not fit the contract.", (fault,))
    return key


def _caller(request: Request) -> Profile:
    if request.profile is None:
        raise Problem(401, "Nobody said who is asking.")
    return request.profile


def _key_reused() -> Problem:
    return Problem(422, "This Idempotency-Key was used before for another request.")


def _lifecycle_name(operation: Operation) -> str:
    return operation.submission.lifecycle if operation.submission else ""


def _spoken(collection: str) -> str:
    return collection.replace("-", " ").removesuffix("s")


def _success_schema(contract: Contract, operation: Operation) -> Mapping[str, Any]:
    """Return the schema of the JSON body of the success answer, `{}` when there is none."""
    resolve = contract.document.resolve
    response = resolve(operation.raw["responses"].get(str(success_status(operation)), {}))
    for media_type, media in (response.get("content") or {}).items():
        if "json" in media_type:
            return _schema(contract, resolve(media).get("schema") or {})
    return {}


def _schema(contract: Contract, raw: Any) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = contract.document.resolve(raw)
    for part in schema.get("allOf") or ():
        schema = {**_schema(contract, part), **schema}
    return schema


def _shape(contract: Contract, operation: Operation, declared: Lifecycle) -> StatusShape:
    schema = _success_schema(contract, operation)
    enveloped = schema.get("type") != "array"
    entries = schema
    if enveloped:
        entries = _schema(contract, (schema.get("properties") or {}).get("result") or {})
    entry = _schema(contract, entries.get("items") or {})
    reading = contract.record_operation(declared.name)
    if reading is None or "url" not in (entry.get("properties") or {}):
        return StatusShape(enveloped=enveloped, record_path=None)
    return StatusShape(
        enveloped=enveloped, record_path=reading.path, record_members=reading.templates
    )


def _accepted_members(contract: Contract, operation: Operation) -> tuple[str, str]:
    """Return the names of the members that hold the id and the uri of the status check.

    The id is what the link to the status operation reads; the uri is what the schema calls a uri.
    """
    response = contract.document.resolve(
        operation.raw["responses"].get(str(success_status(operation)), {})
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
