"""The tables of submissions, and what a submission is to the rest.

What is asked for often is thin: bodies and outcomes, which are long, stand in tables of their own. A row belongs to a world;
when a partner starts afresh it gets another world, and what belongs to the old one is forgotten later (`sweeping`).
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from mock_server.clock import Clock, Micros
from mock_server.storage.partners import partners
from mock_server.storage.statements import Bytes, metadata, partial_index

NUMBERS = sa.Sequence("submission_numbers", metadata=metadata)
"""Numbers new submissions on PostgreSQL; SQLite, which has one writer, goes on from the last one."""

submissions = sa.Table(
    "submissions",
    metadata,
    sa.Column(
        "number",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("world", sa.BigInteger, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("item_count", sa.Integer, nullable=False),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("accepted_at", sa.BigInteger, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("settled_at", sa.BigInteger),
    sa.Column("idempotency_key", sa.Text),
    sa.Column("fingerprint", Bytes),
    # Under a seed, a world that was started afresh has the same ids again.
    sa.UniqueConstraint("id", "world"),
)
# Not by sequence: SQLite would take it for what waits, too, and look at everything that is settled.
sa.Index("submissions_of_worlds", submissions.c.world, submissions.c.number)
# It holds all that is asked of those that wait, so that it is chosen over the other one.
partial_index(
    "submissions_to_settle",
    submissions.c.world,
    submissions.c.sequence,
    submissions.c.due_at,
    submissions.c.operation,
    submissions.c.item_count,
    where=submissions.c.settled_at.is_(None),
)
partial_index(
    "submissions_by_idempotency_key",
    submissions.c.world,
    submissions.c.idempotency_key,
    unique=True,
    where=submissions.c.idempotency_key.is_not(None),
)
bodies = sa.Table(
    "submission_bodies",
    metadata,
    sa.Column(
        "submission",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("body", Bytes, nullable=False),
)
outcomes = sa.Table(
    "submission_outcomes",
    metadata,
    sa.Column(
        "submission",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("outcomes", Bytes, nullable=False),
)

# Under a name of its own: what SQLite is told to return has no names of tables before those of columns.
_whose = partners.alias("whose")
WORLD = (
    sa.select(_whose.c.world).where(_whose.c.client_id == sa.bindparam("partner")).scalar_subquery()
)
"""The world of a partner."""


class NewSubmission(NamedTuple):
    """A submission to be accepted. `delay` is in microseconds; `fingerprint` tells equal requests."""

    partner: str
    operation: str
    body: bytes
    items: int
    delay: Micros
    idempotency_key: str | None
    fingerprint: bytes | None


class Accepted(NamedTuple):
    """An accepted submission, or the first one of its idempotency key."""

    id: str
    operation: str
    sequence: int


class KeyReused(NamedTuple):
    """The idempotency key was used before for another request."""

    key: str


class Submission(NamedTuple):
    """A submission as it stands; `settled_at` and `outcomes` are None until it is settled.

    `number` is its own in the whole database, `sequence` in its partner's world.
    """

    number: int
    id: str
    world: int
    sequence: int
    operation: str
    items: int
    accepted_at: Micros
    due_at: Micros
    settled_at: Micros | None
    body: bytes
    outcomes: bytes | None


class Listed(NamedTuple):
    """A submission without its body, as a list of all has it."""

    id: str
    operation: str
    items: int
    due_at: Micros
    outcomes: bytes | None


class Due(NamedTuple):
    """When the partner's first unsettled submission is due, and what its clock is."""

    clock: Clock
    head_due_at: Micros | None

    def is_due(self, real: Micros) -> bool:
        """Tell whether something has to be settled now."""
        return self.head_due_at is not None and self.head_due_at <= self.clock.now(real)


class Mark(NamedTuple):
    """What tells a settled submission from any other that has, or had, its id."""

    world: int
    settled_at: Micros


class Wanted(NamedTuple):
    """A submission that a partner asks for."""

    partner: str
    submission: str


class Looked(NamedTuple):
    """What is found of it: None when this partner has no such submission."""

    due: Due
    submission: Submission | None
