"""What is done for a database beside the requests, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger("mock_server")

_SECONDS = 1.0


class Upkeep:
    """Does something about once a second, until it is stopped."""

    def __init__(self, work: Callable[[], None]) -> None:
        """Begin."""
        self._work = work
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="understudy-upkeep", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop, after what is just being done."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_SECONDS):
            try:
                self._work()
            except Exception:
                log.exception("The upkeep of the database failed; it is tried again.")
