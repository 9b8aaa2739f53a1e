"""The journal by the control surface: what came in, live or as an archive, and tallies for a monitor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping

import msgspec

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.control.metrics import MEDIA_TYPE, exposition
from mock_server.control.operations import SERVICE, SHOWN
from mock_server.http.answers import Answer, json_answer
from mock_server.http.requests import Answering, Handler, Request
from mock_server.journal import Entry, Journal
from mock_server.journal.har import archive
from mock_server.journal.rendering import shown

FOLLOWED = 30.0
"""For how many seconds requests are followed where nobody says how long."""


class JournalOperations:
    """Answers the operations about requests."""

    def __init__(self, journal: Journal) -> None:
        """Take the journal of this process."""
        self._journal = journal
        self._handlers: Mapping[str, Handler] = {
            "listRequests": self.list_requests,
            "followRequests": self.follow_requests,
            "downloadRequests": self.download_requests,
            "forgetRequests": self.forget_requests,
            "getMetrics": self.metrics,
        }

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation of the shipped control contract."""
        handler = self._handlers.get(operation.id) if contract.service == SERVICE else None
        return Answering(handler) if handler is not None else None

    async def list_requests(self, request: Request) -> Answer:
        """Answer with the partner's last requests, the last one first."""
        found = list(self._wanted(request))[-request.parameters.get("limit", SHOWN) :]
        return json_answer([shown(entry) for entry in reversed(found)])

    async def follow_requests(self, request: Request) -> Answer:
        """Answer with the partner's requests as they come."""
        seconds = request.parameters.get("seconds", FOLLOWED)
        missed = list(self._wanted(request)) if "after" in request.parameters else []
        coming = self._journal.follow(request.known_caller.client_id, seconds)
        headers = {"Cache-Control": "no-store"}
        stream = _events(missed, coming)
        return Answer(200, b": the journal follows\n\n", "text/event-stream", headers, stream)

    async def download_requests(self, request: Request) -> Answer:
        """Answer with the partner's last requests as an HTTP Archive."""
        entries = self._journal.of_partner(request.known_caller.client_id)
        headers = {"Content-Disposition": 'attachment; filename="understudy.har"'}
        return json_answer(archive(entries), headers=headers)

    async def forget_requests(self, request: Request) -> Answer:
        """Drop what the journal has of the partner."""
        self._journal.forget(request.known_caller.client_id)
        return Answer(204, media_type=None)

    async def metrics(self, _request: Request) -> Answer:
        """Answer with the tallies of this process; they tell nothing of any partner."""
        return Answer(200, exposition(self._journal), MEDIA_TYPE)

    def _wanted(self, request: Request) -> Iterable[Entry]:
        asked = request.parameters
        for entry in self._journal.of_partner(request.known_caller.client_id):
            if entry.id <= asked.get("after", 0):
                continue
            if "status" in asked and entry.answer.status != asked["status"]:
                continue
            if "operation" in asked and not _is_of(entry, asked["operation"]):
                continue
            yield entry


def _is_of(entry: Entry, name: str) -> bool:
    return entry.operation is not None and entry.operation.id == name


async def _events(missed: Iterable[Entry], coming: AsyncIterator[Entry]) -> AsyncIterator[bytes]:
    for entry in missed:
        yield _event(entry)
    async for entry in coming:
        yield _event(entry)


def _event(entry: Entry) -> bytes:
    """Return an entry as an event of a stream (WHATWG HTML, section 9.2)."""
    return b"id: %d\nevent: request\ndata: %s\n\n" % (entry.id, msgspec.json.encode(shown(entry)))
