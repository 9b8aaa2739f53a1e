"""The operations that a contract ties to a lifecycle, each with what answers it."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server.batches.on_demand import SettlementOnDemand
from mock_server.batches.processing import Processing
from mock_server.batches.records import RecordReader
from mock_server.batches.settlement import Settlement
from mock_server.batches.status import StatusHandlers
from mock_server.batches.submission_state import SubmissionStates
from mock_server.batches.submissions import SubmissionHandlers
from mock_server.batches.world import Worlds
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.http.requests import Answering
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads


class Lifecycles:
    """Answers the operations of lifecycles; `settling`, `worlds` and `standings` are for those who look behind them."""

    def __init__(
        self,
        store: Store,
        processing: Mapping[str, Processing],
        delay_seconds: float,
        threads: Threads,
    ) -> None:
        """Take the store, how each operation (by name) is processed, the delay, and the threads that work."""
        self.settlement = Settlement(store, processing, delay_seconds)
        self.settling = SettlementOnDemand(store, self.settlement, threads)
        self.worlds = Worlds(store, self.settlement)
        self.standings = SubmissionStates(store, self.settling, threads)
        self._threads = threads
        self._submissions = SubmissionHandlers(
            store, processing, self.settlement, self.settling, threads
        )
        self._statuses = StatusHandlers(processing, self.standings, threads)

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation that has to do with a lifecycle."""
        if operation.submission is not None:
            return self._submissions.bind(contract, operation)
        if operation.status_of:
            return Answering(self._statuses.handler(contract, operation))
        if operation.record_of is not None:
            lifecycle = contract.lifecycles[operation.record_of]
            reader = RecordReader(self.worlds, self.settling, self._threads)
            return Answering(reader.handler(operation, lifecycle))
        return None
