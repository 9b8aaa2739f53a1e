"""What a terminal shows of `contract-tests run`: where the run stands, then the verdict.

It takes the place of pytest's own report. The line that tells where the run stands is written to
a terminal only; a log gets the verdict alone.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from contract_tests.plugin import RUN, Run, verdict_lines

_PAUSE = 0.2  # seconds between two changes of the line
_WIDTH = 100


class Progress:
    """One line that is overwritten: the tests that have ended, what runs now, and for how long."""

    def __init__(self, run: Run, stream: Any) -> None:
        self._run = run
        self._stream = stream
        self._started = time.monotonic()
        self._shown = 0.0
        self._total = self._ended = 0
        self._now = ""
        run.target.told = self.tell

    def tell(self, what: str) -> None:
        """Show what is being done within a test."""
        self._show(f"{self._now}: {what}" if what else self._now)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn how many tests there are."""
        self._total = max(self._total, len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Learn how many tests there are from a parallel worker."""
        self._total = max(self._total, len(ids))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Show the test that begins."""
        file, _, test = nodeid.partition("::")
        name = test.removeprefix("test_").partition("[")[0].replace("_", " ")
        self._now = f"{Path(file).stem.removeprefix('test_')}: {name}"
        self._show(self._now)

    def pytest_runtest_logfinish(self) -> None:
        """Count the test that has ended."""
        self._ended += 1

    def _show(self, text: str) -> None:
        now = time.monotonic()
        if now - self._shown < _PAUSE:
            return
        self._shown = now
        requests = self._run.requests + self._run.target.requests
        told = (
            f"{self._ended}/{self._total}  {requests} requests  {now - self._started:.0f} s  {text}"
        )
        self._stream.write(f"\r\x1b[K{told[:_WIDTH]}")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        self._stream.write("\r\x1b[K")
        self._stream.flush()


_NAME = "contract-tests-progress"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to show the progress, in the first process and on a terminal."""
    run = session.config.stash.get(RUN, None)
    worker = hasattr(session.config, "workerinput")
    if run is not None and not worker and sys.stderr.isatty():
        session.config.pluginmanager.register(Progress(run, sys.__stderr__), _NAME)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Any:
    """Print the verdict once the session has come to it."""
    result = yield
    shown = session.config.pluginmanager.get_plugin(_NAME)
    if isinstance(shown, Progress):
        shown.clear()
    for line in verdict_lines(session.config):
        print(line)
    return result
