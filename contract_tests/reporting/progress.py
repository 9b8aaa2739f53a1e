"""The line that tells where a run stands: the tests that have ended, what runs now, and for how long.

It is overwritten, and written to a terminal only; a log gets the verdict alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

import pytest

from contract_tests.http.messages import Request

_PAUSE = 0.2  # seconds between two changes of the line
_WIDTH = 100


class Progress:
    """Shows the line on a stream; `sent` tells how many requests were sent so far."""

    def __init__(self, stream: TextIO, sent: Callable[[], int]) -> None:
        self._stream = stream
        self._sent = sent
        self._started = time.monotonic()
        self._shown = 0.0
        self._total = self._ended = 0
        self._now = ""

    def watch(self, request: Request) -> None:
        """Show that a request is about to be sent."""
        self._show(f"{self._now}: {request.told}" if self._now else request.told)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn how many tests there are."""
        self._total = max(self._total, len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Learn how many tests there are from a parallel worker."""
        self._total = max(self._total, len(ids))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Show the test that begins."""
        file, _, test = nodeid.partition("::")
        name = test.removeprefix("test_").partition("[")[0].replace("_", " ")
        self._now = f"{Path(file).parent.name}: {name}"
        self._show(self._now)

    def pytest_runtest_logfinish(self) -> None:
        """Count the test that has ended."""
        self._ended += 1

    def _show(self, text: str) -> None:
        now = time.monotonic()
        if now - self._shown < _PAUSE:
            return
        self._shown = now
        told = (
            f"{self._ended}/{self._total}  {self._sent()} requests  "
            f"{now - self._started:.0f} s  {text}"
        )
        self._stream.write(f"\r\x1b[K{told[:_WIDTH]}")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        self._stream.write("\r\x1b[K")
        self._stream.flush()
