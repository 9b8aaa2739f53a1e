"""The table of snapshots: a partner's whole world at an instant, to go back to.

A world is every row that is the partner's, in whichever table; a new table takes part by having a column `partner`. What
is named by the world's number instead is read and written by `world_rows`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from mock_server.clock import Clock, real_now
from mock_server.storage import world_rows
from mock_server.storage.database import Database
from mock_server.storage.partners import Partners, partners
from mock_server.storage.statements import Bytes, metadata
from mock_server.storage.submissions import Submissions
from mock_server.storage.world_rows import WorldRows

snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("partner", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("taken_at", sa.BigInteger, nullable=False),
    sa.Column("world_now", sa.BigInteger, nullable=False),
    sa.Column("data", Bytes, nullable=False),
)


class Snapshot(NamedTuple):
    """A snapshot without its data: when it was taken, by the wall clock and by the partner's."""

    name: str
    taken_at: int
    world_now: int


class World(msgspec.Struct):
    """What is in a snapshot: the partner's clock, how much it accepted, and the rows of each table."""

    clock_offset: int
    clock_frozen_at: int | None
    accepted: int
    rows: WorldRows
    tables: dict[str, list[list[Any]]]


class Snapshots:
    """The snapshots of all partners."""

    def __init__(self, database: Database, partners: Partners, submissions: Submissions) -> None:
        """Take the database, its partners, whose rows are the locks, and their submissions."""
        self._database = database
        self._partners = partners
        self._submissions = submissions

    def all_of(self, partner: str) -> Sequence[Snapshot]:
        """Return the partner's snapshots, the oldest first."""
        query = (
            sa.select(snapshots.c.name, snapshots.c.taken_at, snapshots.c.world_now)
            .where(snapshots.c.partner == partner)
            .order_by(snapshots.c.taken_at)
        )
        with self._database.begin_read() as connection:
            return [Snapshot._make(row) for row in connection.execute(query)]

    def take(self, partner: str, name: str) -> Snapshot:
        """Keep the partner's world under a name; a snapshot of that name is replaced."""
        with self._database.begin_write() as connection:
            clock = self._partners.lock(connection, partner)
            world = World(
                clock.offset,
                clock.frozen_at,
                connection.scalar(_row_of(partners.c.accepted, partner)) or 0,
                world_rows.read(connection, self._partners.world(connection, partner)),
                {table.name: _rows(connection, table, partner) for table in _worlds_tables()},
            )
            taken = Snapshot(name, real_now(), clock.now(real_now()))
            self._drop(connection, partner, name)
            data = msgspec.msgpack.encode(world)
            connection.execute(
                sa.insert(snapshots).values(partner=partner, data=data, **taken._asdict())
            )
        return taken

    def restore(self, partner: str, name: str) -> bool:
        """Make the partner's world as it was; return whether there is a snapshot of that name."""
        with self._database.begin_write() as connection:
            self._partners.lock(connection, partner)
            data = connection.scalar(sa.select(snapshots.c.data).where(*_is(partner, name)))
            if data is None:
                return False
            world = msgspec.msgpack.decode(data, type=World)
            self._partners.start_afresh(connection, partner)
            here = self._partners.world(connection, partner)
            world_rows.write(connection, self._submissions, here, world.rows)
            for table in _worlds_tables():
                connection.execute(sa.delete(table).where(table.c.partner == partner))
                _insert(connection, table, world.tables.get(table.name, []))
            clock = Clock(world.clock_offset, world.clock_frozen_at)
            self._partners.set_clock(connection, partner, clock)
            connection.execute(
                sa.update(partners)
                .where(partners.c.client_id == partner)
                .values(accepted=world.accepted)
            )
        return True

    def drop(self, partner: str, name: str) -> bool:
        """Forget a snapshot; return whether there was one."""
        with self._database.begin_write() as connection:
            return self._drop(connection, partner, name)

    def _drop(self, connection: sa.Connection, partner: str, name: str) -> bool:
        return connection.execute(sa.delete(snapshots).where(*_is(partner, name))).rowcount > 0


def _is(partner: str, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return snapshots.c.partner == partner, snapshots.c.name == name


def _row_of(column: sa.Column[int], partner: str) -> sa.Select[Any]:
    return sa.select(column).where(partners.c.client_id == partner)


def _worlds_tables() -> Iterator[sa.Table]:
    """Yield the tables that worlds are kept in."""
    for table in metadata.sorted_tables:
        if "partner" in table.c and table is not snapshots:
            yield table


def _kept(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of a row that are kept: a number that the database gives is given anew."""
    own = table.c.get("number")
    return [column for column in table.c if column is not own]


def _rows(connection: sa.Connection, table: sa.Table, partner: str) -> list[list[Any]]:
    query = sa.select(*_kept(table)).where(table.c.partner == partner)
    if "number" in table.c:
        query = query.order_by(table.c.number)
    return [[_plain(value) for value in row] for row in connection.execute(query)]


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _insert(connection: sa.Connection, table: sa.Table, rows: list[list[Any]]) -> None:
    names = [column.name for column in _kept(table)]
    if rows:
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in rows])
