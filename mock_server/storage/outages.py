"""What may be wrong with a database while it is used, told by types, and in the log once an outage."""

from __future__ import annotations

import enum
import logging
import sqlite3
import threading
import time
from dataclasses import dataclass

import sqlalchemy as sa

log = logging.getLogger("mock_server")

_SECONDS_UNTIL_OVER = 10.0
"""Without a failure for so long, an outage is over, and the next failure is another one."""


class StorageError(Exception):
    """The database cannot be used; the text says why, without credentials."""


class Trouble(enum.Enum):
    """The kinds of trouble, each with the sentence that tells it."""

    LOCKED = "the database is locked by somebody else"
    UNREACHABLE = "the database cannot be reached"
    FULL = "there is no space left for the database"
    DAMAGED = "the database is damaged"
    DELETED = "the database file was deleted or replaced while it was used"
    READ_ONLY = "the database may not be written"


class Unavailable(StorageError):
    """The database cannot do now what it is asked; the same may work a little later."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


# SQLite's primary result codes.
_OF_SQLITE = {
    5: Trouble.LOCKED,
    6: Trouble.LOCKED,
    8: Trouble.READ_ONLY,
    10: Trouble.UNREACHABLE,
    11: Trouble.DAMAGED,
    13: Trouble.FULL,
    14: Trouble.UNREACHABLE,
    15: Trouble.LOCKED,
    26: Trouble.DAMAGED,
}
# Beginnings of PostgreSQL's SQLSTATE codes, the longer ones first.
_OF_POSTGRESQL = {
    "25006": Trouble.READ_ONLY,
    "40P01": Trouble.LOCKED,
    "53100": Trouble.FULL,
    "55P03": Trouble.LOCKED,
    "57014": Trouble.LOCKED,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
    "08": Trouble.UNREACHABLE,
    "53": Trouble.UNREACHABLE,
    "57P": Trouble.UNREACHABLE,
    "58": Trouble.UNREACHABLE,
}


def trouble_of(error: Exception) -> Trouble | None:
    """Return what an error of a driver means; None for one that is no trouble of the database's."""
    if isinstance(error, sa.exc.TimeoutError):  # no connection became free
        return Trouble.LOCKED
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if type(cause).__module__.partition(".")[0] != "psycopg":
        return None
    state = getattr(cause, "sqlstate", None)
    if state is None:  # nothing was heard of the server at all
        is_lost = isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
        named = {one.__name__ for one in type(cause).__mro__}
        return Trouble.UNREACHABLE if is_lost or "OperationalError" in named else None
    return next((found for code, found in _OF_POSTGRESQL.items() if state.startswith(code)), None)


@dataclass
class _Outage:
    """An outage: when it began and was last noticed, and how often."""

    began: float
    last: float
    failures: int = 1


class Outages:
    """The outages of one database. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._outages: dict[Trouble, _Outage] = {}
        self._lock = threading.Lock()

    def note(self, trouble: Trouble) -> None:
        """Note a failure; the first one of an outage is logged."""
        now = time.monotonic()
        with self._lock:
            known = self._outages.get(trouble)
            if known is not None and now - known.last < _SECONDS_UNTIL_OVER:
                known.last, known.failures = now, known.failures + 1
                return
            self._outages[trouble] = _Outage(now, now)
        log.error("%s: what needs it is answered with 503 until it can be used.", trouble.value)

    def is_recent(self) -> bool:
        """Tell whether something failed a moment ago."""
        if not self._outages:
            return False
        now = time.monotonic()
        return any(now - one.last < _SECONDS_UNTIL_OVER for one in list(self._outages.values()))

    def note_success(self) -> None:
        """Note that the database was written; outages that are over are logged."""
        if not self._outages:
            return
        now = time.monotonic()
        with self._lock:
            over = [
                trouble
                for trouble, one in self._outages.items()
                if now - one.last >= _SECONDS_UNTIL_OVER
            ]
            ended = [self._outages.pop(trouble) for trouble in over]
        for trouble, one in zip(over, ended, strict=True):
            log.warning(
                "The database can be used again. For %.0f s: %s; %d requests were refused.",
                one.last - one.began,
                trouble.value,
                one.failures,
            )
