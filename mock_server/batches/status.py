"""Operations that tell how the items of a submission stand."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from mock_server import clock as clocks
from mock_server.batches.answer_cache import AnswerCache, CachedAnswer
from mock_server.batches.processing import Processing
from mock_server.batches.status_body import RecordUrl, StatusBody
from mock_server.batches.submission_state import MANY_ITEMS, SubmissionState, SubmissionStates
from mock_server.contracts.contract import Contract
from mock_server.contracts.lifecycles import Lifecycle
from mock_server.contracts.operations import Operation
from mock_server.contracts.status_form import read_filter, read_status_form
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.conditions import ETAG, matches
from mock_server.http.problems import Problem
from mock_server.http.requests import Handler, Request
from mock_server.storage.threads import Threads

CLOCK = "X-Sandbox-Clock"
_AS_THE_STORE_DOES = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class StatusHandlers:
    """Makes the handlers of operations that tell how submissions stand."""

    def __init__(
        self, processing: Mapping[str, Processing], reader: SubmissionStates, threads: Threads
    ) -> None:
        """Take how each operation is processed, what reads, and the threads in which long answers are written."""
        self._processing = processing
        self._reader = reader
        self._threads = threads

    def handler(self, contract: Contract, operation: Operation) -> Handler:
        """Return the handler of an operation that tells how submissions stand."""
        names = [contract.operation(asked).name for asked in operation.status_of]
        known = {name: self._processing[name] for name in names}
        bodies = {name: status_body(contract, operation, one) for name, one in known.items()}
        lifecycles = [one.lifecycle for one in known.values()]
        state_parameter = read_filter(operation, lifecycles)
        status, template = operation.success_status, operation.templates[-1]

        finished = AnswerCache()

        async def handle(request: Request) -> Answer:
            caller, submission = request.known_caller, submission_id(request.parameters[template])
            wanted = _states(request.parameters.get(state_parameter or ""))
            asked = (caller.client_id, submission, wanted)
            known = None
            if asked in finished:
                known = finished.get(asked, self._reader.mark(caller, submission))
            if known is None:
                standing = await self._reader.read(caller, submission)
                body = bodies.get(standing.submission.operation) if standing is not None else None
                if standing is None or body is None:
                    raise Problem(problems.NO_SUBMISSION)
                written = await self._written(body, standing, wanted)
                if standing.outcomes is None:
                    return Answer(status, written, headers=_waiting(standing))
                known = CachedAnswer.of(written)
                finished.keep(asked, self._reader.mark_of(standing), known)
            condition = request.headers.get("if-none-match")
            if condition is not None and matches(condition, known.tag):
                return Answer(304, b"", None, {ETAG: known.tag})
            return Answer(status, known.body, headers={ETAG: known.tag})

        return handle

    async def _written(
        self, body: StatusBody, standing: SubmissionState, wanted: frozenset[str] | None
    ) -> bytes:
        if standing.submission.items > MANY_ITEMS:
            return await self._threads.run(body.written, standing, wanted)
        return body.written(standing, wanted)


def _waiting(standing: SubmissionState) -> Mapping[str, str]:
    """Return the header by which a client hears that what it polls for waits on a clock that stands still."""
    if standing.outcomes is not None or standing.frozen_at is None:
        return {}
    return {CLOCK: f"frozen at {clocks.to_text(standing.frozen_at)}"}


def status_body(contract: Contract, operation: Operation, processing: Processing) -> StatusBody:
    """Return how an operation writes the status of a submission that is processed so."""
    form = read_status_form(
        contract.document, operation, processing.lifecycle, processing.form.items
    )
    return StatusBody(form, _record_url(contract, processing.lifecycle))


def _record_url(contract: Contract, lifecycle: Lifecycle) -> RecordUrl | None:
    reading = contract.record_operation(lifecycle.name)
    return RecordUrl(reading.path, reading.templates) if reading is not None else None


def submission_id(text: str) -> str:
    """Spell a UUID as the store does; any spelling of it means the same submission.

    Raises Problem 404 for what is no UUID: no submission has such an id.
    """
    if _AS_THE_STORE_DOES.fullmatch(text):
        return text
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise Problem(problems.NO_SUBMISSION) from None


def _states(asked: object) -> frozenset[str] | None:
    """Return the states that are asked for, in lower case; None when all are."""
    if asked is None:
        return None
    listed = asked if isinstance(asked, list) else [asked]
    return frozenset(str(state).lower() for state in listed)
