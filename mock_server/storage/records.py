"""The table of records: items that were saved, each by its place in the submission that it came with."""

from __future__ import annotations

import itertools
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from hashlib import blake2b, sha256
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa

from mock_server.clock import Micros
from mock_server.storage.database import Database
from mock_server.storage.statements import Bytes, Statement, metadata
from mock_server.storage.submission_tables import WORLD, Submission, bodies, submissions

# Keys are random, so each record touches a page of its own: the less a record takes, the fewer pages there are. What was
# sent stands in the body of the submission, a key is a digest of it, and the table is its own index.
records = sa.Table(
    "saved_records",
    metadata,
    sa.Column("world", sa.BigInteger, primary_key=True),
    sa.Column("collection", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("identity", Bytes, primary_key=True),
    sa.Column("submission", sa.BigInteger, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
_INSERTED = tuple(column.name for column in records.c)
_SAVED = (
    sa.select(
        records.c.key,
        records.c.identity,
        submissions.c.id,
        records.c.position,
        submissions.c.settled_at,
    )
    .join(submissions, submissions.c.number == records.c.submission)
    .where(
        records.c.world == sa.bindparam("world"),
        records.c.collection == sa.bindparam("collection"),
    )
    .order_by(records.c.submission, records.c.position)
)
_LONGEST_KEY = 200
_NEWEST_FIRST = (records.c.submission.desc(), records.c.position.desc())


class NewRecord(NamedTuple):
    """A record to be saved; `key` is a digest, `position` the item's in its submission."""

    key: str
    identity: bytes
    position: int


class SavedRecord(NamedTuple):
    """A record that an earlier submission of the same partner saved."""

    identity: bytes
    submission: str
    position: int
    saved_at: Micros


class Place(NamedTuple):
    """Where a record stands: the number of a submission, and the item's position in it."""

    submission: int
    position: int


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
        self, connection: sa.Connection, world: int, collection: str, keys: Sequence[str]
    ) -> dict[str, list[SavedRecord]]:
        """Return the records of a collection that have one of these keys (digests), oldest first, by key."""
        found: dict[str, list[SavedRecord]] = {}
        listed = self._database.listed(keys)
        values = {"world": world, "collection": collection, "keys": listed}
        for key, *record in self._select_saved.run(connection, values).fetchall():
            found.setdefault(key, []).append(SavedRecord(*record))
        return found

    def save(
        self,
        connection: sa.Connection,
        submission: Submission,
        collection: str,
        new: Sequence[NewRecord],
    ) -> int:
        """Save the records of a settled submission with one statement, and return how many were not there before."""
        if not new:
            return 0
        return self._insert.run_many(
            connection,
            (
                {
                    "world": submission.world,
                    "collection": collection,
                    "key": record.key,
                    "identity": record.identity,
                    "submission": submission.number,
                    "position": record.position,
                }
                for record in new
            ),
        )

    def last(self, partner: str, collection: str, key: str) -> tuple[bytes, int] | None:
        """Return the record saved last under a key, a digest: the body that it came in, and its position there."""
        query = (
            sa.select(bodies.c.body, records.c.position)
            .join(bodies, bodies.c.submission == records.c.submission)
            .where(
                records.c.world == WORLD,
                records.c.collection == collection,
                records.c.key == key,
            )
            .order_by(*_NEWEST_FIRST)
            .limit(1)
        )
        with self._database.begin_read() as connection:
            row = connection.execute(query, {"partner": partner}).first()
        return (bytes(row[0]), row[1]) if row is not None else None

    def of_collection(
        self, connection: sa.Connection, partner: str, collection: str
    ) -> Iterator[tuple[bytes, list[int]]]:
        """Yield the bodies that the records of a collection came in, oldest first, and the positions of the records there."""
        query = (
            sa.select(records.c.submission, records.c.position)
            .where(records.c.world == WORLD, records.c.collection == collection)
            .order_by(records.c.submission, records.c.position)
        )
        rows = connection.execute(query, {"partner": partner}).fetchall()
        for submission, of_body in itertools.groupby(rows, attrgetter("submission")):
            body = sa.select(bodies.c.body).where(bodies.c.submission == submission)
            yield bytes(connection.scalar(body) or b"[]"), [row.position for row in of_body]

    def places(self, partner: str, collection: str) -> list[Place]:
        """Return where all records of a collection stand, the newest first."""
        query = (
            sa.select(records.c.submission, records.c.position)
            .where(records.c.world == WORLD, records.c.collection == collection)
            .order_by(*_NEWEST_FIRST)
        )
        with self._database.begin_read() as connection:
            return [Place(*row) for row in connection.execute(query, {"partner": partner})]


def digest(key: bytes) -> str:
    """Return what stands for a key in the table."""
    return urlsafe_b64encode(blake2b(key, digest_size=12).digest()).decode()


def short_key(key: bytes) -> bytes:
    """Return the bytes of a key that are digested: a long one was digested before, up to 0.2 to fit an index."""
    is_long = len(key) > _LONGEST_KEY and len(key.decode()) > _LONGEST_KEY
    return sha256(key).hexdigest().encode() if is_long else key
