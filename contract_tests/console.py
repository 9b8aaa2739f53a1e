"""Shows where a run stands, then its verdict, in place of pytest's report."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TextIO

import click
import pytest

from contract_tests.gathering import Gathering
from contract_tests.replay import Remembered
from contract_tests.reporting.progress import Progress, Standing
from contract_tests.reporting.report import Verdict


def descriptor_of(stream: TextIO) -> TextIO:
    """Return a stream to where another leads now: pytest leads the descriptors away while tests run."""
    try:
        return os.fdopen(os.dup(stream.fileno()), "w", encoding="utf-8", errors="replace")
    except (OSError, ValueError):  # it is no file
        return stream


class Console:
    """A plugin of pytest that shows where a run stands, then its verdict, in place of pytest's report."""

    def __init__(
        self, stream: TextIO, before: Remembered | None = None, *, live: bool = False
    ) -> None:
        self._before = before
        self._standing = Standing()
        self._progress = Progress(stream, self._standing, live=live)
        self._gathering: Gathering | None = None
        self._guard = threading.Lock()
        self._told = False

    def begin(self) -> None:
        """Begin to show where the run stands."""
        self._progress.begin()

    def waits(self) -> None:
        """Learn that the server is asked whether it answers at all."""
        self._standing.phase = "waiting for a first answer"

    def begun(self, gathering: Gathering) -> None:
        """Learn of the run that begins."""
        self._gathering = gathering
        self._standing.phase, self._standing.begun = "a first look", True
        self._standing.requests = gathering.sent
        self._standing.findings = gathering.broken
        self._standing.ended = lambda: gathering.playing.ended

    def stopped(self) -> None:
        """Show no more."""
        self._progress.end()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn how many checks there are."""
        self._standing.total = len(session.items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Show the test whose end is waited for."""
        file, _, test = nodeid.partition("::")
        name = test.removeprefix("test_").partition("[")[0].replace("_", " ")
        self._standing.phase = f"{Path(file).parent.name}: {name}"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Print the verdict once the session has come to it."""
        yield
        self.conclude()

    def conclude(self) -> None:
        """Print the verdict, once; of a run that was interrupted, of what was judged."""
        with self._guard:
            if self._told:
                return
            self._told = True
            self._progress.end()
            if self._gathering is None:
                click.echo("cannot judge: interrupted before anything was judged", err=True)
                return
            self._gathering.conclude(interrupted=True)
            for line in self._lines(self._gathering):
                click.echo(line)
            sys.stdout.flush()

    def _lines(self, gathering: Gathering) -> Iterator[str]:
        """Yield what is told of a run that has ended."""
        yield from gathering.lines()
        now = gathering.report
        yield from self._before.told(now) if self._before and now else ()


class QuietConsole(Console):
    """Tells nothing of a contract that holds."""

    def _lines(self, gathering: Gathering) -> Iterator[str]:
        now = gathering.report
        is_told = now is None or now["verdict"] != Verdict.HOLDS or gathering.results.planned
        return super()._lines(gathering) if is_told else iter(())
