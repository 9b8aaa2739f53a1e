"""Plays the tests of the suites on the threads of a run, before pytest asks what came of each.

So the main thread only ever waits: it hears of a signal at once, whatever the tests are in the middle of.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contract_tests.ending import Ending
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import ONE_AFTER_THE_OTHER, Suite
from contract_tests.judging.pool import Pending
from contract_tests.judging.session import Session
from contract_tests.process import Process
from contract_tests.reading.contract import Contract, Submission

_PAUSE = 0.1  # seconds between two looks for a signal


@dataclass
class Played:
    """A test on its way: its session if it has one, and how long it was played."""

    suite: Suite
    session: Session | None
    act: Callable[[], object]
    pending: Pending[None] | None = None
    seconds: float = 0.0
    told: bool = False  # whether pytest has taken what came of it

    def play(self) -> None:
        """Play it, and measure the time."""
        started = time.monotonic()
        try:
            self.act()
        finally:
            self.seconds = time.monotonic() - started

    @property
    def ended(self) -> bool:
        """Whether it was played to its end."""
        return self.pending is not None and self.pending.wait(0)

    def take_findings(self) -> tuple[Finding, ...]:
        """Return what it has noted since this was asked last."""
        return tuple(self.session.findings.take()) if self.session is not None else ()


@dataclass
class Playing:
    """The tests of a process, played or on their way."""

    process: Process
    suites: Path
    ending: Ending
    _every: dict[str, Played] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        """Return how many tests were played to their end."""
        return sum(one.ended for one in list(self._every.values()))

    def begin(self, items: Iterable[pytest.Item]) -> None:
        """Put all tests in the queue; those of some suites follow one another."""
        following: dict[Suite, list[Played]] = {}
        for item in items:
            played = self._prepared(item) if item.path.is_relative_to(self.suites) else None
            if played is None:
                continue
            self._every[item.nodeid] = played
            if played.suite in ONE_AFTER_THE_OTHER:
                following.setdefault(played.suite, []).append(played)
            else:
                played.pending = self.process.pool.start(played.play)
        for group in following.values():
            self._follow(group)

    def _follow(self, group: list[Played]) -> None:
        for one in group:
            one.pending = Pending(one.play)
        waiting = [one.pending for one in group if one.pending is not None]
        self.process.pool.start(partial(_play_all, waiting))

    def _prepared(self, item: pytest.Item) -> Played | None:
        """Return a test with its arguments; None where pytest must make them, or will skip it."""
        if not isinstance(item, pytest.Function):
            return None
        values, session = self._known(item)
        names = getattr(item, "_fixtureinfo").argnames  # noqa: B009 - no public name leads to it
        if not set(names) <= values.keys():
            return None
        submission = values.get("submission")
        if (
            "usable" in names
            and session is not None
            and isinstance(submission, Submission)
            and session.why_not(submission)
        ):
            return None
        arguments = {name: values[name] for name in names}
        return Played(suite_of(item), session, partial(item.obj, **arguments))

    def _known(self, item: pytest.Function) -> tuple[Mapping[str, Any], Session | None]:
        """Return what the arguments of a test may be by their names, and its session."""
        parameters: dict[str, Any] = dict(getattr(getattr(item, "callspec", None), "params", {}))
        contract = parameters.get("contract")
        if not isinstance(contract, Contract):
            return parameters, None
        session = self.process.session(contract)
        parameters.setdefault("usable", parameters.get("submission"))
        return {**parameters, "session": session, "process": self.process}, session

    def result(self, item: pytest.Function) -> Played:
        """Wait until a test was played. Raises KeyboardInterrupt when the run is asked to end meanwhile."""
        played = self._every.get(item.nodeid)
        if played is None or played.pending is None:
            names = getattr(item, "_fixtureinfo").argnames  # noqa: B009
            arguments = {name: item.funcargs[name] for name in names}
            session = arguments.get("session")
            played = Played(
                suite_of(item),
                session if isinstance(session, Session) else None,
                partial(item.obj, **arguments),
            )
            played.pending = self.process.pool.start(played.play)
            self._every[item.nodeid] = played
        while not played.ended:
            self.ending.require_going_on()
            played.pending.wait(_PAUSE)
        return played

    def find(self, nodeid: str) -> Played | None:
        """Return a test that was played."""
        return self._every.get(nodeid)

    def untold(self) -> Iterator[Played]:
        """Yield what was played, or is being played, without pytest having asked for it."""
        yield from (one for one in list(self._every.values()) if not one.told)


def _play_all(group: list[Pending[None]]) -> None:
    for one in group:
        one.play()


def suite_of(item: pytest.Item | pytest.Collector) -> Suite:
    """Return the suite that a test belongs to."""
    return Suite(item.path.parent.name)
