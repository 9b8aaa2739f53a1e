"""What changes in the rewards world: wallets, one-time passwords, events and the tokens of logins.

Each change is one transaction. On PostgreSQL the wallet's row is locked from its first reading on;
on SQLite the write transaction itself (BEGIN IMMEDIATE) lets one writer in at a time. Amounts are
whole cents. Every row belongs to one organisation and every question names it, so nobody sees
another's.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from mock_server.services.rewards.money import ZERO, from_cents, to_cents
from mock_server.services.rewards.world import Wallet, World
from mock_server.storage.database import Database
from mock_server.storage.statements import Statement

metadata = MetaData()

wallets = Table(
    "rewards_wallets",
    metadata,
    Column("organisation", String(255), primary_key=True),
    Column("account_id", String(64), primary_key=True),
    Column("balance", BigInteger, nullable=False),
    Column("alternative_balance", BigInteger),
)
wallet_transactions = Table(
    "rewards_wallet_transactions",
    metadata,
    Column("organisation", String(255), primary_key=True),
    Column("event_id", String(64), primary_key=True),
    Column("account_id", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("alternative_amount", BigInteger, nullable=False),
)
used_one_time_passwords = Table(
    "rewards_used_one_time_passwords",
    metadata,
    Column("organisation", String(255), primary_key=True),
    Column("one_time_password", BigInteger, primary_key=True),
    Column("event_id", String(64), nullable=False),
)
events = Table(
    "rewards_events",
    metadata,
    Column("organisation", String(255), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("external_system_reference_number", Text),
    Column("request", Text, nullable=False),
    Column("answer", Text, nullable=False),
    UniqueConstraint("organisation", "external_system_reference_number"),
)
counters = Table(
    "rewards_counters",
    metadata,
    Column("organisation", String(255), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("last", BigInteger, nullable=False),
)
tokens = Table(
    "rewards_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("organisation", String(255), nullable=False),
    Column("username", String(255), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

# Asked at every request, so they are built once.
_BEARER = select(tokens.c.organisation, tokens.c.username, tokens.c.expires_at).where(
    tokens.c.digest == bindparam("digest")
)
_WALLET = select(wallets.c.balance, wallets.c.alternative_balance).where(
    wallets.c.organisation == bindparam("organisation"),
    wallets.c.account_id == bindparam("account_id"),
)
_USED = select(used_one_time_passwords.c.event_id).where(
    used_one_time_passwords.c.organisation == bindparam("organisation"),
    used_one_time_passwords.c.one_time_password == bindparam("one_time_password"),
)
_EVENT = select(events.c.answer, events.c.request).where(
    events.c.organisation == bindparam("organisation"), events.c.id == bindparam("id")
)

COUNTED = ("PCE", "SRE")
WORLD_TABLES = (wallets, wallet_transactions, used_one_time_passwords, events, counters)


class TakenError(Exception):
    """What can be had once was taken before: an external reference or a one-time password."""


class Bearer(NamedTuple):
    """Whom a token was given to, and until when (microseconds since 1970)."""

    organisation: str
    username: str
    expires_at: int


class Event(NamedTuple):
    """A purchase as it was asked for (without its token) and as it was answered."""

    request: dict[str, object]
    answer: dict[str, object]


class _Questions:
    """What is asked at every request, as text for the driver."""

    def __init__(self, dialect: Dialect) -> None:
        self.bearer = Statement(_BEARER, dialect)
        self.wallet = Statement(_WALLET, dialect)
        self.locked_wallet = Statement(_WALLET.with_for_update(), dialect)
        self.is_used = Statement(_USED, dialect)
        self.event = Statement(_EVENT, dialect)


class Ledger:
    """What the store remembers of the rewards world."""

    def __init__(self, database: Database) -> None:
        """Take the database; `looks_at_once` tells whether reading is too short for a thread."""
        self.looks_at_once = database.looks_at_once
        self._database = database
        self._begin_write = database.begin_write
        self._begin_look = database.begin_look
        self._questions = _Questions(database.dialect)

    def open(self, world: World) -> None:
        """Make the tables and the wallets that are not there yet. Raises StorageError."""
        with self._database.begin_creation() as connection:
            metadata.create_all(connection)
            for organisation in world:
                self._fill(connection, world, organisation)

    def reset(self, world: World, organisation: str) -> None:
        """Make one organisation's world as it was on the first day; logins stay."""
        with self._begin_write() as connection:
            for table in WORLD_TABLES:
                connection.execute(delete(table).where(table.c.organisation == organisation))
            self._fill(connection, world, organisation)

    def _fill(self, connection: Connection, world: World, organisation: str) -> None:
        """Write the opening wallets and counters that are not there yet."""
        opening = [
            {
                "organisation": organisation,
                "account_id": account.id,
                "balance": to_cents(account.wallet.balance),
                "alternative_balance": to_cents(account.wallet.alternative_balance)
                if account.wallet.alternative_balance is not None
                else None,
            }
            for account in world[organisation].accounts.entries
            if account.wallet is not None
        ]
        starts = [{"organisation": organisation, "kind": kind, "last": 0} for kind in COUNTED]
        for table, rows in ((wallets, opening), (counters, starts)):
            if rows:
                insert_missing = self._database.insert(table).on_conflict_do_nothing()
                connection.execute(insert_missing, rows)

    # Tokens.

    def give_token(self, bearer: Bearer) -> str:
        """Store a new token, by its digest alone, and return it; forget those that ended before."""
        token = secrets.token_urlsafe(32)
        lifetime_ago = bearer.expires_at - 2 * 60 * 60 * 1_000_000
        with self._begin_write() as connection:
            connection.execute(
                delete(tokens).where(
                    tokens.c.organisation == bearer.organisation,
                    tokens.c.expires_at <= lifetime_ago,
                )
            )
            connection.execute(
                insert(tokens).values(
                    digest=_digest(token),
                    organisation=bearer.organisation,
                    username=bearer.username,
                    expires_at=bearer.expires_at,
                )
            )
        return token

    def bearer(self, token: str) -> Bearer | None:
        """Return whom a token was given to, whether or not its time is over."""
        with self._begin_look() as connection:
            row = self._questions.bearer.run(connection, {"digest": _digest(token)}).fetchone()
        return Bearer(*row) if row is not None else None

    def release_token(self, token: str) -> bool:
        """Forget a token; tell whether there was one."""
        with self._begin_write() as connection:
            found = connection.execute(delete(tokens).where(tokens.c.digest == _digest(token)))
            return found.rowcount == 1

    # Reading and writing the world.

    @contextmanager
    def reading(self, organisation: str) -> Iterator[Page]:
        """Give the organisation's page of the ledger, to read."""
        with self._begin_look() as connection:
            yield Page(connection, organisation, self._questions, self._questions.wallet)

    @contextmanager
    def writing(self, organisation: str) -> Iterator[Page]:
        """Give the organisation's page, to read and change; on an exception, nothing."""
        with self._begin_write() as connection:
            yield Page(connection, organisation, self._questions, self._questions.locked_wallet)


class Page:
    """One organisation's part of the ledger within one transaction."""

    def __init__(
        self,
        connection: Connection,
        organisation: str,
        questions: _Questions,
        wallet: Statement,
    ) -> None:
        """Take the transaction, and how a wallet is read in it: to look, or to change it."""
        self._connection = connection
        self._organisation = organisation
        self._questions = questions
        self._wallet = wallet

    def wallet(self, account_id: str) -> Wallet | None:
        """Return an account's wallet, None when it has none."""
        row = self._ask(self._wallet, {"account_id": account_id})
        if row is None:
            return None
        balance, alternative = row
        return Wallet(
            from_cents(balance), from_cents(alternative) if alternative is not None else None
        )

    def is_used(self, one_time_password: int) -> bool:
        """Tell whether a one-time password is used up."""
        return (
            self._ask(self._questions.is_used, {"one_time_password": one_time_password}) is not None
        )

    def next_number(self, kind: str) -> str:
        """Return the next number of a kind of event, such as PCE0000000001."""
        last = self._connection.execute(
            update(counters)
            .where(counters.c.organisation == self._organisation, counters.c.kind == kind)
            .values(last=counters.c.last + 1)
            .returning(counters.c.last)
        ).scalar_one()
        return f"{kind}{last:010d}"

    def is_reference_taken(self, external_system_reference_number: str) -> bool:
        """Tell whether a purchase with the external reference was made before."""
        return (
            self._connection.execute(
                select(events.c.id).where(
                    events.c.organisation == self._organisation,
                    events.c.external_system_reference_number
                    == _storable(external_system_reference_number),
                )
            ).first()
            is not None
        )

    def use_up(self, one_time_password: int, event_id: str) -> None:
        """Use a one-time password up. Raises TakenError when another purchase was faster."""
        self._insert_once(
            insert(used_one_time_passwords).values(
                organisation=self._organisation,
                one_time_password=one_time_password,
                event_id=event_id,
            )
        )

    def post(
        self,
        event_id: str,
        external_reference: str | None,
        request: Mapping[str, object],
        answer: Mapping[str, object],
    ) -> None:
        """Keep an event with its request. Raises TakenError when its reference is taken."""
        self._insert_once(
            insert(events).values(
                organisation=self._organisation,
                id=event_id,
                external_system_reference_number=_storable(external_reference),
                request=json.dumps(request),
                answer=json.dumps(answer),
            )
        )

    def move(self, account_id: str, event_id: str, before: Wallet, after: Wallet) -> None:
        """Change a wallet from what was read to what it is now, and keep the difference."""
        amount = to_cents(after.balance - before.balance)
        alternative = to_cents(after.alternative_balance or ZERO) - to_cents(
            before.alternative_balance or ZERO
        )
        self._connection.execute(
            update(wallets)
            .where(wallets.c.organisation == self._organisation, wallets.c.account_id == account_id)
            .values(
                balance=wallets.c.balance + amount,
                alternative_balance=to_cents(after.alternative_balance)
                if after.alternative_balance is not None
                else None,
            )
        )
        self._connection.execute(
            insert(wallet_transactions).values(
                organisation=self._organisation,
                event_id=event_id,
                account_id=account_id,
                amount=amount,
                alternative_amount=alternative,
            )
        )

    def event(self, event_id: str) -> Event | None:
        """Return an event with its request, None when this organisation has none such."""
        row = self._ask(self._questions.event, {"id": event_id.replace("\0", " ")})
        if row is None:
            return None
        answer, request = row
        return Event(json.loads(request), json.loads(answer))

    def moved(self, account_id: str) -> tuple[int, int]:
        """Return the sums, in cents, of all that ever moved into (or out of) a wallet."""
        row = self._connection.execute(
            select(
                func.coalesce(func.sum(wallet_transactions.c.amount), 0),
                func.coalesce(func.sum(wallet_transactions.c.alternative_amount), 0),
            ).where(
                wallet_transactions.c.organisation == self._organisation,
                wallet_transactions.c.account_id == account_id,
            )
        ).one()
        return int(row[0]), int(row[1])

    def _ask(self, question: Statement, values: Mapping[str, object]) -> Any:
        """Return the first row of what is asked about this organisation, None without one."""
        named = {"organisation": self._organisation, **values}
        return question.run(self._connection, named).fetchone()

    def _insert_once(self, statement: Any) -> None:
        try:
            self._connection.execute(statement)
        except IntegrityError:
            raise TakenError from None


def _storable(text: str | None) -> str | None:
    """Return a text as every database can keep it: PostgreSQL knows no zero character."""
    return json.dumps(text) if text is not None else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
