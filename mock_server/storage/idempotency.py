"""The table of answers that are given again to whoever repeats a request under its idempotency key."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from mock_server.clock import Micros
from mock_server.storage.database import Database
from mock_server.storage.statements import Bytes, metadata

answers = sa.Table(
    "idempotent_answers",
    metadata,
    sa.Column("partner", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("fingerprint", Bytes, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("media_type", sa.Text),
    sa.Column("headers", Bytes, nullable=False),
    sa.Column("body", Bytes, nullable=False),
)


class KeptAnswer(NamedTuple):
    """The answer to the first request of a key; `headers` are a JSON object, `fingerprint` tells equal requests."""

    fingerprint: bytes
    expires_at: int
    status: int
    media_type: str | None
    headers: bytes
    body: bytes


class KeptAnswers:
    """The kept answers of all partners."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def find(
        self, connection: sa.Connection, partner: str, key: str, now: Micros
    ) -> KeptAnswer | None:
        """Return the answer that is kept under a key at an instant of the partner's clock."""
        query = sa.select(*(answers.c[name] for name in KeptAnswer._fields)).where(
            answers.c.partner == partner, answers.c.key == key, answers.c.expires_at > now
        )
        row = connection.execute(query).first()
        return KeptAnswer._make(row) if row is not None else None

    def keep(self, connection: sa.Connection, partner: str, key: str, kept: KeptAnswer) -> None:
        """Keep an answer; one that has expired makes room."""
        insert = self._database.insert(answers).values(partner=partner, key=key, **kept._asdict())
        connection.execute(
            insert.on_conflict_do_update(index_elements=["partner", "key"], set_=kept._asdict())
        )

    def start_afresh(self, connection: sa.Connection, partner: str) -> None:
        """Forget the partner's answers."""
        connection.execute(sa.delete(answers).where(answers.c.partner == partner))
