"""The operations that a contract ties to a lifecycle, each with what answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from mock_server.contracts.callers import NOBODY
from mock_server.contracts.contract import Contract, Operation
from mock_server.contracts.validation import Schemas
from mock_server.http.requests import Bound
from mock_server.resources.records import record_handler
from mock_server.resources.settlement import Processing, Settlement
from mock_server.resources.standing import StandingReader
from mock_server.resources.status import StatusHandlers
from mock_server.resources.submissions import SubmissionHandlers
from mock_server.resources.world import Worlds
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads


class Lifecycles:
    """Answers the operations of lifecycles; `worlds` and `standings` are for those who look behind them."""

    def __init__(self, store: Store, settlement: Settlement, threads: Threads) -> None:
        """Take the store, what settles, and the threads in which that is done."""
        self.worlds = Worlds(store, settlement)
        self.standings = StandingReader(store, settlement, threads)
        self.settlement = settlement
        self._threads = threads
        self._submissions = SubmissionHandlers(store, settlement, threads)
        self._statuses = StatusHandlers(self.standings, threads)

    def bind(self, contract: Contract, operation: Operation) -> Bound | None:
        """Return what answers an operation that has to do with a lifecycle."""
        if operation.submission is not None:
            lifecycle = contract.lifecycle_of(operation)
            return Bound(self._submissions.handler(contract, operation, lifecycle))
        if operation.status_of:
            return Bound(self._statuses.handler(contract, operation))
        if operation.record_of is not None:
            lifecycle = contract.lifecycles[operation.record_of]
            return Bound(record_handler(operation, lifecycle, self.worlds, self._threads))
        return None


def processing_of(
    contracts: Iterable[Contract], schemas: Mapping[str, Schemas]
) -> dict[str, Processing]:
    """Return how the items of each submission are processed, by the operation's name. Raises ContractError."""
    found = {}
    for contract in contracts:
        for operation in contract.operations:
            if operation.submission is not None:
                check = schemas[contract.name].check
                pointer = contract.items_pointer(operation)
                check(pointer, NOBODY)  # a schema that cannot be compiled stops the start
                lifecycle = contract.lifecycle_of(operation)
                found[operation.name] = Processing(
                    lifecycle, partial(check, pointer), contract.error_names
                )
    return found
