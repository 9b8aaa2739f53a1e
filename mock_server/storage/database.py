"""The database behind a sandbox: its connections, and the one place where transactions begin and end.

SQLite has one writer, so all that is written goes through one connection, and a write transaction lets
nobody else in (BEGIN IMMEDIATE). PostgreSQL has pools; there the row of a partner is its lock. Nobody waits for a lock
for long, and what is wrong with the database while it is used is raised as Unavailable, by everything here.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import msgspec
import sqlalchemy as sa

from mock_server.storage.engines import PATIENCE, create_engines, sentence_of
from mock_server.storage.file_upkeep import FileUpkeep
from mock_server.storage.file_watch import FileWatch, is_sound
from mock_server.storage.outages import Outages, StorageError, Trouble, Unavailable, trouble_of
from mock_server.storage.sqlite_writer import SqliteWriter

__all__ = ["PATIENCE", "Database", "StorageError", "Unavailable"]

_WORDS = {
    "sqlite": "sqlalchemy.dialects.sqlite",
    "postgresql": "sqlalchemy.dialects.postgresql",
}
_CREATING = 8675309  # the advisory lock under which PostgreSQL's tables are created
_A_MOMENT = 0.5
_PATIENCE_IN_TROUBLE = 0.1  # of what is waited otherwise


class Database:
    """An open database. `looks_at_once` says that a look takes less time than a change of threads."""

    def __init__(self, url: str) -> None:
        """Open it. Raises StorageError."""
        self._engines = create_engines(url)
        self.dialect = self._engines.writing.dialect
        # The one of the two that is used: the other takes a part of the time of a start.
        self._words: Any = importlib.import_module(_WORDS[self.dialect.name])
        self.is_sqlite = self._engines.is_sqlite
        self._outages = Outages()
        # A look into a file takes less time than a change of threads, and waits for no writer. SQLite in memory has one
        # connection, so its readers queue up with its writers.
        self.looks_at_once = self._engines.file is not None
        try:
            if self.is_sqlite:
                self._writer = SqliteWriter(self._engines.writing.connect())
            if self.looks_at_once:
                # Each look sees the newest state: no transaction is begun for it.
                self._reader = _Lent(self._engines.writing.connect(), self._tell)
        except (sa.exc.SQLAlchemyError, self.dialect.loaded_dbapi.Error) as error:
            trouble = trouble_of(error)
            told = trouble.value if trouble is Trouble.DAMAGED else sentence_of(error)
            raise StorageError(told) from None
        self._file: FileWatch | None = None
        self.file_upkeep: FileUpkeep | None = None
        if self._engines.file is not None:
            if not is_sound(self._engines.file):
                raise StorageError(Trouble.DAMAGED.value)
            self._file = FileWatch(self._engines.file)
            self.file_upkeep = FileUpkeep(self._engines.file, self._file)

    def close(self) -> None:
        """Give the connections back."""
        if self.is_sqlite:
            self._writer.close()
        if self.looks_at_once:
            self._reader.close()
        self._engines.dispose()

    def check_file(self) -> None:
        """Raise Unavailable where the file of the database is not the one that was opened, or is damaged."""
        if self._file is not None:
            self._file.check()

    # -- transactions ----------------------------------------------------------------------------

    @contextmanager
    def begin_write(self, patience: float = PATIENCE) -> Iterator[sa.Connection]:
        """Give a connection in a transaction that may change things; it is committed at the end.

        Raises Unavailable when a lock is not free after so many seconds; a tenth of it while that is known.
        """
        shortened = _PATIENCE_IN_TROUBLE if self._outages.is_recent() else 1.0
        try:
            self.check_file()
            with self._write(patience * shortened) as connection:
                yield connection
        except Exception as error:
            # Who waits for a moment only, and finds the lock taken, has met no outage.
            if patience < _A_MOMENT and _trouble(error) is Trouble.LOCKED:
                raise Unavailable(Trouble.LOCKED) from error
            self._tell(error)
            raise
        self._outages.note_success()

    @contextmanager
    def begin_at_once(self) -> Iterator[sa.Connection | None]:
        """Give a connection in a write transaction where that takes no time, else None; never waits, for the event loop."""
        if not self.is_sqlite or self._outages.is_recent():
            yield None
            return
        try:
            self.check_file()
            with self._writer.begin_if_free() as connection:
                yield connection
        except Exception as error:
            self._tell(error)
            raise

    def _write(self, patience: float) -> AbstractContextManager[sa.Connection]:
        if self.is_sqlite:
            return self._writer.begin(patience)
        return self._write_on_postgresql(patience)

    @contextmanager
    def _write_on_postgresql(self, patience: float) -> Iterator[sa.Connection]:
        with self._engines.writing.begin() as connection:
            if patience != PATIENCE:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1000)}")
            yield connection

    @contextmanager
    def begin_read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the database."""
        if self._engines.is_memory:
            with self.begin_write() as connection:
                yield connection
            return
        try:
            with self._engines.reading.connect() as connection:
                yield connection
        except Exception as error:
            self._tell(error)
            raise

    def begin_look(self) -> AbstractContextManager[sa.Connection]:
        """Give a connection for a short look; where `looks_at_once`, without waiting for anybody."""
        return self._reader if self.looks_at_once else self.begin_read()

    def open_session(self) -> sa.Connection:
        """Return a connection without transactions that is its owner's until it is closed."""
        return self._engines.writing.connect().execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def begin_creation(self) -> Iterator[sa.Connection]:
        """Give a write transaction in which tables are made; several processes may start at once.

        Raises StorageError for what the database refuses.
        """
        try:
            with self.begin_write(10 * PATIENCE) as connection:
                if not self.is_sqlite:
                    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CREATING)))
                yield connection
        except (sa.exc.SQLAlchemyError, self.dialect.loaded_dbapi.Error) as error:
            raise StorageError(sentence_of(error)) from None

    def _tell(self, error: Exception) -> None:
        """Note an error that means trouble, and raise Unavailable for it."""
        trouble = _trouble(error)
        if trouble is not None:
            self._outages.note(trouble)
            raise Unavailable(trouble) from error

    # -- what the two dialects say differently ------------------------------------------------------

    def insert(self, table: sa.Table) -> Any:
        """Return an insert that knows `on_conflict_do_nothing`."""
        return self._words.insert(table)

    def among(self, column: sa.Column[str], name: str) -> sa.ColumnElement[bool]:
        """Return the condition that a column is one of many values, all in one parameter."""
        parameter: sa.BindParameter[object] = sa.bindparam(name)
        if self.is_sqlite:
            listed = sa.func.json_each(parameter).table_valued("value")
            return column.in_(sa.select(listed.c.value))
        return column == sa.any_(sa.cast(parameter, self._words.ARRAY(sa.Text)))

    def listed(self, values: Sequence[str]) -> str | list[str]:
        """Return many values as the one parameter of `among`."""
        return msgspec.json.encode(values).decode() if self.is_sqlite else list(values)


def _trouble(error: Exception) -> Trouble | None:
    return error.trouble if isinstance(error, Unavailable) else trouble_of(error)


class _Lent:
    """A connection that is lent to one thread at a time, for looks."""

    def __init__(self, connection: sa.Connection, tell: Callable[[Exception], None]) -> None:
        self._connection = connection
        self._tell = tell
        self._lock = threading.Lock()
        self.close = connection.close

    def __enter__(self) -> sa.Connection:
        self._lock.acquire()
        return self._connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._lock.release()
        if isinstance(error, Exception):
            self._tell(error)
