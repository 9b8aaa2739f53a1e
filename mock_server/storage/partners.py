"""The table of partners: who they are, what is known of them, and their clocks.

The row of a partner is its lock: whoever changes a partner's world takes it first, so a partner's
submissions have one order.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mock_server.clock import Clock
from mock_server.storage.database import Database
from mock_server.storage.statements import Statement, metadata

partners = sa.Table(
    "partners",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.Text, nullable=False, unique=True),
    sa.Column("client_secret", sa.Text, nullable=False),
    sa.Column("attributes", sa.Text, nullable=False),
    sa.Column("clock_offset", sa.BigInteger, nullable=False, default=0),
    sa.Column("clock_frozen_at", sa.BigInteger),
    sa.Column("accepted", sa.BigInteger, nullable=False, default=0),
    sa.Column("world", sa.BigInteger, nullable=False),
)

left_worlds = sa.Table(
    "left_worlds",
    metadata,
    sa.Column("world", sa.BigInteger, primary_key=True),
)
"""The worlds that nobody is in any more; what belongs to them is forgotten bit by bit."""

_PARTNER = sa.select(partners.c.client_id, partners.c.client_secret, partners.c.attributes)
_LOCK = (
    sa.select(partners.c.clock_offset, partners.c.clock_frozen_at)
    .where(partners.c.client_id == sa.bindparam("partner"))
    .with_for_update()
)
_CLOCK = sa.select(partners.c.clock_offset, partners.c.clock_frozen_at).where(
    partners.c.client_id == sa.bindparam("partner")
)
_SET_CLOCK = (
    sa.update(partners)
    .where(partners.c.client_id == sa.bindparam("partner"))
    .values(clock_offset=sa.bindparam("offset"), clock_frozen_at=sa.bindparam("frozen_at"))
)


@dataclass(frozen=True)
class Partner:
    """A partner, its secret, and what rules may read of it as `partner.<name>`, such as a currency."""

    client_id: str
    client_secret: str
    attributes: Mapping[str, object]

    def is_shown_by(self, secret: str) -> bool:
        """Tell whether a secret is this partner's. A partner without one, as who is anonymous, is shown by none."""
        is_same = hmac.compare_digest(self.client_secret.encode(), secret.encode())
        return is_same and bool(secret)


class Partners:
    """The partners of a sandbox."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._lock = Statement(_LOCK, database.dialect)
        self._clock = Statement(_CLOCK, database.dialect)
        self._set_clock = Statement(_SET_CLOCK, database.dialect)

    def add(self, new: Iterable[Partner]) -> list[Partner]:
        """Add the partners whose id is not taken and return those that were added."""
        with self._database.begin_write() as connection:
            return [partner for partner in new if self._is_added(connection, partner)]

    def _is_added(self, connection: sa.Connection, partner: Partner) -> bool:
        row = connection.execute(
            self._database.insert(partners)
            .values(
                client_id=partner.client_id,
                client_secret=partner.client_secret,
                attributes=json.dumps(dict(partner.attributes)),
                clock_offset=0,
                accepted=0,
                world=new_world(),
            )
            .on_conflict_do_nothing(index_elements=["client_id"])
            .returning(partners.c.client_id)
        )
        return row.one_or_none() is not None

    def all(self) -> list[Partner]:
        """Return all partners in the order of their creation."""
        with self._database.begin_read() as connection:
            rows = connection.execute(_PARTNER.order_by(partners.c.number)).all()
        return [_partner(row) for row in rows]

    def of_id(self, client_id: str) -> Partner | None:
        """Return the partner of this id."""
        return self._first(partners.c.client_id, client_id)

    def of_secret(self, secret: str) -> Partner | None:
        """Return the partner whose secret this is."""
        return self._first(partners.c.client_secret, secret) if secret else None

    def _first(self, column: sa.Column[str], text: str) -> Partner | None:
        if "\0" in text:  # no partner has one, and PostgreSQL takes none
            return None
        with self._database.begin_read() as connection:
            row = connection.execute(_PARTNER.where(column == text)).first()
        return _partner(row) if row else None

    # -- clocks ----------------------------------------------------------------------------------

    def lock(self, connection: sa.Connection, partner: str) -> Clock:
        """Take the partner's lock until the transaction ends and return its clock."""
        (row,) = self._lock.run(connection, {"partner": partner}).fetchall()
        return Clock(*row)

    def lock_or_add(self, connection: sa.Connection, partner: str) -> Clock:
        """Take the partner's lock, of one who has no row yet too: not every caller was created."""
        rows = self._lock.run(connection, {"partner": partner}).fetchall()
        if not rows:
            self._is_added(connection, Partner(partner, new_secret(), {}))
            return self.lock(connection, partner)
        return Clock(*rows[0])

    def clock(self, connection: sa.Connection, partner: str) -> Clock:
        """Return the partner's clock, real time for one who has no row yet."""
        rows = self._clock.run(connection, {"partner": partner}).fetchall()
        return Clock(*rows[0]) if rows else Clock()

    def set_clock(self, connection: sa.Connection, partner: str, clock: Clock) -> None:
        """Set the partner's clock."""
        self._set_clock.run(
            connection,
            {"partner": partner, "offset": clock.offset, "frozen_at": clock.frozen_at},
        )

    def world(self, connection: sa.Connection, partner: str) -> int:
        """Return the number of the partner's world."""
        query = sa.select(partners.c.world).where(partners.c.client_id == partner)
        return int(connection.execute(query).scalar_one())

    def start_afresh(self, connection: sa.Connection, partner: str) -> None:
        """Give the partner a new world, whose clock and count of submissions are as on the first day."""
        of_partner = partners.c.client_id == partner
        world = self.world(connection, partner)
        connection.execute(sa.insert(left_worlds).values(world=world))
        connection.execute(
            sa.update(partners)
            .where(of_partner)
            .values(clock_offset=0, clock_frozen_at=None, accepted=0, world=new_world())
        )


def _partner(row: Any) -> Partner:
    return Partner(row.client_id, row.client_secret, json.loads(row.attributes))


def new_world() -> int:
    """Return the number of a world that nobody had before."""
    return secrets.randbits(62)


def new_secret() -> str:
    """Return a secret that nobody guesses."""
    return secrets.token_urlsafe(18)
