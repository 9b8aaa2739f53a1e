"""Tells where a run stands from its first second: on a terminal a line that is overwritten, in a log a line every ten seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from contract_tests.reporting.counts import counted

_LIVE, _LOGGED = 0.2, 10.0  # seconds between two lines
_FIRST = 1.0  # seconds until a log has a line, though nobody has answered yet: what a user got wrong is told sooner, alone
_WIDTH = 100
_ENOUGH = 3  # checks that must have ended before anybody says how long the others take


@dataclass
class Standing:
    """Where a run stands; the functions are asked whenever a line is shown."""

    phase: str = "reading the contract"
    begun: bool = False  # whether there is something to judge
    total: int = 0
    ended: Callable[[], int] = lambda: 0
    requests: Callable[[], int] = lambda: 0
    findings: Callable[[], int] = lambda: 0

    def told(self, seconds: float) -> str:
        """Return it as a line, so many seconds after the start."""
        ended = self.ended()
        parts = [f"{seconds:.0f} s", self.phase]
        if self.total:
            parts.append(f"{ended}/{counted(self.total, 'check')}")
        parts.append(counted(self.requests(), "request"))
        if self.total:
            parts.append(counted(self.findings(), "finding"))
        if _ENOUGH <= ended < self.total:
            parts.append(f"about {seconds / ended * (self.total - ended):.0f} s left")
        return ", ".join(parts)


class Progress:
    """Shows where a run stands, from a thread of its own."""

    def __init__(self, stream: TextIO, standing: Standing, *, live: bool) -> None:
        self._stream = stream
        self._standing = standing
        self._live = live
        self._started = time.monotonic()
        self._shown_as_begun: bool | None = None  # None before anything was shown
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._show, name="judge-progress", daemon=True)

    def begin(self) -> None:
        """Begin to show."""
        self._thread.start()

    def end(self) -> None:
        """Show no more, and take a line that is overwritten away."""
        self._over.set()
        self._thread.join(1)
        if self._live:
            self._write("\r\x1b[K")

    def _show(self) -> None:
        shown = self._started
        while not self._over.wait(_LIVE):
            now, begun = time.monotonic(), self._standing.begun
            is_news = self._shown_as_begun is not begun
            first = is_news and (begun or now - self._started >= _FIRST)
            if self._live or first or now - shown >= _LOGGED:
                told = self._standing.told(now - self._started)
                self._write(f"\r\x1b[K{told[:_WIDTH]}" if self._live else f"{told}\n")
                shown = now
                self._shown_as_begun = begun

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._over.set()  # nobody reads it any more
