"""The rewards world before the first request: frozen values, as a fixture gives them (see `world_file`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, Literal, TypeVar

import msgspec


class SpendLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least and the most that one spend may be for."""

    minimum: Decimal
    maximum: Decimal


class User(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may log in; `unit` is the name of the unit that is meant by default."""

    username: str
    password: str
    unit: str


class BusinessUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the organisation that sells."""

    id: str
    name: str
    code: str


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shop or till; `business_unit` is the name of the one it belongs to."""

    id: str
    name: str
    alternative_code: str
    business_unit: str


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A classification, a payment medium brand or a payment medium type."""

    id: str
    name: str
    alternative_code: str


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that can be bought."""

    id: str
    code: str
    alternative_code: str


class Merchant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sells at some units or business units, and on what terms wallets may be spent there."""

    name: str
    allow_spending: bool
    allow_automatic_spend: bool
    reduction_method: Literal["FRONT_END_REDUCTION", "BACK_END_REDUCTION"]
    spend_limits: SpendLimits
    units: tuple[str, ...] = ()
    business_units: tuple[str, ...] = ()


class AutomaticSpend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When and how much of a wallet is spent without being asked for; no merchants: at all."""

    enabled: bool = False
    minimum_wallet_balance: Decimal = Decimal(0)
    minimum_spend_amount: Decimal = Decimal(0)
    maximum_spend_amount: Decimal = Decimal("1000000000")
    merchants: tuple[str, ...] = ()


class Participant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is rewarded, and in which schemes."""

    id: str
    number: str
    name: str
    schemes: tuple[str, ...]
    allow_spending: bool = True
    automatic_spend: AutomaticSpend = AutomaticSpend()


class Wallet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a participant holds, in the system and maybe in the alternative currency."""

    balance: Decimal
    alternative_balance: Decimal | None = None


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who buys. An account with a participant has a wallet."""

    id: str
    number: str
    name: str
    participant: Participant | None = None
    wallet: Wallet | None = None


class AccessToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card, tag or password that stands for an account; `account` is that account's number."""

    account: str
    state: Literal["EFFECTIVE", "NOT_EFFECTIVE"]
    authentication_code: str | None = None
    identifier: str | None = None
    pass_code: str | None = None
    one_time_password: int | None = None
    expires_at: datetime | None = None


class VoucherType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A type of voucher; a FIXED one has its value."""

    id: str
    name: str
    value_options: Literal["FIXED", "VARIABLE"]
    classification: Literal[
        "PRINTED_PAYMENT_VOUCHER", "ELECTRONIC_PAYMENT_VOUCHER", "REFUND_VOUCHER"
    ]
    alternative_code: str | None = None
    value: Decimal | None = None
    description: str | None = None


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reward offer: its award, how that is spent, and by name what must hold."""

    id: str
    name: str
    award_percentage: Decimal | None = None
    award_amount: Decimal | None = None
    scope: Literal["APPLY_AWARD_PER_TRANSACTION", "APPLY_AWARD_PER_TRANSACTION_ITEM"] = (
        "APPLY_AWARD_PER_TRANSACTION"
    )
    on_top: bool = True
    spend_method: Literal[
        "SPEND_ON_REQUEST", "SPEND_INSTANTLY", "SPEND_INSTANTLY_THROUGH_VOUCHER"
    ] = "SPEND_ON_REQUEST"
    voucher_type: str | None = None
    evaluation: Literal["INTERACTIVELY", "BATCH_PROCESS"] = "INTERACTIVELY"
    state: Literal["EFFECTIVE", "NOT_EFFECTIVE"] = "EFFECTIVE"
    currency: Literal["SYSTEM", "ALTERNATIVE"] = "SYSTEM"
    effective_from: date | None = None
    effective_to: date | None = None
    units: tuple[str, ...] = ()
    business_units: tuple[str, ...] = ()
    classifications: tuple[str, ...] = ()
    payment_medium_brands: tuple[str, ...] = ()
    payment_medium_types: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    transaction_amount_from: Decimal | None = None
    transaction_amount_to: Decimal | None = None


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reward scheme, with its offers in the order in which they are looked at."""

    name: str
    offers: tuple[Offer, ...]


Entry = TypeVar("Entry")


class Directory(Generic[Entry]):
    """Things that can be looked up by any of some members."""

    def __init__(self, entries: Iterable[Entry], members: Iterable[str]) -> None:
        """Index the entries by each of the members."""
        self.entries = tuple(entries)
        self._by_member: dict[str, dict[object, tuple[Entry, ...]]] = {}
        for member in members:
            index: dict[object, tuple[Entry, ...]] = {}
            for entry in self.entries:
                key = getattr(entry, member)
                if key is not None:
                    index[key] = (*index.get(key, ()), entry)
            self._by_member[member] = index

    def find(self, member: str, value: object) -> tuple[Entry, ...]:
        """Return the entries whose member has the value."""
        return self._by_member[member].get(value, ())


@dataclass(frozen=True)
class SchemeOffer:
    """An offer with what it names looked up: products by id, its scheme and its voucher type."""

    offer: Offer
    scheme_name: str
    product_ids: frozenset[str]
    voucher_type: VoucherType | None


@dataclass(frozen=True, eq=False)
class Organisation:
    """One organisation's world: nothing in it changes, wallets in the ledger do."""

    name: str
    spend_limits: SpendLimits
    alternative_currency_rate: Decimal
    users: tuple[User, ...]
    units: Directory[Unit]
    business_units: Directory[BusinessUnit]
    classifications: Directory[Term]
    payment_medium_brands: Directory[Term]
    payment_medium_types: Directory[Term]
    products: Directory[Product]
    accounts: Directory[Account]
    participants: Directory[Participant]
    access_tokens: Directory[AccessToken]
    offers: tuple[SchemeOffer, ...]
    merchants: tuple[Merchant, ...]


World = Mapping[str, Organisation]
