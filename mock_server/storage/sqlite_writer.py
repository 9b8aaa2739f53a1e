"""The one connection that writes to a SQLite database."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from mock_server.storage.outages import Trouble, Unavailable, trouble_of

_LONGEST_PAUSE = 0.025


class SqliteWriter:
    """Lends the connection that writes, to one thread at a time, in a transaction that lets no other writer in.

    Its transactions are the driver's: SQLAlchemy's own cost more than a small one takes.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        self._lock = threading.RLock()
        self._ending = threading.Event()

    def close(self) -> None:
        """Let those who wait go, and close."""
        self._ending.set()
        with self._lock:
            self._connection.close()

    @contextmanager
    def begin(self, patience: float) -> Iterator[sa.Connection]:
        """Give the connection in a transaction; it is committed at the end. Raises Unavailable after so many seconds."""
        until = time.monotonic() + patience
        if not self._lock.acquire(timeout=patience):
            raise Unavailable(Trouble.LOCKED)
        try:
            self._wait_for_others(until)
            with self._transaction():
                yield self._connection
        finally:
            self._lock.release()

    @contextmanager
    def begin_if_free(self) -> Iterator[sa.Connection | None]:
        """Give the connection in a transaction, None where another thread or process writes. Never waits."""
        if not self._lock.acquire(blocking=False):
            yield None
            return
        try:
            if self._is_begun():
                with self._transaction():
                    yield self._connection
            else:
                yield None
        finally:
            self._lock.release()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit at the end what was begun, or undo it."""
        try:
            yield
            self._driver.execute("COMMIT")
        except BaseException:
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            raise

    def _is_begun(self) -> bool:
        """Begin, and tell whether nobody else writes. Raises Unavailable when it is closed."""
        if self._ending.is_set():
            raise Unavailable(Trouble.UNREACHABLE)
        try:
            self._driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if trouble_of(error) is not Trouble.LOCKED:
                raise
            return False
        return True

    def _wait_for_others(self, until: float) -> None:
        """Begin, as soon as no other process writes."""
        pause = 0.001
        while not self._is_begun():
            if time.monotonic() + pause > until:
                raise Unavailable(Trouble.LOCKED)
            self._ending.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
