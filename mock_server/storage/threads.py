"""Worker threads, apart by what they may have to wait for.

What writes may wait for a lock of the database; it has threads of its own, and whoever works for one partner, or on one
other lane, waits for nobody but those on the same lane. What reads and computes waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

from mock_server.storage.outages import Trouble, Unavailable

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_SECONDS_ON_A_LANE = 10.0


class Threads:
    """The worker threads of one server."""

    def __init__(self, writers: int = 4, others: int = 32) -> None:
        """Take the numbers of threads; they are started when they are needed."""
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="understudy-writer")
        self._others = ThreadPoolExecutor(others, thread_name_prefix="understudy")
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def run(
        self, work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Read or compute in a thread, and return what that returns."""
        return await self._run(self._others, work, *args, **kwargs)

    async def write(
        self,
        lane: str,
        work: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Write in a thread, after everything that was begun on the same lane.

        Raises Unavailable when that takes too long.
        """
        known = self._lanes.get(lane)
        if known is None:
            known = self._lanes[lane] = asyncio.Lock()
        try:
            async with asyncio.timeout(_SECONDS_ON_A_LANE):
                await known.acquire()
        except TimeoutError:
            raise Unavailable(Trouble.LOCKED) from None
        try:
            return await self._run(self._writers, work, *args, **kwargs)
        finally:
            known.release()

    async def _run(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        loop = asyncio.get_running_loop()
        if kwargs:
            return await loop.run_in_executor(pool, lambda: work(*args, **kwargs))
        return await loop.run_in_executor(pool, work, *args)

    def close(self) -> None:
        """Let the threads end."""
        for pool in (self._writers, self._others):
            pool.shutdown(wait=False, cancel_futures=True)
