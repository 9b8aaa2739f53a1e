"""The table of records: items that were saved, each as it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from mock_server.storage.database import Database
from mock_server.storage.statements import Bytes, Statement, metadata
from mock_server.storage.submissions import Submission

records = sa.Table(
    "records",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("partner", sa.Text, nullable=False),
    sa.Column("collection", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("identity", Bytes, nullable=False),
    sa.Column("data", Bytes, nullable=False),
    sa.Column("submission", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("saved_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("partner", "collection", "key", "identity"),
)
_INSERTED = tuple(column.name for column in records.c if column.name != "number")
_SAVED = (
    sa.select(
        records.c.key,
        records.c.identity,
        records.c.submission,
        records.c.position,
        records.c.saved_at,
    )
    .where(
        records.c.partner == sa.bindparam("partner"),
        records.c.collection == sa.bindparam("collection"),
    )
    .order_by(records.c.number)
)


class NewRecord(NamedTuple):
    """A record to be saved; `position` is the item's in its submission."""

    key: str
    identity: bytes
    data: bytes
    position: int


class SavedRecord(NamedTuple):
    """A record that an earlier submission of the same partner saved."""

    identity: bytes
    submission: str
    position: int
    saved_at: int


class Records:
    """The records of all partners, in the collections that the lifecycles name."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        insert = database.insert(records).values({name: sa.bindparam(name) for name in _INSERTED})
        self._insert = Statement(insert.on_conflict_do_nothing(), database.dialect)
        self._select_saved = Statement(
            _SAVED.where(database.among(records.c.key, "keys")), database.dialect
        )

    def saved(
        self, connection: sa.Connection, partner: str, collection: str, keys: Sequence[str]
    ) -> dict[str, list[SavedRecord]]:
        """Return the records of a collection that have one of these keys, oldest first, by key."""
        found: dict[str, list[SavedRecord]] = {}
        values = {
            "partner": partner,
            "collection": collection,
            "keys": self._database.listed(keys),
        }
        for key, *record in self._select_saved.run(connection, values).fetchall():
            found.setdefault(key, []).append(SavedRecord(*record))
        return found

    def save(
        self,
        connection: sa.Connection,
        submission: Submission,
        collection: str,
        new: Sequence[NewRecord],
        saved_at: int,
    ) -> None:
        """Save the records of a settled submission with one statement."""
        if not new:
            return
        self._insert.run_many(
            connection,
            (
                {
                    "partner": submission.partner,
                    "collection": collection,
                    "key": record.key,
                    "identity": record.identity,
                    "data": record.data,
                    "submission": submission.id,
                    "position": record.position,
                    "saved_at": saved_at,
                }
                for record in new
            ),
        )

    def last(self, partner: str, collection: str, key: str) -> bytes | None:
        """Return the record saved last under a key, as it was sent."""
        query = _data(partner, collection).where(records.c.key == key).limit(1)
        with self._database.begin_read() as connection:
            found = connection.scalars(query).one_or_none()
        return bytes(found) if found is not None else None

    def all_of(self, partner: str, collection: str) -> list[bytes]:
        """Return all records of a collection as they were sent, the newest first."""
        with self._database.begin_read() as connection:
            return [bytes(row) for row in connection.scalars(_data(partner, collection))]

    def counts(self, partner: str) -> dict[str, int]:
        """Return how many records each collection of the partner has."""
        query = (
            sa.select(records.c.collection, sa.func.count())
            .where(records.c.partner == partner)
            .group_by(records.c.collection)
        )
        with self._database.begin_read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def start_afresh(self, connection: sa.Connection, partner: str) -> None:
        """Forget the partner's records."""
        connection.execute(sa.delete(records).where(records.c.partner == partner))


def _data(partner: str, collection: str) -> sa.Select[bytes]:
    return (
        sa.select(records.c.data)
        .where(records.c.partner == partner, records.c.collection == collection)
        .order_by(records.c.number.desc())
    )
