"""A budget of memory for large bodies while they come: those that never end take neither the room nor the turn of others."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from mock_server.http import problems
from mock_server.http.bodies import LIMIT
from mock_server.http.problems import Problem

_SMALL = 64 * 1024  # so much is taken of any body before it is asked for
_OF_ONE_CALLER = 32 * 1024 * 1024
_OF_ALL = 128 * 1024 * 1024
_SECONDS = 5.0


class BodyBudget:
    """Lends bytes, to each caller a part of them; who finds none left waits a little."""

    def __init__(self, patience: float = _SECONDS) -> None:
        """Take for how many seconds somebody waits for bytes."""
        self._patience = patience
        self._lent: Counter[str] = Counter()
        self._changed = asyncio.Condition()

    def for_body(
        self, caller: str, headers: Mapping[str, str]
    ) -> AbstractAsyncContextManager[None]:
        """Return what holds the room for the body of a request. Raises Problem 503 when there is none for too long."""
        length = headers.get("content-length", "")
        size = int(length) if length.isdecimal() else 0
        if "transfer-encoding" in headers:
            size = LIMIT
        return self._held(caller, min(size, LIMIT)) if size > _SMALL else nullcontext()

    @asynccontextmanager
    async def _held(self, caller: str, size: int) -> AsyncIterator[None]:
        async with self._changed:
            try:
                async with asyncio.timeout(self._patience):
                    await self._changed.wait_for(lambda: self._has(caller, size))
            except TimeoutError:
                raise Problem(problems.NO_ROOM, headers={"Retry-After": "1"}) from None
            self._lent[caller] += size
        try:
            yield
        finally:
            async with self._changed:
                self._lent[caller] -= size
                self._lent += Counter()  # forgets who has nothing
                self._changed.notify_all()

    def _has(self, caller: str, size: int) -> bool:
        return self._lent[caller] + size <= _OF_ONE_CALLER and self._lent.total() + size <= _OF_ALL
