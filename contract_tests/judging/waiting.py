"""Waiting until something is final: by polling, or by moving a sandbox's clock."""

from __future__ import annotations

import time
from collections.abc import Callable

from contract_tests.http.clock import SandboxClock
from contract_tests.judging.story import Submitted

_FIRST_ADVANCE = 60.0  # seconds on a sandbox's clock, then a multiple
_ADVANCES, _GROWTH = 4, 20
_LOST = 5.0  # seconds that may be lost in all once something never became final
_LONGEST_PAUSE = 2.0


class Waiting:
    """Waits no longer than the deadline, and less once something never became final.

    `look` asks how a submission stands, and returns whether all of it is final.
    """

    def __init__(self, clock: SandboxClock, deadline: float) -> None:
        self._clock = clock
        self._deadline = deadline
        self._latency = 0.02
        self._left: float | None = None  # seconds that may still be lost, None while nothing hangs

    @property
    def deadline(self) -> float:
        """Return how many seconds a submission is given.

        After something never became final, others get a multiple of what they took so far.
        """
        if self._left is None:
            return self._deadline
        return min(self._deadline, max(0.5, 20 * self._latency), self._left)

    def is_final(self, made: Submitted, look: Callable[[Submitted], bool]) -> bool:
        """Wait until a submission is final; False when its time is over."""
        deadline, started = self.deadline, time.monotonic()
        if self._clock.has(made.caller):
            if self._moved(made, look):
                return True
        elif look(made):
            return True
        pause = self._latency
        while time.monotonic() - started < deadline:
            time.sleep(min(pause, max(0.0, deadline - (time.monotonic() - started))))
            pause = min(pause * 1.4, _LONGEST_PAUSE)
            if look(made):
                self._latency = max(0.01, (time.monotonic() - started) / 4)
                return True
        self._left = _LOST if self._left is None else self._left - deadline
        return False

    def _moved(self, made: Submitted, look: Callable[[Submitted], bool]) -> bool:
        seconds = _FIRST_ADVANCE
        for _ in range(1 if self._left is not None else _ADVANCES):
            made.story.exchanges.append(self._clock.advance(made.caller, seconds))
            if look(made):
                return True
            seconds *= _GROWTH
        return False

    def creep(self, made: Submitted, look: Callable[[Submitted], bool]) -> None:
        """Look until a submission is final, while a clock moves in steps too small to miss its turn."""
        step = 0.01
        while self._clock.has(made.caller) and step < _FIRST_ADVANCE and not look(made):
            made.story.exchanges.append(self._clock.advance(made.caller, step))
            step *= 1.5
