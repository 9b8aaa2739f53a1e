"""What one process keeps an eye on: its connections, and what would otherwise fill its log."""

from __future__ import annotations

import logging
import time
from typing import Protocol

from mock_server.serving.limits import most_connections

log = logging.getLogger("mock_server")

_SECONDS_BETWEEN_LINES = 60.0


class Connection(Protocol):
    """A connection that is looked at once a second."""

    def check(self, now: float) -> None:
        """Give up what takes too long."""


class Told:
    """Tells what happens often once, and then how often, once a minute."""

    def __init__(self) -> None:
        self._told_at = float("-inf")
        self._untold = 0

    def tell(self, sentence: str) -> None:
        """Log the sentence, or count it when one like it was logged less than a minute ago."""
        now = time.monotonic()
        if now - self._told_at < _SECONDS_BETWEEN_LINES:
            self._untold += 1
            return
        self._told_at = now
        log.warning("%s", sentence)

    def tick(self) -> None:
        """Tell how many were counted, when a minute has passed."""
        if self._untold and time.monotonic() - self._told_at >= _SECONDS_BETWEEN_LINES:
            self._told_at = time.monotonic()
            log.warning("%d more requests were refused so within the last minute.", self._untold)
            self._untold = 0


class Watch:
    """The connections of one process."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.most = most_connections()
        self.refused = Told()

    async def tick(self) -> None:
        """Look at every connection; called once a second."""
        now = time.monotonic()
        for connection in list(self.connections):
            connection.check(now)
        self.refused.tick()
