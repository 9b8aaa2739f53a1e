"""The tables of resources: what lives in the world of a partner, in which collections, and what happened to it.

A collection is a kind of resource inside a scope, the values of the path's templates above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from mock_server.clock import Micros
from mock_server.storage.database import Database
from mock_server.storage.partners import partners
from mock_server.storage.statements import Bytes, Statement, metadata, partial_index

_Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

resources = sa.Table(
    "resources",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("partner", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("data", Bytes, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("first_day", sa.Integer, nullable=False),
    sa.Column("state", sa.Text),
    sa.Column("since", sa.BigInteger),
    sa.Column("due_at", sa.BigInteger),
    sa.Column("identity", Bytes),
    sa.Column("natural", sa.Text),
    sa.Column("within", sa.BigInteger),
    sa.Column("position", sa.Integer),
    sa.UniqueConstraint("partner", "kind", "scope", "key"),
)
sa.Index(
    "resources_in_order",
    resources.c.partner,
    resources.c.kind,
    resources.c.scope,
    resources.c.number,
)
partial_index(
    "resources_by_state",
    resources.c.partner,
    resources.c.kind,
    resources.c.state,
    where=resources.c.state.is_not(None),
)
partial_index(
    "resources_by_identity",
    resources.c.partner,
    resources.c.kind,
    resources.c.identity,
    where=resources.c.identity.is_not(None),
)
partial_index(
    "resources_by_natural_key",
    resources.c.partner,
    resources.c.kind,
    resources.c.natural,
    where=resources.c.natural.is_not(None),
)
partial_index(
    "resources_due",
    resources.c.partner,
    resources.c.due_at,
    where=resources.c.due_at.is_not(None),
)

collections = sa.Table(
    "resource_collections",
    metadata,
    sa.Column("partner", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("first_day", sa.Text, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("last_id", sa.BigInteger, nullable=False),
)


_ANY_DUE = (
    sa.select(resources.c.number)
    .where(
        resources.c.partner == sa.bindparam("partner"), resources.c.due_at <= sa.bindparam("now")
    )
    .limit(1)
)


class Place(NamedTuple):
    """A collection of a partner."""

    partner: str
    kind: str
    scope: str

    def named(self, **more: object) -> dict[str, object]:
        """Return the values of a statement that is about this collection, with others."""
        return {"partner": self.partner, "kind": self.kind, "scope": self.scope, **more}


class Collection(NamedTuple):
    """What is known of a collection: with which records of the first day it began, its size, its last number for an id."""

    first_day: str
    total: int
    last_id: int


class Stored(NamedTuple):
    """A resource as it is stored. `data` is its representation as JSON; `first_day` tells that it was there on the first day.

    `state` is that of its lifecycle, reached at `since`; at `due_at` the next transition by time happens. One that is an
    element of an array of another is `within` the row of that number, at a `position`.
    """

    number: int
    key: str
    data: bytes
    version: int
    first_day: int
    state: str | None
    since: Micros | None
    due_at: Micros | None
    kind: str
    scope: str
    within: int | None
    position: int | None


class New(NamedTuple):
    """What is to be stored under a key.

    `identity` is equal for equal requests, `natural` for equal values of the members that a lifecycle's key has.
    """

    key: str
    data: bytes
    first_day: int = 0
    state: str | None = None
    since: Micros | None = None
    due_at: Micros | None = None
    identity: bytes | None = None
    natural: str | None = None
    within: int | None = None
    position: int | None = None


_COLUMNS = tuple(resources.c[name] for name in Stored._fields)


def _of(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == sa.bindparam(name) for name in Place._fields))


_FIND = sa.select(*_COLUMNS).where(_of(resources), resources.c.key == sa.bindparam("key"))
_PAGE = (
    sa.select(*_COLUMNS)
    .where(_of(resources))
    .order_by(resources.c.number)
    .limit(sa.bindparam("limit"))
    .offset(sa.bindparam("offset"))
)
_PAGE_FROM_THE_END = (
    sa.select(*_COLUMNS)
    .where(_of(resources))
    .order_by(resources.c.number.desc())
    .limit(sa.bindparam("limit"))
    .offset(sa.bindparam("offset"))
)
_AFTER = (
    sa.select(*_COLUMNS)
    .where(_of(resources), resources.c.number > sa.bindparam("after"))
    .order_by(resources.c.number)
    .limit(sa.bindparam("limit"))
)
_CHANGE = (
    sa.update(resources)
    .where(resources.c.number == sa.bindparam("row"))
    .values(
        {
            "version": resources.c.version + 1,
            **{name: sa.bindparam(f"new_{name}") for name in ("data", "state", "since", "due_at")},
        }
    )
)
_COLLECTION = sa.select(*(collections.c[name] for name in Collection._fields)).where(
    _of(collections)
)
_GROW = (
    sa.update(collections)
    .where(_of(collections))
    .values(
        total=collections.c.total + sa.bindparam("more"),
        last_id=sa.bindparam("new_last_id"),
    )
)


class Resources:
    """The resources of all partners. Whatever changes them holds the partner's lock."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        dialect = database.dialect
        self._find = Statement(_FIND, dialect)
        self._page = Statement(_PAGE, dialect)
        self._page_from_the_end = Statement(_PAGE_FROM_THE_END, dialect)
        self._after = Statement(_AFTER, dialect)
        insert: Any = sa.insert(resources).values(_inserted())
        # To return something costs SQLite as much as to look for it, and its driver knows the number.
        numbered = insert if database.is_sqlite else insert.returning(resources.c.number)
        self._insert = Statement(numbered, dialect)
        self._change = Statement(_CHANGE, dialect)
        self._collection = Statement(_COLLECTION, dialect)
        self._grow = Statement(_GROW, dialect)
        self._select_any_due = Statement(_ANY_DUE, dialect)

    # -- reading ---------------------------------------------------------------------------------

    def find(self, connection: sa.Connection, place: Place, key: str) -> Stored | None:
        """Return the resource under a key."""
        rows = self._find.run(connection, place.named(key=key)).fetchall()
        return Stored._make(rows[0]) if rows else None

    def page(
        self, connection: sa.Connection, place: Place, total: int, offset: int, limit: int
    ) -> list[Stored]:
        """Return resources of a collection of so many in the order of their creation, counted from the nearer end."""
        behind = total - offset - limit
        if behind >= offset:
            return self._rows(self._page, connection, place, offset=offset, limit=limit)
        limit, behind = max(limit + min(behind, 0), 0), max(behind, 0)
        found = self._rows(self._page_from_the_end, connection, place, offset=behind, limit=limit)
        return found[::-1]

    def all_of(
        self, connection: sa.Connection, place: Place, texts: Sequence[Sequence[bytes]] = ()
    ) -> Iterator[Stored]:
        """Yield all resources of a collection that hold one of each of these texts, in the order of their creation."""
        question = self._after
        if texts:
            holding = (sa.or_(*(self._holds(text) for text in options)) for options in texts)
            question = Statement(_AFTER.where(*holding), self._database.dialect)
        after, limit = 0, _FIRST_PORTION
        while found := self._rows(question, connection, place, after=after, limit=limit):
            yield from found
            after, limit = found[-1].number, min(2 * limit, _LARGEST_PORTION)

    @staticmethod
    def _rows(
        question: Statement, connection: sa.Connection, place: Place, **values: int
    ) -> list[Stored]:
        rows = question.run(connection, place.named(**values)).fetchall()
        return [Stored._make(row) for row in rows]

    def _holds(self, text: bytes) -> sa.ColumnElement[bool]:
        """Return the condition that a text stands somewhere in the JSON of a resource."""
        sought, data = sa.literal(text, Bytes), resources.c.data
        if self._database.is_sqlite:
            return sa.func.instr(data, sought) > 0
        return sa.func.position(sought.op("IN")(data)) > 0

    def collection(self, connection: sa.Connection, place: Place) -> Collection | None:
        """Return what is known of a collection, None for one that nobody has touched."""
        rows = self._collection.run(connection, place.named()).fetchall()
        return Collection._make(rows[0]) if rows else None

    def like(
        self, connection: sa.Connection, place: Place, identity: bytes, natural: str | None
    ) -> tuple[str | None, str | None]:
        """Return the key of one that was made by an equal request, and of one with the same natural key by another."""
        of_kind = (resources.c.partner == place.partner, resources.c.kind == place.kind)
        key = sa.select(resources.c.key).where(*of_kind).limit(1)
        twin = connection.scalar(key.where(resources.c.identity == identity))
        if natural is None:
            return twin, None
        other = (resources.c.natural == natural, resources.c.identity != identity)
        return twin, connection.scalar(key.where(*other))

    def anywhere(
        self, connection: sa.Connection, partner: str, kind: str, key: str
    ) -> Stored | None:
        """Return the first of a kind under a key, in whatever collection."""
        query = sa.select(*_COLUMNS).where(
            resources.c.partner == partner, resources.c.kind == kind, resources.c.key == key
        )
        row = connection.execute(query.order_by(resources.c.number).limit(1)).first()
        return Stored._make(row) if row is not None else None

    def latest(self, connection: sa.Connection, partner: str, most: int) -> list[Stored]:
        """Return the partner's resources of all kinds, the last one that was made first."""
        query = sa.select(*_COLUMNS).where(resources.c.partner == partner)
        rows = connection.execute(query.order_by(resources.c.number.desc()).limit(most))
        return [Stored._make(row) for row in rows]

    def numbered(self, connection: sa.Connection, number: int) -> Stored | None:
        """Return what stands in a row."""
        query = sa.select(*_COLUMNS).where(resources.c.number == number)
        row = connection.execute(query).first()
        return Stored._make(row) if row is not None else None

    def in_states(
        self, connection: sa.Connection, partner: str, kind: str, states: Sequence[str]
    ) -> list[Stored]:
        """Return all of a kind that are in one of the states, in the order of their creation."""
        query = sa.select(*_COLUMNS).where(
            resources.c.partner == partner,
            resources.c.kind == kind,
            resources.c.state.in_(list(states)),
        )
        rows = connection.execute(query.order_by(resources.c.number))
        return [Stored._make(row) for row in rows]

    def is_any_due(self, connection: sa.Connection, partner: str, now: Micros) -> bool:
        """Tell whether a transition by time is due."""
        values = {"partner": partner, "now": now}
        return self._select_any_due.run(connection, values).fetchone() is not None

    def partners_due(self, real: Micros) -> list[str]:
        """Return the partners by whose clocks a transition is due."""
        now = sa.case(
            (partners.c.clock_frozen_at.is_(None), partners.c.clock_offset + real),
            else_=partners.c.clock_frozen_at,
        )
        query = (
            sa.select(resources.c.partner)
            .distinct()
            .select_from(resources.join(partners, partners.c.client_id == resources.c.partner))
            .where(resources.c.due_at <= now)
        )
        with self._database.begin_read() as connection:
            return [str(partner) for partner in connection.scalars(query)]

    def first_due(
        self, connection: sa.Connection, partner: str, now: Micros, kinds: Sequence[str] = ()
    ) -> Stored | None:
        """Return the resource whose transition by time is due first, of some kinds if they are named."""
        query = sa.select(*_COLUMNS).where(
            resources.c.partner == partner, resources.c.due_at <= now
        )
        if kinds:
            query = query.where(resources.c.kind.in_(list(kinds)))
        found = connection.execute(
            query.order_by(resources.c.due_at, resources.c.number).limit(1)
        ).first()
        return Stored._make(found) if found is not None else None

    # -- changing --------------------------------------------------------------------------------

    def begin(
        self, connection: sa.Connection, place: Place, first_day: str, new: Sequence[New]
    ) -> Collection:
        """Begin a collection with the records of the first day; those of another first day that nobody changed go."""
        connection.execute(
            sa.delete(resources).where(
                *(resources.c[name] == value for name, value in place.named().items()),
                resources.c.first_day == 1,
                resources.c.version == 1,
            )
        )
        kept = self.collection(connection, place)
        insert = self._database.insert(resources).on_conflict_do_nothing()
        if new:
            connection.execute(insert, [_row(place, one) for one in new])
        of_place = [resources.c[name] == value for name, value in place.named().items()]
        total = connection.scalar(sa.select(sa.func.count()).where(*of_place)) or 0
        last_id = kept.last_id if kept is not None else 0
        values = {"first_day": first_day, "total": total, "last_id": last_id}
        connection.execute(
            self._database.insert(collections)
            .values(place.named(**values))
            .on_conflict_do_update(index_elements=list(Place._fields), set_=values)
        )
        return Collection(first_day, total, last_id)

    def add(self, connection: sa.Connection, place: Place, new: New, last_id: int) -> Stored:
        """Add a resource whose key is not taken; `last_id` is the last number that was given as an id."""
        row = _row(place, new)
        written: Any = self._insert.run(connection, row)
        number = written.lastrowid if self._database.is_sqlite else written.fetchone()[0]
        self._grow.run(connection, place.named(more=1, new_last_id=last_id))
        return Stored._make(number if name == "number" else row[name] for name in Stored._fields)

    def change(self, connection: sa.Connection, stored: Stored, new: New) -> None:
        """Change a resource."""
        self._change.run(
            connection,
            {
                "row": stored.number,
                "new_data": new.data,
                "new_state": new.state,
                "new_since": new.since,
                "new_due_at": new.due_at,
            },
        )

    def remove(self, connection: sa.Connection, place: Place, stored: Stored) -> None:
        """Remove a resource."""
        connection.execute(sa.delete(resources).where(resources.c.number == stored.number))
        known = self.collection(connection, place)
        last_id = known.last_id if known is not None else 0
        self._grow.run(connection, place.named(more=-1, new_last_id=last_id))

    def remove_within(
        self, connection: sa.Connection, partner: str, kind: str, beginning: str
    ) -> None:
        """Remove all resources of a kind in the scopes that begin so; nothing of the first day comes back there."""
        for table in (resources, collections):
            connection.execute(
                sa.delete(table).where(
                    table.c.partner == partner,
                    table.c.kind == kind,
                    table.c.scope.startswith(beginning, autoescape=True),
                )
            )

    def start_afresh(self, connection: sa.Connection, partner: str) -> None:
        """Forget the partner's resources."""
        for table in (resources, collections):
            connection.execute(sa.delete(table).where(table.c.partner == partner))


# Who reads a page has enough soon.
_FIRST_PORTION, _LARGEST_PORTION = 128, 1024


def _inserted() -> dict[str, Any]:
    names = (column.name for column in resources.c if column.name != "number")
    return {name: sa.bindparam(name) for name in names}


def _row(place: Place, new: New) -> dict[str, object]:
    return place.named(**new._asdict(), version=1)
