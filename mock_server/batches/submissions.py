"""Operations that take a submission: the items are checked, kept, and settled at once or later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from mock_server.batches.on_demand import SettlementOnDemand
from mock_server.batches.processing import Processing
from mock_server.batches.settlement import Settlement
from mock_server.batches.status import status_body
from mock_server.batches.status_body import StatusBody, put
from mock_server.batches.submission_state import standing_of
from mock_server.clock import MICROSECONDS
from mock_server.contracts.accepted_form import AcceptedForm, read_accepted_form
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.contracts.submission_form import SubmissionForm
from mock_server.http import problems
from mock_server.http.answers import Answer, json_answer
from mock_server.http.problems import Fault, Problem
from mock_server.http.requests import Answering, Handler, Request
from mock_server.storage.batches import Batches
from mock_server.storage.store import Store
from mock_server.storage.submission_tables import Accepted, KeyReused, NewSubmission
from mock_server.storage.threads import Threads

_LONGEST_KEY = 255


class SubmissionHandlers:
    """Makes the handlers of operations that take a submission."""

    def __init__(
        self,
        store: Store,
        processing: Mapping[str, Processing],
        settlement: Settlement,
        settling: SettlementOnDemand,
        threads: Threads,
    ) -> None:
        """Take the store, how each operation is processed, what settles and when, and the threads for that."""
        self._processing = processing
        self._settlement = settlement
        self._settling = settling
        self._threads = threads
        # On SQLite all wait for one file, so all are accepted together; on PostgreSQL no partner waits for another.
        is_sqlite = store.database.is_sqlite
        self._accepting: Batches[NewSubmission, tuple[Accepted | KeyReused, bool]] = Batches(
            lambda lane, new: threads.write(lane, store.submissions.accept, new),
            lambda new: "" if is_sqlite else new.partner,
            store.submissions.accept_at_once,
        )

    def bind(self, contract: Contract, operation: Operation) -> Answering:
        """Return what answers an operation that takes a submission."""
        processing = self._processing[operation.name]

        def check(request: Request) -> None:
            check_submission(request.body, processing.form)

        asking = contract.status_operation(operation.id)
        if asking is None or (operation.submission and operation.submission.synchronous):
            body = status_body(contract, operation, processing)
            return Answering(self._handler_at_once(operation, body), check=check)
        form = read_accepted_form(contract.document, operation, asking, processing.lifecycle)
        writer = _AcceptedBody(form, asking, processing.lifecycle.initial or "")
        return Answering(self._handler_for_later(operation, writer), check=check)

    def _handler_for_later(self, operation: Operation, body: _AcceptedBody) -> Handler:
        status = operation.success_status

        async def handle(request: Request) -> Answer:
            new = self._new(request)
            answer, has_due = await self._accepting.do(new)
            if request.settle_as is not None and not isinstance(answer, KeyReused):
                self._settlement.choose(answer.id, request.settle_as)
            if has_due:
                await self._settling.settle(request.known_caller)
            if isinstance(answer, KeyReused):
                raise Problem(problems.KEY_REUSED)
            return body.answer(answer.id, status, request)

        return handle

    def _handler_at_once(self, operation: Operation, body: StatusBody) -> Handler:
        status = operation.success_status

        async def handle(request: Request) -> Answer:
            new, caller = self._new(request), request.known_caller
            settled = await self._threads.write(
                new.partner, self._settlement.accept_and_settle, new, caller, request.settle_as
            )
            if isinstance(settled, KeyReused):
                raise Problem(problems.KEY_REUSED)
            standing = await self._threads.run(standing_of, settled)
            return Answer(status, await self._threads.run(body.written, standing, None))

        return handle

    def _new(self, request: Request) -> NewSubmission:
        if request.settle_as is not None:
            self._require_state(request)
        key, after = _idempotency_key(request), request.settle_after
        fingerprint = None
        if key is not None:
            text = request.operation.name.encode() + b"\n" + request.raw
            fingerprint = hashlib.sha256(text).digest()
        return NewSubmission(
            partner=request.known_caller.client_id,
            operation=request.operation.name,
            body=request.raw,
            items=len(request.body),
            delay=self._settlement.delay if after is None else round(after * MICROSECONDS),
            idempotency_key=key,
            fingerprint=fingerprint,
        )

    def _require_state(self, request: Request) -> None:
        """Raise Problem for a scenario that wants a state to which no outcome of the lifecycle leads."""
        lifecycle = self._settlement.lifecycle_of(request.operation.name)
        known = sorted({row.then for row in lifecycle.rows}) if lifecycle is not None else []
        if request.settle_as not in known:
            told = f"no outcome leads to {request.settle_as}; there are {', '.join(known)}"
            raise Problem(problems.BAD_PARAMETER, Fault("#/effect/settle_as", told))


class _AcceptedBody:
    """Writes the answers to accepted submissions."""

    def __init__(self, form: AcceptedForm, asking: Operation, initial: str) -> None:
        self._form = form
        self._initial = initial
        # The path has templates that only the request could fill; the last one is the submission.
        self._before, _, self._after = asking.path.rpartition(f"{{{asking.templates[-1]}}}")

    def answer(self, submission: str, status: int, request: Request) -> Answer:
        base = request.whole_base if self._form.whole else request.root_path
        uri = f"{self._before}{submission}{self._after}"
        members: dict[str, object] = {}
        put(members, self._form.id, submission)
        if self._form.uri is not None:
            put(members, self._form.uri, base + uri)
        if self._form.state is not None:
            put(members, self._form.state, self._initial)
        return json_answer(members, status, {"Location": uri} if self._form.location else None)


def check_submission(value: object, form: SubmissionForm) -> None:
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
    if len(value) < form.least:
        detail = f"must have at least {form.least} item" + ("" if form.least == 1 else "s")
        raise Problem(problems.BAD_BODY, Fault("#", detail))
    if form.most is not None and len(value) > form.most:
        raise Problem(problems.TOO_MANY_ITEMS, count=len(value), most=form.most)


def _idempotency_key(request: Request) -> str | None:
    name = request.operation.idempotency_key
    key = request.headers.get(name.lower()) if name is not None else None
    if key is not None and not 1 <= len(key) <= _LONGEST_KEY:
        detail = f"must have 1 to {_LONGEST_KEY} characters"
        raise Problem(problems.BAD_PARAMETER, Fault(f"#/header/{name}", detail))
    return key
