"""What the sandbox remembers: partners, submissions and records, in SQLite or PostgreSQL.

State lives here alone, so any process may answer any request. Every change is one transaction. The row of a partner is
its lock: whoever changes a partner's world takes it first, so a partner's submissions have one order.

Instants are microseconds since 1970. Bodies and records are kept as the bytes that were sent.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mock_server.clock import LATEST, Clock, real_now
from mock_server.resources.lifecycle import SavedRecord
from mock_server.storage import tables
from mock_server.storage.tables import Statement


class _Lent:
    """A connection that is lent to one thread at a time."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self.close = connection.close

    def __enter__(self) -> sa.Connection:
        self._lock.acquire()
        return self._connection

    def __exit__(self, *_raised: object) -> None:
        self._lock.release()


class StoreError(Exception):
    """The database cannot be used; the text says why, without credentials."""


@dataclass(frozen=True)
class Partner:
    """A partner and its credentials."""

    client_id: str
    client_secret: str
    currency: str


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


class NewRecord(NamedTuple):
    """A record to be saved."""

    key: str
    identity: bytes
    data: bytes
    position: int


class Store:
    """The database behind one sandbox."""

    def __init__(self, url: str, seed: int | None = None) -> None:
        """Open the database and create what is missing.

        With a `seed` the ids of submissions repeat from run to run. Raises StoreError.
        """
        self._seed = seed
        self._write_lock = threading.RLock()
        self.engine = _engine(url)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite in memory has one connection, so its readers queue up with its writers.
        self._is_memory = isinstance(self.engine.pool, sa.pool.StaticPool)
        # A look into a file takes less time than a change of threads, and waits for no writer.
        self.looks_at_once = self._is_sqlite and not self._is_memory
        dialect = self.engine.dialect
        self._take_numbers = Statement(tables.TAKE_NUMBERS, dialect)
        self._insert_submission = Statement(tables.INSERT_SUBMISSION, dialect)
        self._insert_record = Statement(
            self._insert(tables.records)
            .values({name: sa.bindparam(name) for name in tables.RECORD_COLUMNS})
            .on_conflict_do_nothing(),
            dialect,
        )
        self._look_up = Statement(tables.LOOK, dialect)
        self._select_due = Statement(tables.SELECT_DUE, dialect)
        self._select_unsettled = Statement(tables.SELECT_UNSETTLED, dialect)
        self._select_settled_at = Statement(tables.SELECT_SETTLED_AT, dialect)
        self._select_saved = Statement(
            tables.SELECT_SAVED.where(self._among(tables.records.c.key, "keys")), dialect
        )
        self._settle = Statement(tables.SETTLE, dialect)
        self._lock = Statement(tables.LOCK, dialect)
        self._set_clock = Statement(tables.SET_CLOCK, dialect)
        try:
            if self._is_sqlite:  # one writer at a time, so one connection for all that is written
                self._writer = self.engine.connect().execution_options(begin="BEGIN IMMEDIATE")
            if self.looks_at_once:
                self._reader = _Lent(self.engine.connect())
            self._create()
        except sa.exc.SQLAlchemyError as error:
            raise StoreError(_sentence(error)) from None

    def close(self) -> None:
        """Give the connections back."""
        if self._is_sqlite:
            self._writer.close()
        if self.looks_at_once:
            self._reader.close()
        self.engine.dispose()

    def _create(self) -> None:
        with self.begin_write() as connection:
            if not self._is_sqlite:
                # Several processes may start at once on one database.
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(8675309)"))
            tables.metadata.create_all(connection)

    @contextmanager
    def begin_write(self) -> Iterator[sa.Connection]:
        """Give a connection in a transaction that may change things; it is committed at the end."""
        if not self._is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._write_lock, self._writer.begin():
            yield self._writer

    @contextmanager
    def begin_read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the database."""
        if self._is_memory:
            with self.begin_write() as connection:
                yield connection
            return
        with self.engine.connect() as connection:
            yield connection

    def begin_look(self) -> AbstractContextManager[sa.Connection]:
        """Give a connection for a short look; where `looks_at_once`, without waiting for anybody."""
        return self._reader if self.looks_at_once else self.begin_read()

    # -- settings and partners -------------------------------------------------------------------

    def setting(self, name: str, make: str) -> str:
        """Return a setting that all processes share; `make` becomes its value if it has none."""
        with self.begin_write() as connection:
            connection.execute(
                self._insert(tables.settings).on_conflict_do_nothing(),
                {"name": name, "value": make},
            )
            return str(
                connection.scalar(
                    sa.select(tables.settings.c.value).where(tables.settings.c.name == name)
                )
            )

    def add_partners(self, partners: Iterable[Partner]) -> list[Partner]:
        """Add the partners whose id is not taken and return those that were added."""
        added = []
        with self.begin_write() as connection:
            for partner in partners:
                row = connection.execute(
                    self._insert(tables.partners)
                    .values(
                        client_id=partner.client_id,
                        client_secret=partner.client_secret,
                        currency=partner.currency,
                        clock_offset=0,
                        accepted=0,
                    )
                    .on_conflict_do_nothing(index_elements=["client_id"])
                    .returning(tables.partners.c.client_id)
                ).one_or_none()
                if row is not None:
                    added.append(partner)
        return added

    def partners(self) -> list[Partner]:
        """Return all partners in the order of their creation."""
        with self.begin_read() as connection:
            rows = connection.execute(
                sa.select(
                    tables.partners.c.client_id,
                    tables.partners.c.client_secret,
                    tables.partners.c.currency,
                ).order_by(tables.partners.c.number)
            ).all()
        return [Partner(*row) for row in rows]

    def partner(self, client_id: str) -> Partner | None:
        """Return the partner of this id."""
        return self._partner(tables.partners.c.client_id, client_id)

    def partner_of_secret(self, secret: str) -> Partner | None:
        """Return the partner whose secret this is."""
        return self._partner(tables.partners.c.client_secret, secret)

    def _partner(self, column: sa.Column[str], text: str) -> Partner | None:
        if "\0" in text:  # no partner has one, and PostgreSQL takes none
            return None
        with self.begin_read() as connection:
            row = connection.execute(
                sa.select(
                    tables.partners.c.client_id,
                    tables.partners.c.client_secret,
                    tables.partners.c.currency,
                ).where(column == text)
            ).first()
        return Partner(*row) if row else None

    # -- clocks ----------------------------------------------------------------------------------

    def due(self, partner: str) -> Due:
        """Return the partner's clock and when its first unsettled submission is due."""
        with self.begin_look() as connection:
            return self._due(connection, partner)

    def _due(self, connection: sa.Connection, partner: str) -> Due:
        ((offset, frozen_at, head),) = self._select_due.run(
            connection, {"partner": partner}
        ).fetchall()
        return Due(Clock(offset, frozen_at), head)

    def lock(self, connection: sa.Connection, partner: str) -> Clock:
        """Take the partner's lock until the transaction ends and return its clock."""
        (row,) = self._lock.run(connection, {"partner": partner}).fetchall()
        return Clock(*row)

    def set_clock(self, connection: sa.Connection, partner: str, clock: Clock) -> None:
        """Set the partner's clock."""
        self._set_clock.run(
            connection,
            {"partner": partner, "offset": clock.offset, "frozen_at": clock.frozen_at},
        )

    def reset(self, partner: str) -> None:
        """Make the partner's world as it was on the first day."""
        with self.begin_write() as connection:
            self.lock(connection, partner)
            connection.execute(
                sa.delete(tables.submissions).where(tables.submissions.c.partner == partner)
            )
            connection.execute(sa.delete(tables.records).where(tables.records.c.partner == partner))
            connection.execute(
                sa.update(tables.partners)
                .where(tables.partners.c.client_id == partner)
                .values(clock_offset=0, clock_frozen_at=None, accepted=0)
            )

    # -- accepting -------------------------------------------------------------------------------

    def accept(
        self, submissions: Sequence[NewSubmission]
    ) -> list[tuple[Accepted | KeyReused, bool]]:
        """Accept submissions in one transaction, in their order.

        Returns what became of each, and whether its partner had something due before.
        """
        with self.begin_write() as connection:
            answers, due = self.accept_in(connection, submissions, real_now())
        return [
            (answer, submission.partner in due)
            for submission, answer in zip(submissions, answers, strict=True)
        ]

    def accept_in(
        self, connection: sa.Connection, submissions: Sequence[NewSubmission], real: int
    ) -> tuple[list[Accepted | KeyReused], set[str]]:
        """Accept submissions in a transaction that is under way.

        Returns what became of each, and the partners that have something due.
        """
        answers: dict[int, Accepted | KeyReused] = {}
        rows: list[dict[str, Any]] = []
        due: set[str] = set()
        by_partner: dict[str, list[int]] = {}
        for place, submission in enumerate(submissions):
            by_partner.setdefault(submission.partner, []).append(place)
        for partner in sorted(by_partner):  # always in one order, so that nobody waits in a circle
            places = by_partner[partner]
            last, offset, frozen_at, head_due_at = self._take_numbers.run(
                connection, {"partner": partner, "count": len(places)}
            ).fetchone()
            clock = Clock(offset, frozen_at)
            if Due(clock, head_due_at).is_due(real):
                due.add(partner)
            keyed = self._keyed(connection, partner, [submissions[place] for place in places])
            for place, sequence in zip(
                places, range(last - len(places) + 1, last + 1), strict=True
            ):
                answers[place] = self._accept_one(
                    submissions[place], sequence, clock.now(real), keyed, rows
                )
        if rows:
            self._insert_submission.run_many(connection, rows)
        return [answers[place] for place in range(len(submissions))], due

    def _accept_one(
        self,
        new: NewSubmission,
        sequence: int,
        now: int,
        keyed: dict[str, tuple[Accepted, bytes]],
        rows: list[dict[str, Any]],
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
        name = f"{self._seed}/{partner}/{sequence}"
        return str(uuid.uuid5(uuid.NAMESPACE_OID, name))

    @staticmethod
    def _keyed(
        connection: sa.Connection, partner: str, submissions: Sequence[NewSubmission]
    ) -> dict[str, tuple[Accepted, bytes]]:
        """Return the submissions that were accepted before with one of these idempotency keys."""
        keys = {item.idempotency_key for item in submissions if item.idempotency_key is not None}
        if not keys:
            return {}
        rows = connection.execute(
            sa.select(
                tables.submissions.c.idempotency_key,
                tables.submissions.c.fingerprint,
                tables.submissions.c.id,
                tables.submissions.c.operation,
                tables.submissions.c.sequence,
            ).where(
                tables.submissions.c.partner == partner,
                tables.submissions.c.idempotency_key.in_(sorted(keys)),
            )
        )
        return {
            row.idempotency_key: (Accepted(row.id, row.operation, row.sequence), row.fingerprint)
            for row in rows
        }

    # -- settling --------------------------------------------------------------------------------

    def first_unsettled(self, partner: str, after: int) -> tuple[Submission | None, Clock]:
        """Return the partner's first unsettled submission after a sequence number, and the clock."""
        with self.begin_read() as connection:
            rows = self._select_unsettled.run(
                connection, {"partner": partner, "after": after}
            ).fetchall()
            clock = self._due(connection, partner).clock
        return (Submission._make(rows[0]) if rows else None), clock

    def is_unsettled(self, connection: sa.Connection, submission: str) -> bool:
        """Tell whether a submission is still there and to be settled."""
        rows = self._select_settled_at.run(connection, {"submission": submission}).fetchall()
        return len(rows) == 1 and rows[0][0] is None

    def has_unsettled(self, connection: sa.Connection, partner: str, operations: set[str]) -> bool:
        """Tell whether a submission of one of these operations is to be settled."""
        query = (
            sa.select(tables.submissions.c.id)
            .where(
                tables.submissions.c.partner == partner,
                tables.submissions.c.settled_at.is_(None),
                tables.submissions.c.operation.in_(sorted(operations)),
            )
            .limit(1)
        )
        return connection.execute(query).first() is not None

    def saved(
        self, connection: sa.Connection, partner: str, collection: str, keys: Sequence[str]
    ) -> dict[str, list[SavedRecord]]:
        """Return the records of a collection that have one of these keys, oldest first, by key."""
        found: dict[str, list[SavedRecord]] = {}
        values = {"partner": partner, "collection": collection, "keys": self._list(keys)}
        for key, *record in self._select_saved.run(connection, values).fetchall():
            found.setdefault(key, []).append(SavedRecord(*record))
        return found

    def _among(self, column: sa.Column[str], name: str) -> sa.ColumnElement[bool]:
        """Return the condition that a column is one of many values, all in one parameter."""
        parameter: Any = sa.bindparam(name)
        if self._is_sqlite:
            listed = sa.func.json_each(parameter).table_valued("value")
            return column.in_(sa.select(listed.c.value))
        return column == sa.any_(sa.cast(parameter, postgresql.ARRAY(sa.Text)))

    def _list(self, values: Sequence[str]) -> str | list[str]:
        """Return many values as the one parameter of `_among`."""
        return msgspec.json.encode(values).decode() if self._is_sqlite else list(values)

    def save(
        self,
        connection: sa.Connection,
        submission: Submission,
        collection: str,
        records: Sequence[NewRecord],
        saved_at: int,
    ) -> None:
        """Save the records of a settled submission with one statement."""
        if not records:
            return
        self._insert_record.run_many(
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
                for record in records
            ),
        )

    def settle(
        self, connection: sa.Connection, submission: str, outcomes: bytes, settled_at: int
    ) -> None:
        """Write down what became of the items of a submission."""
        self._settle.run(
            connection,
            {"submission": submission, "new_outcomes": outcomes, "new_settled_at": settled_at},
        )

    def _insert(self, table: sa.Table) -> Any:
        return sqlite.insert(table) if self._is_sqlite else postgresql.insert(table)

    # -- reading ---------------------------------------------------------------------------------

    def look(self, wanted: Sequence[Wanted]) -> list[Looked]:
        """Return each submission that is wanted, and whether something has to be settled before it is told."""
        with self.begin_look() as connection:
            return [self._look(connection, one) for one in wanted]

    def _look(self, connection: sa.Connection, wanted: Wanted) -> Looked:
        values = {"partner": wanted.partner, "id": wanted.submission}
        ((offset, frozen_at, head, *row),) = self._look_up.run(connection, values).fetchall()
        submission = Submission._make(row) if row[0] is not None else None
        return Looked(Due(Clock(offset, frozen_at), head), submission)

    def read_in(self, connection: sa.Connection, submission: str) -> Submission:
        """Return a submission within a transaction."""
        query = sa.select(*tables.SUBMISSION_COLUMNS).where(tables.submissions.c.id == submission)
        return Submission._make(connection.execute(query).one())

    def record(self, partner: str, collection: str, key: str) -> bytes | None:
        """Return the record saved last under a key, as it was sent."""
        with self.begin_read() as connection:
            row = connection.execute(
                sa.select(tables.records.c.data)
                .where(
                    tables.records.c.partner == partner,
                    tables.records.c.collection == collection,
                    tables.records.c.key == key,
                )
                .order_by(tables.records.c.number.desc())
                .limit(1)
            ).one_or_none()
        return bytes(row.data) if row else None

    def records(self, partner: str, collection: str) -> list[bytes]:
        """Return all records of a collection as they were sent, the newest first."""
        with self.begin_read() as connection:
            rows = connection.scalars(
                sa.select(tables.records.c.data)
                .where(
                    tables.records.c.partner == partner, tables.records.c.collection == collection
                )
                .order_by(tables.records.c.number.desc())
            )
            return [bytes(row) for row in rows]

    def submissions(self, partner: str) -> list[Mapping[str, Any]]:
        """Return the partner's submissions without their bodies, in the order of acceptance."""
        with self.begin_read() as connection:
            rows = connection.execute(
                sa.select(
                    tables.submissions.c.id,
                    tables.submissions.c.operation,
                    tables.submissions.c.item_count,
                    tables.submissions.c.due_at,
                    tables.submissions.c.settled_at,
                    tables.submissions.c.outcomes,
                )
                .where(tables.submissions.c.partner == partner)
                .order_by(tables.submissions.c.sequence)
            ).mappings()
            return [dict(row) for row in rows]

    def record_counts(self, partner: str) -> dict[str, int]:
        """Return how many records each collection of the partner has."""
        with self.begin_read() as connection:
            rows = connection.execute(
                sa.select(tables.records.c.collection, sa.func.count())
                .where(tables.records.c.partner == partner)
                .group_by(tables.records.c.collection)
            ).all()
        return {row[0]: row[1] for row in rows}


def new_secret() -> str:
    """Return a secret that nobody guesses."""
    return secrets.token_urlsafe(18)


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StoreError(
            "the database URL is not understood; examples are sqlite://, sqlite:///sandbox.db "
            "and postgresql+psycopg://user@host/name"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    if parsed.get_backend_name() == "postgresql":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        try:
            return sa.create_engine(parsed, pool_size=8, max_overflow=8, pool_pre_ping=True)
        except ModuleNotFoundError:
            raise StoreError(
                "PostgreSQL needs its driver: pip install 'understudy[postgresql]'"
            ) from None
    raise StoreError(f"{parsed.get_backend_name()} is not served; use sqlite or postgresql")


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    in_memory = url.database in (None, "", ":memory:")
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 30},
        poolclass=sa.pool.StaticPool if in_memory else sa.pool.QueuePool,
        **({} if in_memory else {"pool_size": 8, "max_overflow": 8}),
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver would begin transactions by itself, and too late.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        # What was committed outlives any end of the process, kill -9 included. A power cut may take the last moments;
        # waiting for the disk at each commit would halve what is served. PostgreSQL does wait.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32768")
        # Records have random keys, so a submission touches many pages; written back less often, they are written once.
        connection.execute("PRAGMA wal_autocheckpoint = 8000")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        words = connection.get_execution_options().get("begin", "BEGIN")
        connection.connection.cursor().execute(words)

    return engine


def _sentence(error: sa.exc.SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0]
