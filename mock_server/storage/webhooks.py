"""The tables of webhooks: where a partner wants them, what is to be delivered in which order, and each attempt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from mock_server.clock import Micros
from mock_server.storage.database import Database
from mock_server.storage.partners import partners
from mock_server.storage.statements import Bytes, metadata, partial_index

_Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

targets = sa.Table(
    "webhook_targets",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("partner", sa.Text, nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
)
callbacks = sa.Table(
    "webhook_callbacks",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("partner", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
)
sa.Index("webhook_callbacks_of_one", callbacks.c.partner, callbacks.c.resource)
deliveries = sa.Table(
    "webhook_deliveries",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("partner", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("body", Bytes, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("next_at", sa.BigInteger, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claimed_until", sa.BigInteger, nullable=False),
)
partial_index(
    "webhook_deliveries_waiting",
    deliveries.c.partner,
    deliveries.c.target,
    deliveries.c.resource,
    deliveries.c.number,
    where=deliveries.c.status == "waiting",
)
sa.Index("webhook_deliveries_of_partner", deliveries.c.partner, deliveries.c.number)
attempts = sa.Table(
    "webhook_attempts",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("delivery", sa.Text, nullable=False, index=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("code", sa.Integer),
    sa.Column("error", sa.Text),
)

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given up"


class WebhookTarget(NamedTuple):
    """Where a partner wants webhooks; `events` are names separated by line ends, empty for all."""

    id: str
    url: str
    events: str
    secret: str


class NewDelivery(NamedTuple):
    """A message to be delivered: those of one resource to one target are delivered in order."""

    id: str
    partner: str
    target: str
    resource: str
    event: str
    method: str
    url: str
    secret: str
    body: bytes
    created_at: Micros


class Delivery(NamedTuple):
    """A message and how it stands. `next_at` is on the partner's clock, `tries` how often it was tried."""

    id: str
    partner: str
    resource: str
    event: str
    method: str
    url: str
    secret: str
    body: bytes
    created_at: Micros
    status: str
    next_at: Micros
    tries: int


class Attempt(NamedTuple):
    """One attempt, by the partner's clock: the status that came, or what went wrong."""

    at: Micros
    code: int | None
    error: str | None


_DELIVERY = tuple(deliveries.c[name] for name in Delivery._fields)
_ATTEMPT = tuple(attempts.c[name] for name in Attempt._fields)


class Webhooks:
    """The webhooks of all partners."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    # -- targets -----------------------------------------------------------------------------------

    def add_target(self, partner: str, target: WebhookTarget) -> None:
        """Add a target."""
        with self._database.begin_write() as connection:
            connection.execute(sa.insert(targets).values(partner=partner, **target._asdict()))

    def remove_target(self, partner: str, target: str) -> bool:
        """Remove a target. Returns whether it was there."""
        with self._database.begin_write() as connection:
            mine = (targets.c.partner == partner, targets.c.id == target)
            return connection.execute(sa.delete(targets).where(*mine)).rowcount > 0

    def targets_of(self, connection: sa.Connection, partner: str) -> list[WebhookTarget]:
        """Return the targets of a partner."""
        columns = (targets.c[name] for name in WebhookTarget._fields)
        query = sa.select(*columns).where(targets.c.partner == partner).order_by(targets.c.id)
        return [WebhookTarget._make(row) for row in connection.execute(query)]

    def add_callback(
        self, connection: sa.Connection, partner: str, resource: str, name: str, url: str
    ) -> None:
        """Note where the request that made a resource wants to be called back."""
        row = {"partner": partner, "resource": resource, "name": name, "url": url}
        connection.execute(sa.insert(callbacks).values(row))

    def callbacks_of(
        self, connection: sa.Connection, partner: str, resource: str, name: str
    ) -> list[str]:
        """Return the URLs of the callbacks of a name that a resource has."""
        query = sa.select(callbacks.c.url).where(
            callbacks.c.partner == partner,
            callbacks.c.resource == resource,
            callbacks.c.name == name,
        )
        return [str(url) for url in connection.scalars(query)]

    # -- deliveries --------------------------------------------------------------------------------

    def add(self, connection: sa.Connection, new: Sequence[NewDelivery]) -> None:
        """Add messages, to be delivered at once."""
        rows = [
            {
                **one._asdict(),
                "status": WAITING,
                "next_at": one.created_at,
                "tries": 0,
                "claimed_until": 0,
            }
            for one in new
        ]
        if rows:
            connection.execute(sa.insert(deliveries), rows)

    def due(self, real: Micros, most: int) -> list[Delivery]:
        """Return messages that are due by their partners' clocks and first in their lines."""
        before = deliveries.alias()
        now = sa.case(
            (partners.c.clock_frozen_at.is_(None), partners.c.clock_offset + real),
            else_=partners.c.clock_frozen_at,
        )
        waits = sa.exists().where(
            *(before.c[name] == deliveries.c[name] for name in ("partner", "target", "resource")),
            before.c.status == WAITING,
            before.c.number < deliveries.c.number,
        )
        query = (
            sa.select(*_DELIVERY)
            .select_from(deliveries.join(partners, partners.c.client_id == deliveries.c.partner))
            .where(
                deliveries.c.status == WAITING,
                deliveries.c.claimed_until < real,
                deliveries.c.next_at <= now,
                ~waits,
            )
            .order_by(deliveries.c.number)
            .limit(most)
        )
        with self._database.begin_read() as connection:
            return [Delivery._make(row) for row in connection.execute(query)]

    def claim(self, delivery: str, real: Micros, until: Micros) -> bool:
        """Take a message, so that no other process delivers it too. Returns whether that succeeded."""
        query = (
            sa.update(deliveries)
            .where(
                deliveries.c.id == delivery,
                deliveries.c.status == WAITING,
                deliveries.c.claimed_until < real,
            )
            .values(claimed_until=until)
        )
        with self._database.begin_write() as connection:
            return connection.execute(query).rowcount > 0

    def note(self, delivery: str, attempt: Attempt, status: str, next_at: Micros) -> None:
        """Write an attempt down, how the message stands then, and when it is tried again."""
        values = {"status": status, "next_at": next_at, "claimed_until": 0}
        with self._database.begin_write() as connection:
            connection.execute(sa.insert(attempts).values(delivery=delivery, **attempt._asdict()))
            connection.execute(
                sa.update(deliveries)
                .where(deliveries.c.id == delivery)
                .values(tries=deliveries.c.tries + 1, **values)
            )

    def again(self, partner: str, delivery: str, now: Micros) -> bool:
        """Let a message be delivered once more, under its id. Returns whether there is one."""
        query = (
            sa.update(deliveries)
            .where(deliveries.c.partner == partner, deliveries.c.id == delivery)
            .values(status=WAITING, next_at=now, tries=0, claimed_until=0)
        )
        with self._database.begin_write() as connection:
            return connection.execute(query).rowcount > 0

    def latest(
        self, connection: sa.Connection, partner: str, most: int, resource: str | None = None
    ) -> list[tuple[Delivery, list[Attempt]]]:
        """Return the last messages of a partner, or of one of its resources, the last first, with their attempts."""
        query = sa.select(*_DELIVERY).where(deliveries.c.partner == partner)
        if resource is not None:
            query = query.where(deliveries.c.resource == resource)
        rows = connection.execute(query.order_by(deliveries.c.number.desc()).limit(most))
        found = [Delivery._make(row) for row in rows]
        return [(one, self._attempts(connection, one.id)) for one in found]

    @staticmethod
    def _attempts(connection: sa.Connection, delivery: str) -> list[Attempt]:
        query = sa.select(*_ATTEMPT).where(attempts.c.delivery == delivery)
        return [Attempt._make(row) for row in connection.execute(query.order_by(attempts.c.number))]

    def start_afresh(self, connection: sa.Connection, partner: str) -> None:
        """Forget the partner's targets and messages."""
        mine = sa.select(deliveries.c.id).where(deliveries.c.partner == partner)
        connection.execute(sa.delete(attempts).where(attempts.c.delivery.in_(mine)))
        for table in (targets, callbacks, deliveries):
            connection.execute(sa.delete(table).where(table.c.partner == partner))
