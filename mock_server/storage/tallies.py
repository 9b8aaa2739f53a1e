"""The table of tallies: how much a world holds, counted when it changes, so that to tell it takes no time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from mock_server.storage.database import Database
from mock_server.storage.statements import Statement, metadata
from mock_server.storage.submission_tables import WORLD

tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("world", sa.BigInteger, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
SUBMISSIONS, ITEMS, RECORDS = "submissions", "items", "records"


class Tally(NamedTuple):
    """How many there are of a kind: settled submissions, their items by state, or records by collection."""

    kind: str
    name: str
    number: int


class Tallies:
    """The tallies of all worlds."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        insert = database.insert(tallies).values(
            {column.name: sa.bindparam(column.name) for column in tallies.c}
        )
        added = {"count": tallies.c.count + insert.excluded.count}
        upsert = insert.on_conflict_do_update(index_elements=["world", "kind", "name"], set_=added)
        self._add = Statement(upsert, database.dialect)

    def add(self, connection: sa.Connection, world: int, changes: Iterable[Tally]) -> None:
        """Add to the tallies of a world."""
        rows = [
            {"world": world, "kind": change.kind, "name": change.name, "count": change.number}
            for change in changes
            if change.number
        ]
        if rows:
            self._add.run_many(connection, rows)

    def of(self, partner: str) -> list[Tally]:
        """Return the tallies of a partner's world."""
        query = sa.select(tallies.c.kind, tallies.c.name, tallies.c.count).where(
            tallies.c.world == WORLD
        )
        with self._database.begin_read() as connection:
            return [Tally(*row) for row in connection.execute(query, {"partner": partner})]
