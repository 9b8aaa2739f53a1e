"""Snapshots by the control surface: keep a world, and go back to it."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server import clock as clocks
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.control.operations import SERVICE
from mock_server.http import problems
from mock_server.http.answers import Answer, json_answer
from mock_server.http.problems import Problem
from mock_server.http.requests import Answering, Handler, Request
from mock_server.storage.snapshots import Snapshot, Snapshots
from mock_server.storage.threads import Threads


class SnapshotOperations:
    """Answers the operations about snapshots."""

    def __init__(self, snapshots: Snapshots, threads: Threads) -> None:
        """Take the snapshots, and the threads that write."""
        self._snapshots = snapshots
        self._threads = threads
        self._handlers: Mapping[str, Handler] = {
            "listSnapshots": self.list,
            "takeSnapshot": self.take,
            "restoreSnapshot": self.restore,
            "dropSnapshot": self.drop,
        }

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation of the shipped control contract."""
        handler = self._handlers.get(operation.id) if contract.service == SERVICE else None
        return Answering(handler) if handler is not None else None

    async def list(self, request: Request) -> Answer:
        """Answer with the partner's snapshots."""
        mine = await self._threads.run(self._snapshots.all_of, request.known_caller.client_id)
        return json_answer([_snapshot(one) for one in mine])

    async def take(self, request: Request) -> Answer:
        """Keep the partner's world as it stands."""
        partner, name = request.known_caller.client_id, request.parameters["name"]
        taken = await self._threads.write(partner, self._snapshots.take, partner, name)
        return json_answer(_snapshot(taken))

    async def restore(self, request: Request) -> Answer:
        """Go back. Raises Problem 404 for a name that there is not."""
        partner, name = request.known_caller.client_id, request.parameters["name"]
        if not await self._threads.write(partner, self._snapshots.restore, partner, name):
            raise Problem(problems.NO_SNAPSHOT, name=name)
        return Answer(204, media_type=None)

    async def drop(self, request: Request) -> Answer:
        """Forget a snapshot. Raises Problem 404 for a name that there is not."""
        partner, name = request.known_caller.client_id, request.parameters["name"]
        if not await self._threads.write(partner, self._snapshots.drop, partner, name):
            raise Problem(problems.NO_SNAPSHOT, name=name)
        return Answer(204, media_type=None)


def _snapshot(snapshot: Snapshot) -> Mapping[str, object]:
    return {
        "name": snapshot.name,
        "taken_at": clocks.to_text(snapshot.taken_at),
        "clock": clocks.to_text(snapshot.world_now),
    }
