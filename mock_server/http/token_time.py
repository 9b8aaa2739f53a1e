"""By which clock tokens end: real time, or the clock of the partner whose token it is."""

from __future__ import annotations

import time
from typing import Literal

from mock_server.clock import MICROSECONDS, real_now
from mock_server.storage.database import Database
from mock_server.storage.partners import Partners
from mock_server.storage.threads import Threads

TokenClock = Literal["real", "partner"]


class TokenTime:
    """Tells what time it is for the tokens of a partner, in seconds since 1970."""

    def __init__(
        self, kind: TokenClock, database: Database, partners: Partners, threads: Threads
    ) -> None:
        """Take which clock counts, and where those of the partners stand."""
        self._kind = kind
        self._database = database
        self._partners = partners
        self._threads = threads

    async def now(self, client_id: str) -> float:
        """Return the instant that counts for a partner's tokens."""
        if self._kind == "real":
            return time.time()
        return await self._threads.run(self._of_partner, client_id)

    def _of_partner(self, client_id: str) -> float:
        with self._database.begin_read() as connection:
            clock = self._partners.clock(connection, client_id)
        return clock.now(real_now()) / MICROSECONDS
