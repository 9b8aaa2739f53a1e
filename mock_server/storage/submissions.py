"""Submissions: accepted in the order of a partner's sequence numbers, settled later, and read."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from mock_server.clock import LATEST, Clock, Micros, real_now
from mock_server.storage.database import Database
from mock_server.storage.partners import partners
from mock_server.storage.statements import Statement
from mock_server.storage.submission_tables import (
    NUMBERS,
    WORLD,
    Accepted,
    Due,
    KeyReused,
    Listed,
    Looked,
    Mark,
    NewSubmission,
    Submission,
    Wanted,
    bodies,
    outcomes,
    submissions,
)

_READ = (
    submissions.c.number,
    submissions.c.id,
    submissions.c.world,
    submissions.c.sequence,
    submissions.c.operation,
    submissions.c.item_count,
    submissions.c.accepted_at,
    submissions.c.due_at,
    submissions.c.settled_at,
    bodies.c.body,
    outcomes.c.outcomes,
)
_WITH_BODY = submissions.join(bodies, bodies.c.submission == submissions.c.number).outerjoin(
    outcomes, outcomes.c.submission == submissions.c.number
)
_LISTED = (
    submissions.c.id,
    submissions.c.operation,
    submissions.c.item_count,
    submissions.c.due_at,
    outcomes.c.outcomes,
)
_WITH_OUTCOMES = submissions.outerjoin(outcomes, outcomes.c.submission == submissions.c.number)


def _head_due_at(world: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """Return when the first submission of a world that is not settled is due."""
    waiting = submissions.alias("waiting")
    return (
        sa.select(waiting.c.due_at)
        .where(waiting.c.world == world, waiting.c.settled_at.is_(None))
        .order_by(waiting.c.sequence)
        .limit(1)
        .scalar_subquery()
    )


_DUE = sa.select(
    partners.c.clock_offset, partners.c.clock_frozen_at, _head_due_at(partners.c.world)
).where(partners.c.client_id == sa.bindparam("partner"))
_TAKE_NUMBERS = (
    sa.update(partners)
    .where(partners.c.client_id == sa.bindparam("partner"))
    .values(accepted=partners.c.accepted + sa.bindparam("count"))
    .returning(
        partners.c.world,
        partners.c.accepted,
        partners.c.clock_offset,
        partners.c.clock_frozen_at,
        _head_due_at(WORLD),
    )
)
_OF_PARTNER = sa.and_(
    submissions.c.id == sa.bindparam("id"), submissions.c.world == partners.c.world
)
_LOOK = (
    sa.select(
        partners.c.clock_offset,
        partners.c.clock_frozen_at,
        _head_due_at(partners.c.world),
        *_READ,
    )
    .select_from(
        partners.outerjoin(submissions, _OF_PARTNER)
        .outerjoin(bodies, bodies.c.submission == submissions.c.number)
        .outerjoin(outcomes, outcomes.c.submission == submissions.c.number)
    )
    .where(partners.c.client_id == sa.bindparam("partner"))
)
_GLANCE = (
    sa.select(
        partners.c.clock_offset,
        partners.c.clock_frozen_at,
        _head_due_at(partners.c.world),
        partners.c.world,
        submissions.c.settled_at,
    )
    .select_from(partners.outerjoin(submissions, _OF_PARTNER))
    .where(partners.c.client_id == sa.bindparam("partner"))
)
_FIRST_UNSETTLED = (
    sa.select(*_READ)
    .select_from(_WITH_BODY)
    .where(
        submissions.c.world == WORLD,
        submissions.c.settled_at.is_(None),
        submissions.c.sequence > sa.bindparam("after"),
    )
    .order_by(submissions.c.sequence)
    .limit(1)
)
_UNSETTLED = sa.select(submissions.c.number).where(
    submissions.c.number == sa.bindparam("number"),
    submissions.c.settled_at.is_(None),
    submissions.c.world == WORLD,
)
_SETTLE = (
    sa.update(submissions)
    .where(submissions.c.number == sa.bindparam("settled"))
    .values(settled_at=sa.bindparam("at"))
)
_LAST_NUMBER = sa.select(submissions.c.number).order_by(submissions.c.number.desc()).limit(1)
_NEXT_NUMBERS = sa.select(NUMBERS.next_value()).select_from(
    sa.func.generate_series(1, sa.bindparam("count", type_=sa.Integer))
)

# Bytes that are written while the event loop waits.
_MOST_AT_ONCE = 256 * 1024

# The submissions that were accepted before with an idempotency key, each with its fingerprint.
_Keyed = dict[str, tuple[Accepted, bytes]]
_Row = dict[str, object]


class Submissions:
    """The submissions of all partners."""

    def __init__(self, database: Database, seed: int | None) -> None:
        """Take the database. With a `seed` the ids of submissions repeat from run to run."""
        self._database = database
        self._seed = seed
        dialect = database.dialect
        self._take_numbers = Statement(_TAKE_NUMBERS, dialect)
        self._last_number = Statement(_LAST_NUMBER, dialect)
        self._insert = Statement(sa.insert(submissions), dialect)
        self._insert_body = Statement(sa.insert(bodies), dialect)
        self._insert_outcomes = Statement(sa.insert(outcomes), dialect)
        self._look_up = Statement(_LOOK, dialect)
        self._glance = Statement(_GLANCE, dialect)
        self._select_due = Statement(_DUE, dialect)
        self._select_unsettled = Statement(_FIRST_UNSETTLED, dialect)
        self._is_unsettled = Statement(_UNSETTLED, dialect)
        self._settle = Statement(_SETTLE, dialect)

    # -- accepting -------------------------------------------------------------------------------

    def accept(self, new: Sequence[NewSubmission]) -> list[tuple[Accepted | KeyReused, bool]]:
        """Accept submissions in one transaction, in their order.

        Returns what became of each, and whether its partner had something due before.
        """
        with self._database.begin_write() as connection:
            answers, due = self.accept_in(connection, new, real_now())
        return _told(new, answers, due)

    def accept_at_once(
        self, new: Sequence[NewSubmission]
    ) -> list[tuple[Accepted | KeyReused, bool]] | None:
        """Accept submissions where that takes no time and nobody else writes; else return None, and accept nothing."""
        if sum(len(one.body) for one in new) > _MOST_AT_ONCE:
            return None
        with self._database.begin_at_once() as connection:
            if connection is None:
                return None
            answers, due = self.accept_in(connection, new, real_now())
        return _told(new, answers, due)

    def accept_in(
        self, connection: sa.Connection, new: Sequence[NewSubmission], real: Micros
    ) -> tuple[list[Accepted | KeyReused], set[str]]:
        """Accept submissions in a transaction that is under way.

        Returns what became of each, and the partners that have something due.
        """
        answers: dict[int, Accepted | KeyReused] = {}
        rows: list[_Row] = []
        due: set[str] = set()
        by_partner: dict[str, list[int]] = {}
        for index, submission in enumerate(new):
            by_partner.setdefault(submission.partner, []).append(index)
        for partner in sorted(by_partner):  # always in one order, so that nobody waits in a circle
            indexes = by_partner[partner]
            world, last, offset, frozen_at, head_due_at = self._take_numbers.run(
                connection, {"partner": partner, "count": len(indexes)}
            ).fetchone()
            clock = Clock(offset, frozen_at)
            if Due(clock, head_due_at).is_due(real):
                due.add(partner)
            keyed = _keyed(connection, world, [new[index] for index in indexes])
            first = {"world": world, "received_at": real, "accepted_at": clock.now(real)}
            numbers = range(last - len(indexes) + 1, last + 1)
            for index, sequence in zip(indexes, numbers, strict=True):
                answers[index] = self._accept_one(new[index], sequence, first, keyed, rows)
        self._write(connection, rows)
        return [answers[index] for index in range(len(new))], due

    def _accept_one(
        self,
        new: NewSubmission,
        sequence: int,
        first: Mapping[str, int],
        keyed: _Keyed,
        rows: list[_Row],
    ) -> Accepted | KeyReused:
        if new.idempotency_key is not None and new.idempotency_key in keyed:
            before, fingerprint = keyed[new.idempotency_key]
            return before if fingerprint == new.fingerprint else KeyReused(new.idempotency_key)
        accepted = Accepted(self._new_id(new.partner, sequence), new.operation, sequence)
        if new.idempotency_key is not None:
            keyed[new.idempotency_key] = (accepted, new.fingerprint or b"")
        rows.append(
            {
                **first,
                "id": accepted.id,
                "sequence": sequence,
                "operation": new.operation,
                "item_count": new.items,
                "due_at": min(first["accepted_at"] + new.delay, LATEST),
                "settled_at": None,
                "idempotency_key": new.idempotency_key,
                "fingerprint": new.fingerprint,
                "body": new.body,
            }
        )
        return accepted

    def _write(self, connection: sa.Connection, rows: list[_Row]) -> None:
        if not rows:
            return
        for row, number in zip(rows, self.new_numbers(connection, len(rows)), strict=True):
            row["number"] = row["submission"] = number
        self._insert.run_many(connection, rows)
        self._insert_body.run_many(connection, rows)

    def new_numbers(self, connection: sa.Connection, count: int) -> Sequence[int]:
        """Return numbers for so many submissions that are written in this transaction."""
        if self._database.is_sqlite:
            row = self._last_number.run(connection, {}).fetchone()
            last = row[0] if row is not None else 0
            return range(last + 1, last + count + 1)
        return connection.scalars(_NEXT_NUMBERS, {"count": count}).all()

    def _new_id(self, partner: str, sequence: int) -> str:
        if self._seed is None:
            return ordered_id()
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._seed}/{partner}/{sequence}"))

    # -- settling --------------------------------------------------------------------------------

    def due(self, partner: str) -> Due:
        """Return the partner's clock and when its first unsettled submission is due."""
        with self._database.begin_look() as connection:
            return self.due_in(connection, partner)

    def due_in(self, connection: sa.Connection, partner: str) -> Due:
        """Return the same within a transaction."""
        rows = self._select_due.run(connection, {"partner": partner}).fetchall()
        ((offset, frozen_at, head),) = rows
        return Due(Clock(offset, frozen_at), head)

    def first_unsettled(self, partner: str, after: int) -> tuple[Submission | None, Clock]:
        """Return the partner's first unsettled submission after a sequence number, and the clock."""
        with self._database.begin_read() as connection:
            submission = self.next_unsettled(connection, partner, after)
            return submission, self.due_in(connection, partner).clock

    def next_unsettled(
        self, connection: sa.Connection, partner: str, after: int
    ) -> Submission | None:
        """Return the partner's first unsettled submission after a sequence number, within a transaction."""
        values = {"partner": partner, "after": after}
        rows = self._select_unsettled.run(connection, values).fetchall()
        return Submission._make(rows[0]) if rows else None

    def is_unsettled(self, connection: sa.Connection, partner: str, submission: Submission) -> bool:
        """Tell whether a submission is still there, in its partner's world, and to be settled."""
        values = {"partner": partner, "number": submission.number}
        return self._is_unsettled.run(connection, values).fetchone() is not None

    def has_unsettled(self, connection: sa.Connection, partner: str, operations: set[str]) -> bool:
        """Tell whether a submission of one of these operations is to be settled."""
        query = (
            sa.select(submissions.c.number)
            .where(
                submissions.c.world == WORLD,
                submissions.c.settled_at.is_(None),
                submissions.c.operation.in_(sorted(operations)),
            )
            .limit(1)
        )
        return connection.execute(query, {"partner": partner}).first() is not None

    def settle(
        self, connection: sa.Connection, submission: Submission, written: bytes, settled_at: Micros
    ) -> None:
        """Write down what became of the items of a submission."""
        number = submission.number
        self._settle.run(connection, {"settled": number, "at": settled_at})
        self._insert_outcomes.run(connection, {"submission": number, "outcomes": written})

    # -- reading ---------------------------------------------------------------------------------

    def look(self, wanted: Sequence[Wanted]) -> list[Looked]:
        """Return each submission that is wanted, and whether something has to be settled before it is told."""
        with self._database.begin_look() as connection:
            return [self._look(connection, one) for one in wanted]

    def mark(self, wanted: Wanted) -> Mark | None:
        """Return the mark of a submission that is settled; None for any other, and while something is due."""
        values = {"partner": wanted.partner, "id": wanted.submission}
        with self._database.begin_look() as connection:
            rows = self._glance.run(connection, values).fetchall()
        ((offset, frozen_at, head, world, at),) = rows
        if at is None or (
            head is not None and Due(Clock(offset, frozen_at), head).is_due(real_now())
        ):
            return None
        return Mark(world, at)

    def _look(self, connection: sa.Connection, wanted: Wanted) -> Looked:
        values = {"partner": wanted.partner, "id": wanted.submission}
        ((offset, frozen_at, head, *row),) = self._look_up.run(connection, values).fetchall()
        submission = Submission._make(row) if row[0] is not None else None
        return Looked(Due(Clock(offset, frozen_at), head), submission)

    def read_in(self, connection: sa.Connection, partner: str, submission: str) -> Submission:
        """Return a partner's submission within a transaction, by its id."""
        query = (
            sa.select(*_READ)
            .select_from(_WITH_BODY)
            .where(submissions.c.id == submission, submissions.c.world == WORLD)
        )
        return Submission._make(connection.execute(query, {"partner": partner}).one())

    def body(self, number: int) -> bytes | None:
        """Return the body of a submission by its number, None when it is forgotten."""
        query = sa.select(bodies.c.body).where(bodies.c.submission == number)
        with self._database.begin_read() as connection:
            found = connection.scalars(query).one_or_none()
        return bytes(found) if found is not None else None

    def waiting(self, partner: str, most: int) -> list[Listed]:
        """Return the partner's submissions that are not settled, in the order of acceptance."""
        return self._listed(
            partner, submissions.c.sequence, most, submissions.c.settled_at.is_(None)
        )

    def latest(self, partner: str, most: int) -> list[Listed]:
        """Return the partner's last submissions, the last one first."""
        return self._listed(partner, submissions.c.number.desc(), most)

    def _listed(
        self, partner: str, order: Any, most: int, *conditions: sa.ColumnElement[bool]
    ) -> list[Listed]:
        query = (
            sa.select(*_LISTED)
            .select_from(_WITH_OUTCOMES)
            .where(submissions.c.world == WORLD, *conditions)
            .order_by(order)
            .limit(most)
        )
        with self._database.begin_read() as connection:
            return [Listed._make(row) for row in connection.execute(query, {"partner": partner})]

    def counts_of_waiting(self, partner: str) -> dict[str, tuple[int, int]]:
        """Return how many submissions of each operation are not settled, and how many items they have."""
        # SQLite would take the index of all submissions, settled ones included.
        chosen = "INDEXED BY submissions_to_settle" if self._database.is_sqlite else ""
        query = sa.text(
            f"SELECT operation, count(*), sum(item_count) FROM submissions {chosen} "  # noqa: S608 - a constant
            "WHERE world = (SELECT world FROM partners WHERE client_id = :partner) "
            "AND settled_at IS NULL GROUP BY operation"
        )
        with self._database.begin_read() as connection:
            rows = connection.execute(query, {"partner": partner}).all()
        return {operation: (count, int(items)) for operation, count, items in rows}


def _told(
    new: Sequence[NewSubmission], answers: Sequence[Accepted | KeyReused], due: set[str]
) -> list[tuple[Accepted | KeyReused, bool]]:
    return [(answer, one.partner in due) for one, answer in zip(new, answers, strict=True)]


def ordered_id() -> str:
    """Return a new id: a UUID of version 7 (RFC 9562), which begins with the time, so that an index of them only grows."""
    number = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76) | 7 << 76
    text = f"{number & ~(3 << 62) | 2 << 62:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _keyed(connection: sa.Connection, world: int, new: Sequence[NewSubmission]) -> _Keyed:
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
            submissions.c.world == world,
            submissions.c.idempotency_key.in_(sorted(keys)),
        )
    ).all()
    return {
        row.idempotency_key: (Accepted(row.id, row.operation, row.sequence), row.fingerprint)
        for row in rows
    }
