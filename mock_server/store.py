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
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mock_server.clock import LATEST, Clock, real_now
from mock_server.lifecycle import SavedRecord

Synchronous = Literal["FULL", "NORMAL"]

_metadata = sa.MetaData()


class _Bytes(sa.LargeBinary):
    """Bytes as both drivers take and give them; the usual wrapping of each costs more than the insert."""

    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> None:
        """Hand bytes over as they are."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> None:
        """Take bytes as they come."""


_settings = sa.Table(
    "settings",
    _metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

_partners = sa.Table(
    "partners",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.Text, nullable=False, unique=True),
    sa.Column("client_secret", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("clock_offset", sa.BigInteger, nullable=False, default=0),
    sa.Column("clock_frozen_at", sa.BigInteger),
    sa.Column("accepted", sa.BigInteger, nullable=False, default=0),
)

_submissions = sa.Table(
    "submissions",
    _metadata,
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
    _submissions.c.partner,
    _submissions.c.sequence,
    sqlite_where=_submissions.c.settled_at.is_(None),
    postgresql_where=_submissions.c.settled_at.is_(None),
)

_records = sa.Table(
    "records",
    _metadata,
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


_SUBMISSION_COLUMNS = (
    _submissions.c.id,
    _submissions.c.partner,
    _submissions.c.sequence,
    _submissions.c.operation,
    _submissions.c.item_count,
    _submissions.c.accepted_at,
    _submissions.c.due_at,
    _submissions.c.settled_at,
    _submissions.c.body,
    _submissions.c.outcomes,
)

_head_due_at = (
    sa.select(_submissions.c.due_at)
    .where(
        _submissions.c.partner == sa.bindparam("partner"),
        _submissions.c.settled_at.is_(None),
    )
    .order_by(_submissions.c.sequence)
    .limit(1)
    .scalar_subquery()
)
_SELECT_DUE = sa.select(_partners.c.clock_offset, _partners.c.clock_frozen_at, _head_due_at).where(
    _partners.c.client_id == sa.bindparam("partner")
)
_TAKE_NUMBERS = (
    sa.update(_partners)
    .where(_partners.c.client_id == sa.bindparam("partner"))
    .values(accepted=_partners.c.accepted + sa.bindparam("count"))
    .returning(
        _partners.c.accepted, _partners.c.clock_offset, _partners.c.clock_frozen_at, _head_due_at
    )
)
_LOOK = (
    sa.select(
        _partners.c.clock_offset, _partners.c.clock_frozen_at, _head_due_at, *_SUBMISSION_COLUMNS
    )
    .select_from(
        _partners.outerjoin(
            _submissions,
            sa.and_(
                _submissions.c.id == sa.bindparam("id"),
                _submissions.c.partner == _partners.c.client_id,
            ),
        )
    )
    .where(_partners.c.client_id == sa.bindparam("partner"))
)
_SELECT_UNSETTLED = (
    sa.select(*_SUBMISSION_COLUMNS)
    .where(
        _submissions.c.partner == sa.bindparam("partner"),
        _submissions.c.settled_at.is_(None),
        _submissions.c.sequence > sa.bindparam("after"),
    )
    .order_by(_submissions.c.sequence)
    .limit(1)
)
_INSERT_SUBMISSION = sa.insert(_submissions)
_RECORD_COLUMNS = tuple(column.name for column in _records.c if column.name != "number")


class _Statement:
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
        cursor = connection.connection.cursor()
        cursor.execute(self._text, self._bound(values))
        return cursor

    def run_many(self, connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it once for each row of values."""
        connection.connection.cursor().executemany(self._text, [self._bound(row) for row in rows])

    def _bound(self, values: Mapping[str, Any]) -> Any:
        given = {**self._constants, **values} if self._constants else values
        return given if self._order is None else [given[name] for name in self._order]


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
        self._read_lock = threading.Lock()
        dialect = self.engine.dialect
        self._take_numbers = _Statement(_TAKE_NUMBERS, dialect)
        self._insert_submission = _Statement(_INSERT_SUBMISSION, dialect)
        self._insert_record = _Statement(
            self._insert(_records)
            .values({name: sa.bindparam(name) for name in _RECORD_COLUMNS})
            .on_conflict_do_nothing(),
            dialect,
        )
        self._look_up = _Statement(_LOOK, dialect)
        try:
            if self._is_sqlite:  # one writer at a time, so one connection for all that is written
                self._writer = self.engine.connect().execution_options(begin="BEGIN IMMEDIATE")
            if self.looks_at_once:
                self._reader = self.engine.connect()
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
            _metadata.create_all(connection)

    @contextmanager
    def begin_write(self, synchronous: Synchronous = "FULL") -> Iterator[sa.Connection]:
        """Give a connection in a transaction that may change things; it is committed at the end.

        With `NORMAL` it outlives the process, but the last of it may be lost in a power cut (SQLite's
        `synchronous`). That will do for whatever is made again from what is durable.
        """
        if not self._is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._write_lock:
            writer = self._writer
            writer.connection.cursor().execute(f"PRAGMA synchronous = {synchronous}")
            with writer.begin():
                yield writer

    @contextmanager
    def begin_read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the database."""
        if self._is_memory:
            with self.begin_write() as connection:
                yield connection
            return
        with self.engine.connect() as connection:
            yield connection

    # -- settings and partners -------------------------------------------------------------------

    def setting(self, name: str, make: str) -> str:
        """Return a setting that all processes share; `make` becomes its value if it has none."""
        with self.begin_write() as connection:
            connection.execute(
                self._insert(_settings).on_conflict_do_nothing(), {"name": name, "value": make}
            )
            return str(
                connection.scalar(sa.select(_settings.c.value).where(_settings.c.name == name))
            )

    def add_partners(self, partners: Iterable[Partner]) -> list[Partner]:
        """Add the partners whose id is not taken and return those that were added."""
        added = []
        with self.begin_write() as connection:
            for partner in partners:
                row = connection.execute(
                    self._insert(_partners)
                    .values(
                        client_id=partner.client_id,
                        client_secret=partner.client_secret,
                        currency=partner.currency,
                        clock_offset=0,
                        accepted=0,
                    )
                    .on_conflict_do_nothing(index_elements=["client_id"])
                    .returning(_partners.c.client_id)
                ).one_or_none()
                if row is not None:
                    added.append(partner)
        return added

    def partners(self) -> list[Partner]:
        """Return all partners in the order of their creation."""
        with self.begin_read() as connection:
            rows = connection.execute(
                sa.select(
                    _partners.c.client_id, _partners.c.client_secret, _partners.c.currency
                ).order_by(_partners.c.number)
            ).all()
        return [Partner(*row) for row in rows]

    def partner(self, client_id: str) -> Partner | None:
        """Return the partner of this id."""
        return self._partner(_partners.c.client_id, client_id)

    def partner_of_secret(self, secret: str) -> Partner | None:
        """Return the partner whose secret this is."""
        return self._partner(_partners.c.client_secret, secret)

    def _partner(self, column: sa.Column[str], text: str) -> Partner | None:
        if "\0" in text:  # no partner has one, and PostgreSQL takes none
            return None
        with self.begin_read() as connection:
            row = connection.execute(
                sa.select(
                    _partners.c.client_id, _partners.c.client_secret, _partners.c.currency
                ).where(column == text)
            ).first()
        return Partner(*row) if row else None

    # -- clocks ----------------------------------------------------------------------------------

    def due(self, partner: str) -> Due:
        """Return the partner's clock and when its first unsettled submission is due."""
        with self.begin_read() as connection:
            return self._due(connection, partner)

    @staticmethod
    def _due(connection: sa.Connection, partner: str) -> Due:
        offset, frozen_at, head = connection.execute(_SELECT_DUE, {"partner": partner}).one()
        return Due(Clock(offset, frozen_at), head)

    def lock(self, connection: sa.Connection, partner: str) -> Clock:
        """Take the partner's lock until the transaction ends and return its clock."""
        row = connection.execute(
            sa.select(_partners.c.clock_offset, _partners.c.clock_frozen_at)
            .where(_partners.c.client_id == partner)
            .with_for_update()
        ).one()
        return Clock(*row)

    def set_clock(self, connection: sa.Connection, partner: str, clock: Clock) -> None:
        """Set the partner's clock."""
        connection.execute(
            sa.update(_partners)
            .where(_partners.c.client_id == partner)
            .values(clock_offset=clock.offset, clock_frozen_at=clock.frozen_at)
        )

    def reset(self, partner: str) -> None:
        """Make the partner's world as it was on the first day."""
        with self.begin_write() as connection:
            self.lock(connection, partner)
            connection.execute(sa.delete(_submissions).where(_submissions.c.partner == partner))
            connection.execute(sa.delete(_records).where(_records.c.partner == partner))
            connection.execute(
                sa.update(_partners)
                .where(_partners.c.client_id == partner)
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
                _submissions.c.idempotency_key,
                _submissions.c.fingerprint,
                _submissions.c.id,
                _submissions.c.operation,
                _submissions.c.sequence,
            ).where(
                _submissions.c.partner == partner, _submissions.c.idempotency_key.in_(sorted(keys))
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
            row = connection.execute(
                _SELECT_UNSETTLED, {"partner": partner, "after": after}
            ).one_or_none()
            clock = self._due(connection, partner).clock
        return (Submission._make(row) if row else None), clock

    def is_unsettled(self, connection: sa.Connection, submission: str) -> bool:
        """Tell whether a submission is still there and to be settled."""
        query = sa.select(_submissions.c.settled_at).where(_submissions.c.id == submission)
        row = connection.execute(query).one_or_none()
        return row is not None and row.settled_at is None

    def has_unsettled(self, connection: sa.Connection, partner: str, operations: set[str]) -> bool:
        """Tell whether a submission of one of these operations is to be settled."""
        query = (
            sa.select(_submissions.c.id)
            .where(
                _submissions.c.partner == partner,
                _submissions.c.settled_at.is_(None),
                _submissions.c.operation.in_(sorted(operations)),
            )
            .limit(1)
        )
        return connection.execute(query).first() is not None

    def saved(
        self, connection: sa.Connection, partner: str, collection: str, keys: Sequence[str]
    ) -> dict[str, list[SavedRecord]]:
        """Return the records of a collection that have one of these keys, oldest first, by key."""
        query = (
            sa.select(
                _records.c.key,
                _records.c.identity,
                _records.c.submission,
                _records.c.position,
                _records.c.saved_at,
            )
            .where(
                _records.c.partner == partner,
                _records.c.collection == collection,
                self._among(_records.c.key, keys),
            )
            .order_by(_records.c.number)
        )
        found: dict[str, list[SavedRecord]] = {}
        for key, *record in connection.execute(query):
            found.setdefault(key, []).append(SavedRecord(*record))
        return found

    def _among(self, column: sa.Column[str], keys: Sequence[str]) -> sa.ColumnElement[bool]:
        """Return the condition that a column is one of many values, all in one parameter."""
        if self._is_sqlite:
            listed = sa.func.json_each(msgspec.json.encode(keys).decode()).table_valued("value")
            return column.in_(sa.select(listed.c.value))
        return column == sa.any_(sa.cast(list(keys), postgresql.ARRAY(sa.Text)))

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
        connection.execute(
            sa.update(_submissions)
            .where(_submissions.c.id == submission)
            .values(outcomes=outcomes, settled_at=settled_at)
        )

    def _insert(self, table: sa.Table) -> Any:
        return sqlite.insert(table) if self._is_sqlite else postgresql.insert(table)

    # -- reading ---------------------------------------------------------------------------------

    def look(self, wanted: Sequence[Wanted]) -> list[Looked]:
        """Return each submission that is wanted, and whether something has to be settled before it is told."""
        if self.looks_at_once:
            with self._read_lock:
                return [self._look(self._reader, one) for one in wanted]
        with self.begin_read() as connection:
            return [self._look(connection, one) for one in wanted]

    def _look(self, connection: sa.Connection, wanted: Wanted) -> Looked:
        values = {"partner": wanted.partner, "id": wanted.submission}
        ((offset, frozen_at, head, *row),) = self._look_up.run(connection, values).fetchall()
        submission = Submission._make(row) if row[0] is not None else None
        return Looked(Due(Clock(offset, frozen_at), head), submission)

    def read_in(self, connection: sa.Connection, submission: str) -> Submission:
        """Return a submission within a transaction."""
        query = sa.select(*_SUBMISSION_COLUMNS).where(_submissions.c.id == submission)
        return Submission._make(connection.execute(query).one())

    def record(self, partner: str, collection: str, key: str) -> bytes | None:
        """Return the record saved last under a key, as it was sent."""
        with self.begin_read() as connection:
            row = connection.execute(
                sa.select(_records.c.data)
                .where(
                    _records.c.partner == partner,
                    _records.c.collection == collection,
                    _records.c.key == key,
                )
                .order_by(_records.c.number.desc())
                .limit(1)
            ).one_or_none()
        return bytes(row.data) if row else None

    def submissions(self, partner: str) -> list[Mapping[str, Any]]:
        """Return the partner's submissions without their bodies, in the order of acceptance."""
        with self.begin_read() as connection:
            rows = connection.execute(
                sa.select(
                    _submissions.c.id,
                    _submissions.c.operation,
                    _submissions.c.item_count,
                    _submissions.c.due_at,
                    _submissions.c.settled_at,
                    _submissions.c.outcomes,
                )
                .where(_submissions.c.partner == partner)
                .order_by(_submissions.c.sequence)
            ).mappings()
            return [dict(row) for row in rows]

    def record_counts(self, partner: str) -> dict[str, int]:
        """Return how many records each collection of the partner has."""
        with self.begin_read() as connection:
            rows = connection.execute(
                sa.select(_records.c.collection, sa.func.count())
                .where(_records.c.partner == partner)
                .group_by(_records.c.collection)
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
        # Full: what was accepted outlives a power cut, not only a crash of the process.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -32768")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        words = connection.get_execution_options().get("begin", "BEGIN")
        connection.connection.cursor().execute(words)

    return engine


def _sentence(error: sa.exc.SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0]
