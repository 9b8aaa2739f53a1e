"""Work that comes at the same time is done together: one transaction and one change of threads for many requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")
_Batch = list[tuple[Piece, "asyncio.Future[Result]"]]


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
        self._waiting: dict[str, _Batch[Piece, Result]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}

    async def do(self, piece: Piece) -> Result:
        """Return the result of a piece. Raises what the work of its batch raised."""
        lane = self._lane(piece)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        waiting = self._waiting.get(lane)
        if waiting is None:
            self._waiting[lane] = [(piece, future)]
            if lane not in self._workers:  # when this turn of the loop is over, others may wait too
                loop.call_soon(self._begin, lane)
        else:
            waiting.append((piece, future))
        return await future

    def _begin(self, lane: str) -> None:
        """Do what waits at once, where that can be, else let a task do it."""
        batch = self._waiting.pop(lane, None)
        if batch is None:
            return
        try:
            results = self._at_once([piece for piece, _ in batch])
        except Exception as error:
            _tell_all(batch, error)
            return
        if results is None:
            self._workers[lane] = asyncio.create_task(self._work_off(lane, batch))
        else:
            _hand_out(batch, results)

    async def _work_off(self, lane: str, batch: _Batch[Piece, Result]) -> None:
        try:
            results = await self._work(lane, [piece for piece, _ in batch])
        except Exception as error:
            _tell_all(batch, error)
        else:
            _hand_out(batch, results)
        finally:
            del self._workers[lane]
        self._begin(lane)


def _hand_out(batch: _Batch[Piece, Result], results: Sequence[Result]) -> None:
    for (_, future), result in zip(batch, results, strict=True):
        if not future.done():  # the client may have gone away
            future.set_result(result)


def _tell_all(batch: _Batch[Piece, Result], error: Exception) -> None:
    """Let each of the waiting requests fail, and say so."""
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
