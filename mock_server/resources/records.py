"""Operations that read one saved item by the members that their path names."""

from __future__ import annotations

from mock_server.contracts.lifecycles import Lifecycle
from mock_server.contracts.operations import Operation
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem
from mock_server.http.requests import Handler, Request
from mock_server.resources.world import Worlds
from mock_server.storage.threads import Threads


def record_handler(
    operation: Operation, lifecycle: Lifecycle, worlds: Worlds, threads: Threads
) -> Handler:
    """Return the handler of an operation that reads a saved item of a lifecycle."""
    status = operation.success_status

    async def handle(request: Request) -> Answer:
        named = {name: request.parameters[name] for name in operation.templates}
        data = await threads.run(worlds.record, request.known_caller, lifecycle, named)
        if data is None:
            raise Problem(problems.NO_RECORD, what=_spoken(lifecycle.records))
        return Answer(status, data)

    return handle


def _spoken(collection: str) -> str:
    return collection.replace("-", " ").removesuffix("s")
