"""Work that comes at the same time is done together: one transaction and one change of threads for many requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def _never(_pieces: Sequence[object]) -> None:
    """Do nothing at once."""


class Batches(Generic[Piece, Result]):
    """Collects pieces of work of a lane while its last batch is being done, and does them as the next one."""

    def __init__(
        self,
        work: Callable[[str, Sequence[Piece]], Awaitable[Sequence[Result]]],
        lane: Callable[[Piece], str],
        at_once: Callable[[Sequence[Piece]], Sequence[Result] | None] = _never,
    ) -> None:
        """Take what does a batch of a lane (it returns one result for each piece, in order), and who waits for whom.

        `at_once` does a batch here and now, where it can without waiting for anybody, and else returns None.
        """
        self._work = work
        self._at_once = at_once
        self._lane = lane
        self._waiting: dict[str, list[tuple[Piece, asyncio.Future[Result]]]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}

    async def do(self, piece: Piece) -> Result:
        """Return the result of a piece. Raises what the work of its batch raised."""
        lane = self._lane(piece)
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(lane, []).append((piece, future))
        if lane not in self._workers:
            self._workers[lane] = asyncio.create_task(self._work_off(lane))
        return await future

    async def _work_off(self, lane: str) -> None:
        try:
            while batch := self._waiting.pop(lane, None):
                await self._work_batch(lane, batch)
        finally:
            del self._workers[lane]

    async def _work_batch(
        self, lane: str, batch: list[tuple[Piece, asyncio.Future[Result]]]
    ) -> None:
        pieces = [piece for piece, _ in batch]
        try:
            results = self._at_once(pieces)
            if results is None:
                results = await self._work(lane, pieces)
        except Exception as error:  # each of the waiting requests has failed, and says so
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():  # the client may have gone away
                future.set_result(result)
