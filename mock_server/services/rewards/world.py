"""The rewards world before the first request, read from the fixture into frozen values.

The fixture names things by name or number, for its reader; here they are linked by id. A fixture
that names something that is not there, or misspells a member, is refused with the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import msgspec

from openapi_documents import load


class WorldError(Exception):
    """A fixture that does not describe a world."""


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


class _OrganisationText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation as it is written."""

    spend_limits: SpendLimits
    users: tuple[User, ...]
    business_units: tuple[BusinessUnit, ...]
    units: tuple[Unit, ...]
    merchants: tuple[Merchant, ...]
    classifications: tuple[Term, ...]
    payment_medium_brands: tuple[Term, ...]
    payment_medium_types: tuple[Term, ...]
    products: tuple[Product, ...]
    accounts: tuple[Account, ...]
    access_tokens: tuple[AccessToken, ...]
    voucher_types: tuple[VoucherType, ...]
    schemes: tuple[Scheme, ...]
    alternative_currency_rate: Decimal = Decimal(1)


class _WorldText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    organisations: dict[str, _OrganisationText]


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


def read(path: Path) -> World:
    """Read a fixture into one world for each organisation.

    Raises WorldError, or DocumentError when the file is no YAML.
    """
    content = load(path).data
    try:
        text = msgspec.convert(_plain(content), _WorldText)
    except msgspec.ValidationError as error:
        raise WorldError(f"{path}: {error}") from None
    return {
        name: _linked(name, organisation, f"{path}: {name}")
        for name, organisation in text.organisations.items()
    }


def _plain(value: object) -> object:
    """Spell floats as text, so that a decimal is the one that was written."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _linked(name: str, text: _OrganisationText, place: str) -> Organisation:
    units = Directory(text.units, ("id", "name", "alternative_code"))
    business_units = Directory(text.business_units, ("id", "name", "code"))
    products = Directory(text.products, ("id", "code", "alternative_code"))
    accounts = Directory(text.accounts, ("id", "number", "name"))
    terms = ("id", "name", "alternative_code")
    classifications = Directory(text.classifications, terms)
    brands = Directory(text.payment_medium_brands, terms)
    types = Directory(text.payment_medium_types, terms)
    voucher_types = Directory(text.voucher_types, ("name",))
    check = _Checker(place)
    for user in text.users:
        check.names(units, "name", (user.unit,), f"user {user.username}")
    for unit in text.units:
        check.names(business_units, "name", (unit.business_unit,), f"unit {unit.name}")
    for account in text.accounts:
        check.account(account)
    for token in text.access_tokens:
        check.names(accounts, "number", (token.account,), "an access token")
    for merchant in text.merchants:
        check.names(units, "name", merchant.units, f"merchant {merchant.name}")
        check.names(business_units, "name", merchant.business_units, f"merchant {merchant.name}")
    for scheme in text.schemes:
        for offer in scheme.offers:
            who = f"offer {offer.name}"
            check.offer(offer, voucher_types)
            check.names(units, "name", offer.units, who)
            check.names(business_units, "name", offer.business_units, who)
            check.names(classifications, "name", offer.classifications, who)
            check.names(brands, "name", offer.payment_medium_brands, who)
            check.names(types, "name", offer.payment_medium_types, who)
            check.names(products, "code", offer.products, who)
    return Organisation(
        name=name,
        spend_limits=text.spend_limits,
        alternative_currency_rate=text.alternative_currency_rate,
        users=text.users,
        units=units,
        business_units=business_units,
        classifications=classifications,
        payment_medium_brands=brands,
        payment_medium_types=types,
        products=products,
        accounts=accounts,
        participants=Directory(
            (account.participant for account in text.accounts if account.participant),
            ("id", "number"),
        ),
        access_tokens=Directory(
            text.access_tokens, ("authentication_code", "identifier", "one_time_password")
        ),
        offers=tuple(
            SchemeOffer(
                offer,
                scheme.name,
                frozenset(products.find("code", code)[0].id for code in offer.products),
                voucher_types.find("name", offer.voucher_type)[0] if offer.voucher_type else None,
            )
            for scheme in text.schemes
            for offer in scheme.offers
        ),
        merchants=text.merchants,
    )


class _Checker:
    """What a type cannot say about a fixture."""

    def __init__(self, place: str) -> None:
        self._place = place

    def names(
        self, directory: Directory[Any], member: str, values: Iterable[str], who: str
    ) -> None:
        """Refuse a name that nothing or more than one thing has."""
        for value in values:
            if len(directory.find(member, value)) != 1:
                raise WorldError(f"{self._place}: {who} names {value!r}, which is not one thing")

    def account(self, account: Account) -> None:
        """Refuse a wallet without a participant, or the other way round."""
        if (account.wallet is None) != (account.participant is None):
            raise WorldError(
                f"{self._place}: account {account.number} needs participant and wallet, or neither"
            )

    def offer(self, offer: Offer, voucher_types: Directory[VoucherType]) -> None:
        """Refuse an offer that awards nothing or two things, or spends what it cannot spend."""
        who = f"{self._place}: offer {offer.name}"
        if (offer.award_amount is None) == (offer.award_percentage is None):
            raise WorldError(f"{who} needs exactly one of award_amount and award_percentage")
        through_voucher = offer.spend_method == "SPEND_INSTANTLY_THROUGH_VOUCHER"
        if through_voucher != (offer.voucher_type is not None):
            raise WorldError(f"{who} needs a voucher_type exactly when it spends through a voucher")
        if offer.currency == "ALTERNATIVE" and (
            offer.spend_method != "SPEND_ON_REQUEST" or not offer.on_top
        ):
            raise WorldError(
                f"{who} awards the alternative currency, so it is spent on request and goes on top"
            )
        if offer.voucher_type is None:
            return
        self.names(voucher_types, "name", (offer.voucher_type,), who)
        voucher_type = voucher_types.find("name", offer.voucher_type)[0]
        if voucher_type.value_options == "FIXED" and voucher_type.value != offer.award_amount:
            raise WorldError(f"{who} must award the fixed value of its voucher type")
