"""The rewards world as a fixture writes it, read and linked by id.

A fixture that names something that is not there, or misspells a member, is refused with the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import msgspec

from mock_server.services.rewards.world import (
    AccessToken,
    Account,
    BusinessUnit,
    Directory,
    Entry,
    Merchant,
    Offer,
    Organisation,
    Product,
    Scheme,
    SchemeOffer,
    SpendLimits,
    Term,
    Unit,
    User,
    VoucherType,
    World,
)
from openapi_documents import load


class WorldError(Exception):
    """A fixture that does not describe a world."""


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
    terms = ("id", "name", "alternative_code")
    organisation = Organisation(
        name=name,
        spend_limits=text.spend_limits,
        alternative_currency_rate=text.alternative_currency_rate,
        users=text.users,
        units=Directory(text.units, terms),
        business_units=Directory(text.business_units, ("id", "name", "code")),
        classifications=Directory(text.classifications, terms),
        payment_medium_brands=Directory(text.payment_medium_brands, terms),
        payment_medium_types=Directory(text.payment_medium_types, terms),
        products=Directory(text.products, ("id", "code", "alternative_code")),
        accounts=Directory(text.accounts, ("id", "number", "name")),
        participants=Directory(
            (account.participant for account in text.accounts if account.participant),
            ("id", "number"),
        ),
        access_tokens=Directory(
            text.access_tokens, ("authentication_code", "identifier", "one_time_password")
        ),
        offers=(),
        merchants=text.merchants,
    )
    check = _Checker(organisation, place)
    check.what_is_named(text)
    voucher_types = Directory(text.voucher_types, ("name",))
    offers = []
    for scheme in text.schemes:
        for offer in scheme.offers:
            check.offer(offer, voucher_types)
            offers.append(_scheme_offer(scheme, offer, organisation.products, voucher_types))
    return replace(organisation, offers=tuple(offers))


def _scheme_offer(
    scheme: Scheme, offer: Offer, products: Directory[Product], types: Directory[VoucherType]
) -> SchemeOffer:
    return SchemeOffer(
        offer,
        scheme.name,
        frozenset(products.find("code", code)[0].id for code in offer.products),
        types.find("name", offer.voucher_type)[0] if offer.voucher_type else None,
    )


class _Checker:
    """What a type cannot say about a fixture."""

    def __init__(self, organisation: Organisation, place: str) -> None:
        self._organisation = organisation
        self._place = place

    def what_is_named(self, text: _OrganisationText) -> None:
        """Refuse users, units, accounts, access tokens and merchants that name what is not there."""
        world = self._organisation
        for user in text.users:
            self.names(world.units, "name", (user.unit,), f"user {user.username}")
        for unit in text.units:
            self.names(world.business_units, "name", (unit.business_unit,), f"unit {unit.name}")
        for account in text.accounts:
            self.account(account)
        for token in text.access_tokens:
            self.names(world.accounts, "number", (token.account,), "an access token")
        for merchant in text.merchants:
            who = f"merchant {merchant.name}"
            self.names(world.units, "name", merchant.units, who)
            self.names(world.business_units, "name", merchant.business_units, who)

    def names(
        self, directory: Directory[Entry], member: str, values: Iterable[str], who: str
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
        """Refuse an offer that contradicts itself, or names what is not there."""
        self._award(offer)
        self._voucher(offer, voucher_types)
        world, who = self._organisation, f"offer {offer.name}"
        self.names(world.units, "name", offer.units, who)
        self.names(world.business_units, "name", offer.business_units, who)
        self.names(world.classifications, "name", offer.classifications, who)
        self.names(world.payment_medium_brands, "name", offer.payment_medium_brands, who)
        self.names(world.payment_medium_types, "name", offer.payment_medium_types, who)
        self.names(world.products, "code", offer.products, who)

    def _award(self, offer: Offer) -> None:
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

    def _voucher(self, offer: Offer, voucher_types: Directory[VoucherType]) -> None:
        """Refuse a voucher that is not there, or not worth what the offer awards."""
        if offer.voucher_type is None:
            return
        who = f"offer {offer.name}"
        self.names(voucher_types, "name", (offer.voucher_type,), who)
        voucher_type = voucher_types.find("name", offer.voucher_type)[0]
        if voucher_type.value_options == "FIXED" and voucher_type.value != offer.award_amount:
            raise WorldError(f"{self._place}: {who} must award the fixed value of its voucher type")
