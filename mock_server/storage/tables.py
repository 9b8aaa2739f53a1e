"""The tables of the store, and the statements that run often.

Instants are microseconds since 1970. Bodies and records are kept as the bytes that were sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()


class _Bytes(sa.LargeBinary):
    """Bytes as both drivers take and give them; the usual wrapping of each costs more than the insert."""

    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> None:
        """Hand bytes over as they are."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> None:
        """Take bytes as they come."""


settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

partners = sa.Table(
    "partners",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.Text, nullable=False, unique=True),
    sa.Column("client_secret", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("clock_offset", sa.BigInteger, nullable=False, default=0),
    sa.Column("clock_frozen_at", sa.BigInteger),
    sa.Column("accepted", sa.BigInteger, nullable=False, default=0),
)

submissions = sa.Table(
    "submissions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("partner", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("item_count", sa.Integer, nullable=False),
    sa.Column("accepted_at", sa.BigInteger, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("settled_at", sa.BigInteger),
    sa.Column("body", _Bytes, nullable=False),
    sa.Column("outcomes", _Bytes),
    sa.Column("idempotency_key", sa.Text),
    sa.Column("fingerprint", _Bytes),
    sa.UniqueConstraint("partner", "sequence"),
    sa.UniqueConstraint("partner", "idempotency_key"),
)
sa.Index(
    "submissions_to_settle",
    submissions.c.partner,
    submissions.c.sequence,
    sqlite_where=submissions.c.settled_at.is_(None),
    postgresql_where=submissions.c.settled_at.is_(None),
)

records = sa.Table(
    "records",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("partner", sa.Text, nullable=False),
    sa.Column("collection", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("identity", _Bytes, nullable=False),
    sa.Column("data", _Bytes, nullable=False),
    sa.Column("submission", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("saved_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("partner", "collection", "key", "identity"),
)


SUBMISSION_COLUMNS = (
    submissions.c.id,
    submissions.c.partner,
    submissions.c.sequence,
    submissions.c.operation,
    submissions.c.item_count,
    submissions.c.accepted_at,
    submissions.c.due_at,
    submissions.c.settled_at,
    submissions.c.body,
    submissions.c.outcomes,
)

head_due_at = (
    sa.select(submissions.c.due_at)
    .where(
        submissions.c.partner == sa.bindparam("partner"),
        submissions.c.settled_at.is_(None),
    )
    .order_by(submissions.c.sequence)
    .limit(1)
    .scalar_subquery()
)
SELECT_DUE = sa.select(partners.c.clock_offset, partners.c.clock_frozen_at, head_due_at).where(
    partners.c.client_id == sa.bindparam("partner")
)
TAKE_NUMBERS = (
    sa.update(partners)
    .where(partners.c.client_id == sa.bindparam("partner"))
    .values(accepted=partners.c.accepted + sa.bindparam("count"))
    .returning(
        partners.c.accepted, partners.c.clock_offset, partners.c.clock_frozen_at, head_due_at
    )
)
LOOK = (
    sa.select(partners.c.clock_offset, partners.c.clock_frozen_at, head_due_at, *SUBMISSION_COLUMNS)
    .select_from(
        partners.outerjoin(
            submissions,
            sa.and_(
                submissions.c.id == sa.bindparam("id"),
                submissions.c.partner == partners.c.client_id,
            ),
        )
    )
    .where(partners.c.client_id == sa.bindparam("partner"))
)
SELECT_UNSETTLED = (
    sa.select(*SUBMISSION_COLUMNS)
    .where(
        submissions.c.partner == sa.bindparam("partner"),
        submissions.c.settled_at.is_(None),
        submissions.c.sequence > sa.bindparam("after"),
    )
    .order_by(submissions.c.sequence)
    .limit(1)
)
SELECT_SETTLED_AT = sa.select(submissions.c.settled_at).where(
    submissions.c.id == sa.bindparam("submission")
)
SELECT_SAVED = (
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
SETTLE = (
    sa.update(submissions)
    .where(submissions.c.id == sa.bindparam("submission"))
    .values(outcomes=sa.bindparam("new_outcomes"), settled_at=sa.bindparam("new_settled_at"))
)
LOCK = (
    sa.select(partners.c.clock_offset, partners.c.clock_frozen_at)
    .where(partners.c.client_id == sa.bindparam("partner"))
    .with_for_update()
)
SET_CLOCK = (
    sa.update(partners)
    .where(partners.c.client_id == sa.bindparam("partner"))
    .values(clock_offset=sa.bindparam("offset"), clock_frozen_at=sa.bindparam("frozen_at"))
)
INSERT_SUBMISSION = sa.insert(submissions)
RECORD_COLUMNS = tuple(column.name for column in records.c if column.name != "number")


class Statement:
    """A statement that runs often, as text for the driver: SQLAlchemy's way costs more than the query."""

    def __init__(self, clause: Any, dialect: sa.Dialect) -> None:
        """Take the statement and for whom it is put into words."""
        compiled = clause.compile(dialect=dialect)
        self._text = str(compiled)
        self._constants = {
            name: value for name, value in compiled.params.items() if value is not None
        }
        self._order: list[str] | None = compiled.positiontup

    def run(self, connection: sa.Connection, values: Mapping[str, Any]) -> Any:
        """Run it and return the driver's cursor."""
        driver: Any = connection.connection.dbapi_connection
        return driver.execute(self._text, self._bound(values))

    def run_many(self, connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it once for each row of values."""
        connection.connection.cursor().executemany(self._text, [self._bound(row) for row in rows])

    def _bound(self, values: Mapping[str, Any]) -> Any:
        given = {**self._constants, **values} if self._constants else values
        return given if self._order is None else [given[name] for name in self._order]
