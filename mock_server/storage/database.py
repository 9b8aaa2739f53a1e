"""The database behind a sandbox: its connections, and the one place where transactions begin and end.

SQLite has one writer, so all that is written goes through one connection, and a write transaction lets
nobody else in (BEGIN IMMEDIATE). PostgreSQL has a pool; there the row of a partner is its lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

_CREATING = 8675309  # the advisory lock under which PostgreSQL's tables are created
_WAIT_SECONDS = 30


class StorageError(Exception):
    """The database cannot be used; the text says why, without credentials."""


class _Lent:
    """A connection that is lent to one thread at a time."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self.close = connection.close

    def __enter__(self) -> sa.Connection:
        self._lock.acquire()
        return self._connection

    def __exit__(self, *_raised: object) -> None:
        self._lock.release()


class Database:
    """An open database. `looks_at_once` says that a look takes less time than a change of threads."""

    def __init__(self, url: str) -> None:
        """Open it. Raises StorageError."""
        self._engine = _engine(url)
        self.dialect = self._engine.dialect
        self._is_sqlite = self.dialect.name == "sqlite"
        # SQLite in memory has one connection, so its readers queue up with its writers.
        self._is_memory = isinstance(self._engine.pool, sa.pool.StaticPool)
        # A look into a file takes less time than a change of threads, and waits for no writer.
        self.looks_at_once = self._is_sqlite and not self._is_memory
        self._write_lock = threading.RLock()
        try:
            if self._is_sqlite:
                self._writer = self._engine.connect().execution_options(begin="BEGIN IMMEDIATE")
            if self.looks_at_once:
                self._reader = _Lent(self._engine.connect())
        except sa.exc.SQLAlchemyError as error:
            raise StorageError(sentence_of(error)) from None

    def close(self) -> None:
        """Give the connections back."""
        if self._is_sqlite:
            self._writer.close()
        if self.looks_at_once:
            self._reader.close()
        self._engine.dispose()

    # -- transactions ----------------------------------------------------------------------------

    @contextmanager
    def begin_write(self) -> Iterator[sa.Connection]:
        """Give a connection in a transaction that may change things; it is committed at the end."""
        if not self._is_sqlite:
            with self._engine.begin() as connection:
                yield connection
            return
        with self._write_lock, self._writer.begin():
            yield self._writer

    @contextmanager
    def begin_read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the database."""
        if self._is_memory:
            with self.begin_write() as connection:
                yield connection
            return
        with self._engine.connect() as connection:
            yield connection

    def begin_look(self) -> AbstractContextManager[sa.Connection]:
        """Give a connection for a short look; where `looks_at_once`, without waiting for anybody."""
        return self._reader if self.looks_at_once else self.begin_read()

    @contextmanager
    def begin_creation(self) -> Iterator[sa.Connection]:
        """Give a write transaction in which tables are made; several processes may start at once.

        Raises StorageError for what the database refuses.
        """
        try:
            with self.begin_write() as connection:
                if not self._is_sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CREATING)))
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise StorageError(sentence_of(error)) from None

    # -- what the two dialects say differently ------------------------------------------------------

    def insert(self, table: sa.Table) -> Any:
        """Return an insert that knows `on_conflict_do_nothing`."""
        return sqlite.insert(table) if self._is_sqlite else postgresql.insert(table)

    def among(self, column: sa.Column[str], name: str) -> sa.ColumnElement[bool]:
        """Return the condition that a column is one of many values, all in one parameter."""
        parameter: sa.BindParameter[object] = sa.bindparam(name)
        if self._is_sqlite:
            listed = sa.func.json_each(parameter).table_valued("value")
            return column.in_(sa.select(listed.c.value))
        return column == sa.any_(sa.cast(parameter, postgresql.ARRAY(sa.Text)))

    def listed(self, values: Sequence[str]) -> str | list[str]:
        """Return many values as the one parameter of `among`."""
        return msgspec.json.encode(values).decode() if self._is_sqlite else list(values)


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StorageError(
            "the database URL is not understood; examples are sqlite://, sqlite:///sandbox.db "
            "and postgresql+psycopg://user@host/name"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    if parsed.get_backend_name() == "postgresql":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        try:
            return sa.create_engine(parsed, pool_size=8, max_overflow=8, pool_pre_ping=True)
        except ModuleNotFoundError:
            raise StorageError(
                "PostgreSQL needs its driver: pip install 'understudy[postgresql]'"
            ) from None
    raise StorageError(f"{parsed.get_backend_name()} is not served; use sqlite or postgresql")


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    in_memory = url.database in (None, "", ":memory:")
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": _WAIT_SECONDS},
        poolclass=sa.pool.StaticPool if in_memory else sa.pool.QueuePool,
        **({} if in_memory else {"pool_size": 8, "max_overflow": 8}),
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and too late.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # What was committed outlives any end of the process, kill -9 included. A power cut may take the last moments;
    # waiting for the disk at each commit would halve what is served. PostgreSQL does wait.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32768")
    # Records have random keys, so a submission touches many pages; written back less often, they are written once.
    connection.execute("PRAGMA wal_autocheckpoint = 8000")


def _begin(connection: sa.Connection) -> None:
    words = connection.get_execution_options().get("begin", "BEGIN")
    connection.connection.cursor().execute(words)


def sentence_of(error: sa.exc.SQLAlchemyError) -> str:
    """Return the first line of what the driver says, without the statement."""
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0]
