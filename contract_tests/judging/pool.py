"""Plays acts side by side on a few threads, so that stories wait for a server together.

Whoever stands on a thread of the pool and has several acts to play puts them first in the queue and helps: a thread
that waits for others has always played what it could, so that there is no deadlock however deep acts stand in acts.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Pending(Generic[T]):
    """An act, and what came of it once somebody has played it."""

    def __init__(self, act: Callable[[], T]) -> None:
        self._act = act
        self._claim = threading.Lock()
        self._ended = threading.Event()
        self._values: list[T] = []
        self.error: BaseException | None = None

    def play(self) -> None:
        """Play it, unless somebody else does."""
        if not self._claim.acquire(blocking=False):
            return
        try:
            self._values.append(self._act())
        except BaseException as error:
            self.error = error
        finally:
            self._ended.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it was played, or for some seconds; whether it was."""
        return self._ended.wait(seconds)

    def result(self) -> T:
        """Wait, and return what it returned, or raise what it raised."""
        self._ended.wait()
        if self.error is not None:
            raise self.error
        return self._values[0]


class Pool:
    """At most `size` acts at once. Its threads end with the process: nobody waits for them."""

    def __init__(self, size: int = 1) -> None:
        self.size = size
        self._queue: deque[Pending[object]] = deque()
        self._changed = threading.Condition()
        self._threads = 0

    def start(self, act: Callable[[], T]) -> Pending[T]:
        """Put an act last in the queue."""
        pending = Pending(act)
        with self._changed:
            self._queue.append(pending)  # type: ignore[arg-type]
            self._grow()
            self._changed.notify()
        return pending

    def together(self, acts: Sequence[Callable[[], T]]) -> list[Pending[T]]:
        """Play acts side by side, and return them once all are played.

        Where one is played at a time, they are played one after the other until one raises; the rest is not played.
        """
        every = [Pending(act) for act in acts]
        if self.size == 1:
            return _one_by_one(every)
        with self._changed:
            self._queue.extendleft(reversed(every))  # type: ignore[arg-type]
            self._grow()
            self._changed.notify_all()
        for one in every:
            one.play()
        for one in every:
            one.wait()
        return every

    def _grow(self) -> None:
        """Begin a further thread while there are fewer than there may be."""
        while self._threads < min(self.size, self._threads + len(self._queue)):
            self._threads += 1
            threading.Thread(target=self._work, name=f"judge-{self._threads}", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._queue))
                one = self._queue.popleft()
            one.play()


def _one_by_one(every: list[Pending[T]]) -> list[Pending[T]]:
    played = []
    for one in every:
        one.play()
        played.append(one)
        if one.error is not None:
            break
    return played
