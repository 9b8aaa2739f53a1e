"""What is done for the file of a SQLite database beside the requests: what was written is carried over, room is given back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

from mock_server.storage.file_watch import FileWatch

CARRIED_OVER_AT = 32 * 1024 * 1024
"""Bytes of the journal. Records have random keys, so a page is written often; carried over less often, it is written once."""

_LARGE_WHEN_IDLE = 4 * 1024 * 1024
_PAGES_GIVEN_BACK = 2000


class FileUpkeep:
    """Looks after one file, with a connection of its own, so that nobody who writes has to."""

    def __init__(self, path: str, watch: FileWatch) -> None:
        """Take the file, and who notices what is done to it from outside."""
        self._path = path
        self._journal = f"{path}-wal"
        self._watch = watch
        self._last_written = 0

    def tick(self) -> None:
        """Do what is to be done now; called about once a second."""
        self._watch.examine()
        try:
            journal = os.stat(self._journal)
        except OSError:
            return
        is_idle = journal.st_mtime_ns == self._last_written
        self._last_written = journal.st_mtime_ns
        if journal.st_size < (_LARGE_WHEN_IDLE if is_idle else CARRIED_OVER_AT):
            return
        with closing(sqlite3.connect(self._path, timeout=0.2, isolation_level=None)) as connection:
            # Most of it while others write; then, for a moment in which nobody does, what they have written meanwhile: only
            # then does the journal begin anew.
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._watch.take_note()

    def give_back(self) -> None:
        """Give some of the room that is free inside of the file back to the system."""
        with closing(sqlite3.connect(self._path, timeout=0, isolation_level=None)) as connection:
            (free,) = connection.execute("PRAGMA freelist_count").fetchone()
            if free > _PAGES_GIVEN_BACK:
                # As a script: `execute` would give a single page back.
                connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_GIVEN_BACK})")
