"""Settling before an answer: a partner's world is brought up to date, in the partner's own lane of the writers' threads."""

from __future__ import annotations

import contextlib

from mock_server.batches.settlement import Settlement
from mock_server.clock import real_now
from mock_server.contracts.callers import Caller
from mock_server.storage.database import Unavailable
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads

_PATIENCE = 1.0


class SettlementOnDemand:
    """Brings the worlds of partners up to date.

    Where the store cannot be written, what is due stays as it stands, and is told so: a submission may always take longer
    than was said.
    """

    def __init__(self, store: Store, settlement: Settlement, threads: Threads) -> None:
        """Take the store, what settles, and the threads in which that is done."""
        self._submissions = store.submissions
        self._looks_at_once = store.database.looks_at_once
        self._settlement = settlement
        self._threads = threads

    async def bring_up_to_date(self, caller: Caller) -> None:
        """Settle what is due by the partner's clock, after a look whether anything is."""
        if self._looks_at_once:
            due = self._submissions.due(caller.client_id)
        else:
            due = await self._threads.run(self._submissions.due, caller.client_id)
        if due.is_due(real_now()):
            await self.settle(caller)

    async def settle(self, caller: Caller) -> None:
        """Settle what is due by the partner's clock."""
        with contextlib.suppress(Unavailable):
            if self._settlement.settle_due_at_once(caller):
                return
            await self._threads.write(
                caller.client_id, self._settlement.settle_due, caller, _PATIENCE
            )
