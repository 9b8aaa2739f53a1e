"""The table of submissions: accepted in the order of a partner's sequence numbers, settled later."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from mock_server.clock import LATEST, Clock, real_now
from mock_server.storage.database import Database
from mock_server.storage.partners import partners
from mock_server.storage.statements import Bytes, Statement, metadata

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
    sa.Column("body", Bytes, nullable=False),
    sa.Column("outcomes", Bytes),
    sa.Column("idempotency_key", sa.Text),
    sa.Column("fingerprint", Bytes),
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

_COLUMNS = (
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
_LISTED = (
    submissions.c.id,
    submissions.c.operation,
    submissions.c.item_count,
    submissions.c.due_at,
    submissions.c.outcomes,
)
_HEAD_DUE_AT = (
    sa.select(submissions.c.due_at)
    .where(
        submissions.c.partner == sa.bindparam("partner"),
        submissions.c.settled_at.is_(None),
    )
    .order_by(submissions.c.sequence)
    .limit(1)
    .scalar_subquery()
)
_DUE = sa.select(partners.c.clock_offset, partners.c.clock_frozen_at, _HEAD_DUE_AT).where(
    partners.c.client_id == sa.bindparam("partner")
)
_TAKE_NUMBERS = (
    sa.update(partners)
    .where(partners.c.client_id == sa.bindparam("partner"))
    .values(accepted=partners.c.accepted + sa.bindparam("count"))
    .returning(
        partners.c.accepted, partners.c.clock_offset, partners.c.clock_frozen_at, _HEAD_DUE_AT
    )
)
_LOOK = (
    sa.select(partners.c.clock_offset, partners.c.clock_frozen_at, _HEAD_DUE_AT, *_COLUMNS)
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
_FIRST_UNSETTLED = (
    sa.select(*_COLUMNS)
    .where(
        submissions.c.partner == sa.bindparam("partner"),
        submissions.c.settled_at.is_(None),
        submissions.c.sequence > sa.bindparam("after"),
    )
    .order_by(submissions.c.sequence)
    .limit(1)
)
_SETTLED_AT = sa.select(submissions.c.settled_at).where(
    submissions.c.id == sa.bindparam("submission")
)
_SETTLE = (
    sa.update(submissions)
    .where(submissions.c.id == sa.bindparam("submission"))
    .values(outcomes=sa.bindparam("new_outcomes"), settled_at=sa.bindparam("new_settled_at"))
)


class NewSubmission(NamedTuple):
    """A submission to be accepted. `delay` is in microseconds; `fingerprint` tells equal requests."""

    partner: str
    operation: str
    body: bytes
    items: int
    delay: int
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
    """A submission as it stands; `settled_at` and `outcomes` are None until it is settled."""

    id: str
    partner: str
    sequence: int
    operation: str
    items: int
    accepted_at: int
    due_at: int
    settled_at: int | None
    body: bytes
    outcomes: bytes | None


class Listed(NamedTuple):
    """A submission without its body, as a list of all has it."""

    id: str
    operation: str
    items: int
    due_at: int
    outcomes: bytes | None


class Due(NamedTuple):
    """When the partner's first unsettled submission is due, and what its clock is."""

    clock: Clock
    head_due_at: int | None

    def is_due(self, real: int) -> bool:
        """Tell whether something has to be settled now."""
        return self.head_due_at is not None and self.head_due_at <= self.clock.now(real)


class Wanted(NamedTuple):
    """A submission that a partner asks for."""

    partner: str
    submission: str


class Looked(NamedTuple):
    """What is found of it: None when this partner has no such submission."""

    due: Due
    submission: Submission | None


# The submissions that were accepted before with an idempotency key, each with its fingerprint.
_Keyed = dict[str, tuple[Accepted, bytes]]


class Submissions:
    """The submissions of all partners."""

    def __init__(self, database: Database, seed: int | None) -> None:
        """Take the database. With a `seed` the ids of submissions repeat from run to run."""
        self._database = database
        self._seed = seed
        dialect = database.dialect
        self._take_numbers = Statement(_TAKE_NUMBERS, dialect)
        self._insert = Statement(sa.insert(submissions), dialect)
        self._look_up = Statement(_LOOK, dialect)
        self._select_due = Statement(_DUE, dialect)
        self._select_unsettled = Statement(_FIRST_UNSETTLED, dialect)
        self._select_settled_at = Statement(_SETTLED_AT, dialect)
        self._settle = Statement(_SETTLE, dialect)

    # -- accepting -------------------------------------------------------------------------------

    def accept(self, new: Sequence[NewSubmission]) -> list[tuple[Accepted | KeyReused, bool]]:
        """Accept submissions in one transaction, in their order.

        Returns what became of each, and whether its partner had something due before.
        """
        with self._database.begin_write() as connection:
            answers, due = self.accept_in(connection, new, real_now())
        return [
            (answer, submission.partner in due)
            for submission, answer in zip(new, answers, strict=True)
        ]

    def accept_in(
        self, connection: sa.Connection, new: Sequence[NewSubmission], real: int
    ) -> tuple[list[Accepted | KeyReused], set[str]]:
        """Accept submissions in a transaction that is under way.

        Returns what became of each, and the partners that have something due.
        """
        answers: dict[int, Accepted | KeyReused] = {}
        rows: list[Mapping[str, object]] = []
        due: set[str] = set()
        by_partner: dict[str, list[int]] = {}
        for index, submission in enumerate(new):
            by_partner.setdefault(submission.partner, []).append(index)
        for partner in sorted(by_partner):  # always in one order, so that nobody waits in a circle
            indexes = by_partner[partner]
            last, offset, frozen_at, head_due_at = self._take_numbers.run(
                connection, {"partner": partner, "count": len(indexes)}
            ).fetchone()
            clock = Clock(offset, frozen_at)
            if Due(clock, head_due_at).is_due(real):
                due.add(partner)
            keyed = _keyed(connection, partner, [new[index] for index in indexes])
            numbers = range(last - len(indexes) + 1, last + 1)
            for index, sequence in zip(indexes, numbers, strict=True):
                now = clock.now(real)
                answers[index] = self._accept_one(new[index], sequence, now, keyed, rows)
        if rows:
            self._insert.run_many(connection, rows)
        return [answers[index] for index in range(len(new))], due

    def _accept_one(
        self,
        new: NewSubmission,
        sequence: int,
        now: int,
        keyed: _Keyed,
        rows: list[Mapping[str, object]],
    ) -> Accepted | KeyReused:
        if new.idempotency_key is not None and new.idempotency_key in keyed:
            first, fingerprint = keyed[new.idempotency_key]
            return first if fingerprint == new.fingerprint else KeyReused(new.idempotency_key)
        accepted = Accepted(self._new_id(new.partner, sequence), new.operation, sequence)
        if new.idempotency_key is not None:
            keyed[new.idempotency_key] = (accepted, new.fingerprint or b"")
        rows.append(
            {
                "id": accepted.id,
                "partner": new.partner,
                "sequence": sequence,
                "operation": new.operation,
                "item_count": new.items,
                "accepted_at": now,
                "due_at": min(now + new.delay, LATEST),
                "settled_at": None,
                "body": new.body,
                "outcomes": None,
                "idempotency_key": new.idempotency_key,
                "fingerprint": new.fingerprint,
            }
        )
        return accepted

    def _new_id(self, partner: str, sequence: int) -> str:
        if self._seed is None:
            return str(uuid.uuid4())
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._seed}/{partner}/{sequence}"))

    # -- settling --------------------------------------------------------------------------------

    def due(self, partner: str) -> Due:
        """Return the partner's clock and when its first unsettled submission is due."""
        with self._database.begin_look() as connection:
            return self._due(connection, partner)

    def _due(self, connection: sa.Connection, partner: str) -> Due:
        rows = self._select_due.run(connection, {"partner": partner}).fetchall()
        ((offset, frozen_at, head),) = rows
        return Due(Clock(offset, frozen_at), head)

    def first_unsettled(self, partner: str, after: int) -> tuple[Submission | None, Clock]:
        """Return the partner's first unsettled submission after a sequence number, and the clock."""
        with self._database.begin_read() as connection:
            values = {"partner": partner, "after": after}
            rows = self._select_unsettled.run(connection, values).fetchall()
            clock = self._due(connection, partner).clock
        return (Submission._make(rows[0]) if rows else None), clock

    def is_unsettled(self, connection: sa.Connection, submission: str) -> bool:
        """Tell whether a submission is still there and to be settled."""
        rows = self._select_settled_at.run(connection, {"submission": submission}).fetchall()
        return len(rows) == 1 and rows[0][0] is None

    def has_unsettled(self, connection: sa.Connection, partner: str, operations: set[str]) -> bool:
        """Tell whether a submission of one of these operations is to be settled."""
        query = (
            sa.select(submissions.c.id)
            .where(
                submissions.c.partner == partner,
                submissions.c.settled_at.is_(None),
                submissions.c.operation.in_(sorted(operations)),
            )
            .limit(1)
        )
        return connection.execute(query).first() is not None

    def settle(
        self, connection: sa.Connection, submission: str, outcomes: bytes, settled_at: int
    ) -> None:
        """Write down what became of the items of a submission."""
        self._settle.run(
            connection,
            {"submission": submission, "new_outcomes": outcomes, "new_settled_at": settled_at},
        )

    # -- reading ---------------------------------------------------------------------------------

    def look(self, wanted: Sequence[Wanted]) -> list[Looked]:
        """Return each submission that is wanted, and whether something has to be settled before it is told."""
        with self._database.begin_look() as connection:
            return [self._look(connection, one) for one in wanted]

    def _look(self, connection: sa.Connection, wanted: Wanted) -> Looked:
        values = {"partner": wanted.partner, "id": wanted.submission}
        ((offset, frozen_at, head, *row),) = self._look_up.run(connection, values).fetchall()
        submission = Submission._make(row) if row[0] is not None else None
        return Looked(Due(Clock(offset, frozen_at), head), submission)

    def read_in(self, connection: sa.Connection, submission: str) -> Submission:
        """Return a submission within a transaction."""
        query = sa.select(*_COLUMNS).where(submissions.c.id == submission)
        return Submission._make(connection.execute(query).one())

    def all_of(self, partner: str) -> list[Listed]:
        """Return the partner's submissions in the order of acceptance."""
        query = (
            sa.select(*_LISTED)
            .where(submissions.c.partner == partner)
            .order_by(submissions.c.sequence)
        )
        with self._database.begin_read() as connection:
            return [Listed._make(row) for row in connection.execute(query)]

    def latest(self, partner: str, most: int) -> list[Listed]:
        """Return the partner's last submissions, the last one first."""
        query = (
            sa.select(*_LISTED)
            .where(submissions.c.partner == partner)
            .order_by(submissions.c.sequence.desc())
            .limit(most)
        )
        with self._database.begin_read() as connection:
            return [Listed._make(row) for row in connection.execute(query)]

    def start_afresh(self, connection: sa.Connection, partner: str) -> None:
        """Forget the partner's submissions."""
        connection.execute(sa.delete(submissions).where(submissions.c.partner == partner))


def _keyed(connection: sa.Connection, partner: str, new: Sequence[NewSubmission]) -> _Keyed:
    """Return the submissions that were accepted before with one of these idempotency keys."""
    keys = {item.idempotency_key for item in new if item.idempotency_key is not None}
    if not keys:
        return {}
    rows: Sequence[Any] = connection.execute(
        sa.select(
            submissions.c.idempotency_key,
            submissions.c.fingerprint,
            submissions.c.id,
            submissions.c.operation,
            submissions.c.sequence,
        ).where(
            submissions.c.partner == partner,
            submissions.c.idempotency_key.in_(sorted(keys)),
        )
    ).all()
    return {
        row.idempotency_key: (Accepted(row.id, row.operation, row.sequence), row.fingerprint)
        for row in rows
    }
