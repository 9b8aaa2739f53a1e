"""The tables of what happened to resources: one entry for each change, and how many are in which state."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from mock_server.clock import Micros
from mock_server.storage.database import Database
from mock_server.storage.resources import Place
from mock_server.storage.statements import Bytes, Statement, metadata

histories = sa.Table(
    "resource_histories",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("partner", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("entry", Bytes, nullable=False),
)
sa.Index(
    "histories_of_one",
    histories.c.partner,
    histories.c.kind,
    histories.c.key,
    histories.c.number,
)

counts = sa.Table(
    "resource_counts",
    metadata,
    sa.Column("partner", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
)


class Entry(NamedTuple):
    """What happened to a resource, as JSON, and when."""

    at: Micros
    entry: bytes


_ADD = sa.insert(histories).values(
    {column.name: sa.bindparam(column.name) for column in histories.c if column.name != "number"}
)


class Histories:
    """What happened to the resources of all partners."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._add = Statement(_ADD, database.dialect)

    def add(self, connection: sa.Connection, place: Place, key: str, entry: Entry) -> None:
        """Note what happened to a resource."""
        self._add.run(connection, place.named(key=key, at=entry.at, entry=entry.entry))

    def of(self, connection: sa.Connection, partner: str, kind: str, key: str) -> list[Entry]:
        """Return what happened to the resources of a kind under a key, the first thing first."""
        query = (
            sa.select(histories.c.at, histories.c.entry)
            .where(histories.c.partner == partner, histories.c.kind == kind, histories.c.key == key)
            .order_by(histories.c.number)
        )
        return [Entry(row[0], bytes(row[1])) for row in connection.execute(query)]

    def count(self, connection: sa.Connection, place: Place, state: str | None, more: int) -> None:
        """Count so many more of a kind in a state."""
        if state is None:
            return
        row = {"partner": place.partner, "kind": place.kind, "state": state, "count": more}
        insert = self._database.insert(counts).values(**row)
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["partner", "kind", "state"],
                set_={"count": counts.c.count + more},
            )
        )

    def counted(self, connection: sa.Connection, partner: str) -> dict[str, dict[str, int]]:
        """Return how many there are by kind and state."""
        found: dict[str, dict[str, int]] = {}
        query = sa.select(counts.c.kind, counts.c.state, counts.c.count)
        for kind, state, count in connection.execute(query.where(counts.c.partner == partner)):
            if count:
                found.setdefault(kind, {})[state] = count
        return found

    def start_afresh(self, connection: sa.Connection, partner: str) -> None:
        """Forget what happened to the partner's resources."""
        for table in (histories, counts):
            connection.execute(sa.delete(table).where(table.c.partner == partner))
