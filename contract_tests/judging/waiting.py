"""Waiting until something is final: by polling, or by moving a sandbox's clock."""

from __future__ import annotations

import time
from collections.abc import Callable

from contract_tests.http.clock import SandboxClock
from contract_tests.judging.findings import Broken
from contract_tests.judging.story import Submitted

_FIRST_ADVANCE = 60.0  # seconds on a sandbox's clock, then a multiple
_ADVANCES, _GROWTH = 4, 20
_LOST = 5.0  # seconds that may be lost in all once something never became final
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 2.0
_NEARLY = 0.9  # of the time that others took, before anybody looks again


class Waiting:
    """Waits no longer than the deadline, and less once something never became final.

    `look` asks how a submission stands, and returns whether all of it is final. Many may wait at once: what stands
    in a queue is given its time from when what was accepted before it was seen final.
    """

    def __init__(self, clock: SandboxClock, deadline: float) -> None:
        self.stuck: Broken | None = None  # what never became final, once that was seen
        self._clock = clock
        self._deadline = deadline
        self._usual = 0.0  # seconds that the last one took that was not final at once
        self._left: float | None = None  # seconds that may still be lost, None while nothing hangs
        self._finals: list[
            tuple[int, float]
        ] = []  # numbers of submissions, and when each was final

    @property
    def deadline(self) -> float:
        """Return how many seconds a submission is given.

        After something never became final, others get a multiple of what they took so far.
        """
        if self._left is None:
            return self._deadline
        return min(self._deadline, max(0.5, 5 * self._usual), self._left)

    @property
    def usual(self) -> float:
        """Return for how many seconds a submission is waited for, as far as is known."""
        return self._usual

    def is_final(self, made: Submitted, look: Callable[[Submitted], bool]) -> bool:
        """Wait until a submission is final; False when its time is over."""
        started = time.monotonic()
        if self._clock.has(made.caller):
            if self._moved(made, look):
                return True
        elif look(made):
            return True
        deadline = self.deadline
        if self._polled(made, look, started, deadline):
            return True
        self._left = _LOST if self._left is None else self._left - deadline
        return False

    def _polled(
        self,
        made: Submitted,
        look: Callable[[Submitted], bool],
        started: float,
        deadline: float,
    ) -> bool:
        pause = max(_FIRST_PAUSE, _NEARLY * self._usual)
        later = max(_FIRST_PAUSE, self._usual / 10)
        while (left := self._begun(made, started) + deadline - time.monotonic()) > 0:
            time.sleep(min(pause, left))
            pause, later = later, min(later * 1.4, _LONGEST_PAUSE)
            if look(made):
                now = time.monotonic()
                self._usual = now - started
                self._finals.append((made.number, now))
                return True
        return False

    def _begun(self, made: Submitted, started: float) -> float:
        """Return since when a submission may be processed: what was accepted before it is final then."""
        before = (ended for number, ended in list(self._finals) if number < made.number)
        return max(started, *before, started)

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
