"""The engines behind a database: one that writes and one that reads, so that who reads never waits for who writes."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from mock_server.storage.outages import StorageError

PATIENCE = 3.0
"""Seconds that a request waits for a lock of the database, or for a connection."""

_CONNECTIONS = 8
_SECONDS_TO_CONNECT = 3


class Engines(NamedTuple):
    """What writes and what reads; in memory there is one connection for both."""

    writing: sa.Engine
    reading: sa.Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite."""
        return self.writing.dialect.name == "sqlite"

    @property
    def file(self) -> str | None:
        """The file of a SQLite database; None in memory and for PostgreSQL."""
        return self.writing.url.database if self.is_sqlite and not self.is_memory else None

    @property
    def is_memory(self) -> bool:
        """Whether it is SQLite in memory."""
        return isinstance(self.writing.pool, sa.pool.StaticPool)

    def dispose(self) -> None:
        """Give all connections back."""
        self.writing.dispose()
        self.reading.dispose()


def create_engines(url: str) -> Engines:
    """Return the engines of a database. Raises StorageError for a URL that is none."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StorageError(
            "the database URL is not understood; examples are sqlite://, sqlite:///sandbox.db "
            "and postgresql+psycopg://user@host/name"
        ) from None
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(parsed)
        case "postgresql":
            return _postgresql(parsed)
        case other:
            raise StorageError(f"{other} is not served; use sqlite or postgresql")


def _postgresql(url: sa.URL) -> Engines:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(_SECONDS_TO_CONNECT)})
    try:
        engines = [_postgresql_engine(url) for _ in range(2)]
    except ModuleNotFoundError:
        raise StorageError(
            "PostgreSQL needs its driver: pip install 'understudy[postgresql]'"
        ) from None
    return Engines(*engines)


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url, pool_size=_CONNECTIONS, max_overflow=0, pool_timeout=PATIENCE, pool_pre_ping=True
    )
    sa.event.listen(engine, "connect", _limit_waiting)
    return engine


def _limit_waiting(connection: Any, _record: object) -> None:
    connection.execute(f"SET lock_timeout = {round(PATIENCE * 1000)}")
    connection.commit()


def _sqlite(url: sa.URL) -> Engines:
    if url.database in (None, "", ":memory:"):
        engine = sa.create_engine(
            url, connect_args={"check_same_thread": False}, poolclass=sa.pool.StaticPool
        )
        sa.event.listen(engine, "connect", _prepare)
        return Engines(engine, engine)
    writing, reading = (_sqlite_engine(url, timeout) for timeout in (0.0, 0.05))
    sa.event.listen(reading, "begin", _begin)
    return Engines(writing, reading)


def _sqlite_engine(url: sa.URL, timeout: float) -> sa.Engine:
    # Who writes waits by itself, so that it can be told to end; a reader waits for nobody but those who close the file.
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": timeout},
        poolclass=sa.pool.QueuePool,
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS,
        pool_timeout=PATIENCE,
    )
    sa.event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and too late.
    connection.isolation_level = None
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    # Of several that start at once, one makes the file; the others wait for it.
    connection.execute(f"PRAGMA busy_timeout = {round(PATIENCE * 1000)}")
    if connection.execute("PRAGMA page_count").fetchone()[0] == 0:  # of no use later, and a write
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA busy_timeout = {patience}")
    # What was committed outlives any end of the process, kill -9 included. A power cut may take the last moments;
    # waiting for the disk at each commit would halve what is served. PostgreSQL does wait.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32768")
    connection.execute(
        "PRAGMA wal_autocheckpoint = 0"
    )  # `file_upkeep` does it, beside the requests
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _begin(connection: sa.Connection) -> None:
    connection.connection.cursor().execute("BEGIN")


def sentence_of(error: Exception) -> str:
    """Return the first line of what the driver says, without the statement."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]
