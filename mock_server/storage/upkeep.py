"""What is done for a database beside the requests, in a thread of its own."""

from __future__ import annotations

import logging
import sqlite3
import threading

from mock_server.storage.file_upkeep import FileUpkeep
from mock_server.storage.outages import Unavailable
from mock_server.storage.sweeping import Sweeper

log = logging.getLogger("mock_server")

_SECONDS = 1.0
_SECONDS_BETWEEN_SLICES = 0.005


class Upkeep:
    """Does it about once a second, until it is stopped."""

    def __init__(self, sweeper: Sweeper, file: FileUpkeep | None) -> None:
        """Begin."""
        self._sweeper = sweeper
        self._file = file
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="understudy-upkeep", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop, after what is just being done."""
        self._stopped.set()
        self._thread.join()

    def _do(self) -> None:
        if self._file is not None:
            self._file.tick()
        self._sweeper.sweep(lambda: self._stopped.wait(_SECONDS_BETWEEN_SLICES))
        if self._file is not None:
            self._file.give_back()

    def _run(self) -> None:
        while not self._stopped.wait(_SECONDS):
            try:
                self._do()
            except (Unavailable, sqlite3.OperationalError):
                continue  # another time
            except Exception:
                log.exception("The upkeep of the database failed; it is tried again.")
