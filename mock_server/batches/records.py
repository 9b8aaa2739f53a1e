"""Operations that read one saved item by the members that their path names."""

from __future__ import annotations

from mock_server.batches.on_demand import SettlementOnDemand
from mock_server.batches.world import Worlds
from mock_server.contracts.lifecycles import Lifecycle
from mock_server.contracts.operations import Operation
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem
from mock_server.http.requests import Handler, Request
from mock_server.storage.threads import Threads


class RecordReader:
    """Makes the handlers of operations that read a saved item."""

    def __init__(self, worlds: Worlds, settling: SettlementOnDemand, threads: Threads) -> None:
        """Take the worlds, what settles what is due, and the threads that read."""
        self._worlds = worlds
        self._settling = settling
        self._threads = threads

    def handler(self, operation: Operation, lifecycle: Lifecycle) -> Handler:
        """Return the handler of an operation that reads a saved item of a lifecycle."""
        status = operation.success_status

        async def handle(request: Request) -> Answer:
            caller = request.known_caller
            named = {name: request.parameters[name] for name in operation.templates}
            await self._settling.bring_up_to_date(caller)
            data = await self._threads.run(self._worlds.record, caller, lifecycle, named)
            if data is None:
                raise Problem(problems.NO_RECORD, what=_spoken(lifecycle.records))
            return Answer(status, data)

        return handle


def _spoken(collection: str) -> str:
    return collection.replace("-", " ").removesuffix("s")
