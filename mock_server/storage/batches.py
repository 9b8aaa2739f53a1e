"""Work that comes at the same time is done together: one transaction and one change of threads for many requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from mock_server.storage.threads import Threads

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class Batches(Generic[Piece, Result]):
    """Collects pieces of work while the last batch is being done, and does them as the next one."""

    def __init__(
        self, threads: Threads, work: Callable[[Sequence[Piece]], Sequence[Result]]
    ) -> None:
        """Take the threads, and what does a batch: it returns one result for each piece, in order."""
        self._threads = threads
        self._work = work
        self._waiting: list[tuple[Piece, asyncio.Future[Result]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def do(self, piece: Piece) -> Result:
        """Return the result of a piece. Raises what the work of its batch raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((piece, future))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work_off())
        return await future

    async def _work_off(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._work_batch(batch)
        finally:
            self._worker = None

    async def _work_batch(self, batch: list[tuple[Piece, asyncio.Future[Result]]]) -> None:
        pieces = [piece for piece, _ in batch]
        try:
            results = await self._threads.run(self._work, pieces)
        except Exception as error:  # each of the waiting requests has failed, and says so
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():  # the client may have gone away
                future.set_result(result)
