"""Operations that take a submission: the items are checked, kept, and settled at once or later."""

from __future__ import annotations

import hashlib
from typing import Any

from mock_server.contracts.contract import Contract, Operation
from mock_server.contracts.lifecycles import Lifecycle
from mock_server.http import problems
from mock_server.http.answers import Answer, json_answer
from mock_server.http.problems import Fault, Problem
from mock_server.http.requests import Handler, Request
from mock_server.resources.settlement import Settlement
from mock_server.resources.standing import standing_of
from mock_server.resources.status import StatusForm, accepted_members, status_form
from mock_server.storage.batches import Batches
from mock_server.storage.store import Store
from mock_server.storage.submissions import KeyReused, NewSubmission
from mock_server.storage.threads import Threads

_LONGEST_KEY = 255


class SubmissionHandlers:
    """Makes the handlers of operations that take a submission."""

    def __init__(self, store: Store, settlement: Settlement, threads: Threads) -> None:
        """Take the store, what settles, and the threads in which that is done."""
        self._settlement = settlement
        self._threads = threads
        self._accepting = Batches(threads, store.submissions.accept)

    def handler(self, contract: Contract, operation: Operation, lifecycle: Lifecycle) -> Handler:
        """Return the handler of an operation that takes a submission."""
        asking = contract.status_operation(operation.id)
        if asking is None or (operation.submission and operation.submission.synchronous):
            return self._handler_at_once(operation, status_form(contract, operation, lifecycle))
        return self._handler_for_later(contract, operation, asking)

    def _handler_for_later(
        self, contract: Contract, operation: Operation, asking: Operation
    ) -> Handler:
        status = operation.success_status
        id_member, uri_member = accepted_members(contract, operation)
        before, _, after = asking.path.partition(f"{{{asking.templates[0]}}}")

        async def handle(request: Request) -> Answer:
            new = self._new(request)
            answer, has_due = await self._accepting.do(new)
            if has_due:
                await self._threads.run(self._settlement.settle_due, request.known_caller)
            if isinstance(answer, KeyReused):
                raise Problem(problems.KEY_REUSED)
            accepted = {id_member: answer.id, uri_member: f"{before}{answer.id}{after}"}
            return json_answer(accepted, status)

        return handle

    def _handler_at_once(self, operation: Operation, form: StatusForm) -> Handler:
        status = operation.success_status

        async def handle(request: Request) -> Answer:
            new, caller = self._new(request), request.known_caller
            settled = await self._threads.run(self._settlement.accept_and_settle, new, caller)
            if isinstance(settled, KeyReused):
                raise Problem(problems.KEY_REUSED)
            standing = await self._threads.run(standing_of, settled)
            return Answer(status, await self._threads.run(form.body, standing, None))

        return handle

    def _new(self, request: Request) -> NewSubmission:
        key = _idempotency_key(request)
        fingerprint = None
        if key is not None:
            text = request.operation.name.encode() + b"\n" + request.raw
            fingerprint = hashlib.sha256(text).digest()
        return NewSubmission(
            partner=request.known_caller.client_id,
            operation=request.operation.name,
            body=request.raw,
            items=len(request.body),
            delay=self._settlement.delay,
            idempotency_key=key,
            fingerprint=fingerprint,
        )


def check_submission(value: Any, least: int, most: int | None) -> None:
    """Raise Problem unless the body is an array of so many objects; their faults are the items' own."""
    if not isinstance(value, list):
        raise Problem(problems.BAD_BODY, Fault("#", "must be an array"))
    faults = [
        Fault(f"#/{index}", "must be an object")
        for index, item in enumerate(value)
        if not isinstance(item, dict)
    ]
    if faults:
        raise Problem(problems.BAD_BODY, *faults)
    if len(value) < least:
        detail = f"must have at least {least} item" + ("" if least == 1 else "s")
        raise Problem(problems.BAD_BODY, Fault("#", detail))
    if most is not None and len(value) > most:
        raise Problem(problems.TOO_MANY_ITEMS, count=len(value), most=most)


def _idempotency_key(request: Request) -> str | None:
    name = request.operation.idempotency_key
    key = request.headers.get(name.lower()) if name is not None else None
    if key is not None and not 1 <= len(key) <= _LONGEST_KEY:
        detail = f"must have 1 to {_LONGEST_KEY} characters"
        raise Problem(problems.BAD_PARAMETER, Fault(f"#/header/{name}", detail))
    return key
