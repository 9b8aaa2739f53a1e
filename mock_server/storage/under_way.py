"""Which requests are being answered, by whatever process: the second of two with one name is not begun.

On PostgreSQL a name is an advisory lock of one session for each process, which ends with its process. Where that cannot
be had, only this process is looked at: the database makes the second wait for the first all the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading

import sqlalchemy as sa

from mock_server.storage.database import Database


class UnderWay:
    """The names of what is under way on one database."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._names: set[str] = set()
        self._lock = threading.Lock()
        self._session: sa.Connection | None = None

    @property
    def is_quick(self) -> bool:
        """Whether nothing has to be waited for."""
        return self._database.is_sqlite

    def begin(self, name: str) -> bool:
        """Note that something begins; tell whether it may: not while it is under way."""
        with self._lock:
            if name in self._names or not self._ask("pg_try_advisory_lock", name):
                return False
            self._names.add(name)
            return True

    def end(self, name: str) -> None:
        """Note that it is done."""
        with self._lock:
            self._names.discard(name)
            self._ask("pg_advisory_unlock", name)

    def close(self) -> None:
        """Give the session back."""
        with self._lock, contextlib.suppress(sa.exc.SQLAlchemyError):
            if self._session is not None:
                self._session.invalidate()  # a lock that is left must not go on in a pool
                self._session.close()
            self._session = None

    def _ask(self, function: str, name: str) -> bool:
        if self.is_quick:
            return True
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        try:
            if self._session is None:
                self._session = self._database.open_session()
            return self._session.scalar(sa.select(getattr(sa.func, function)(number))) is True
        except sa.exc.SQLAlchemyError:
            self._session = None
            return True
