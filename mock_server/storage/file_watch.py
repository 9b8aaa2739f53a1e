"""Notices what is done to the file of a SQLite database from outside, which SQLite itself does not."""

from __future__ import annotations

import os
import sqlite3
from typing import NamedTuple

from mock_server.storage.outages import Trouble, Unavailable

_LARGEST_CHECKED = 512 * 1024 * 1024


class _Seen(NamedTuple):
    """What tells one file from another, and one state of it from another."""

    file: tuple[int, int]
    changed: int
    size: int


class FileWatch:
    """Watches the file of a database that is open."""

    def __init__(self, path: str) -> None:
        """Take the path of a database that was just opened."""
        self._path = path
        self._seen = self._look()
        self._file = self._seen.file
        self._is_damaged = False

    def check(self) -> None:
        """Raise Unavailable where the file is not the one that was opened, or is known to be damaged."""
        try:
            found = os.stat(self._path)
        except OSError:
            raise Unavailable(Trouble.DELETED) from None
        if (found.st_dev, found.st_ino) != self._file:
            raise Unavailable(Trouble.DELETED)
        if self._is_damaged:
            raise Unavailable(Trouble.DAMAGED)

    def examine(self) -> None:
        """Read a file that was changed since, as it is on the disk: what is kept in memory would hide a damage."""
        try:
            found = self._look()
        except OSError:
            return
        if found != self._seen and found.file == self._file:
            self._seen = found
            self._is_damaged = not is_sound(self._path)

    def take_note(self) -> None:
        """Take the file as it is now for what it should be: this process has just written it."""
        self._seen = self._look()

    def _look(self) -> _Seen:
        found = os.stat(self._path)
        return _Seen((found.st_dev, found.st_ino), found.st_mtime_ns, found.st_size)


def is_sound(path: str) -> bool:
    """Tell whether a file can be read as a database; one that is too large to be read is taken to be."""
    if os.path.getsize(path) > _LARGEST_CHECKED:
        return True
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)
        try:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        return (getattr(error, "sqlite_errorcode", 0) & 0xFF) not in (11, 26)
    return bool(found == "ok")
