"""What a purchase awards and spends: pure functions over frozen values, one step each.

Each function is named as the service's documents name its result, and says by its number which
choice of the contract's `x-silences` it follows. Money is decimal; only `award_of_offer` rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from mock_server.services.rewards.money import ZERO, rounded
from mock_server.services.rewards.world import (
    Account,
    BusinessUnit,
    Merchant,
    Organisation,
    Participant,
    SchemeOffer,
    SpendLimits,
    Term,
    Unit,
    VoucherType,
    Wallet,
)

HUNDRED = Decimal(100)


class Line(NamedTuple):
    """One product of a purchase, with the amounts of the whole line (R11)."""

    product_id: str
    quantity: Decimal
    net_amount: Decimal
    vat_amount: Decimal
    total_amount: Decimal


@dataclass(frozen=True)
class Purchase:
    """A purchase with everything that it names looked up."""

    account: Account
    performed_on: datetime
    lines: tuple[Line, ...]
    unit: Unit | None = None
    business_unit: BusinessUnit | None = None
    classification: Term | None = None
    payment_medium_brand: Term | None = None
    payment_medium_type: Term | None = None
    disable_instant_spend: bool = False

    @property
    def participant(self) -> Participant | None:
        """Who is rewarded."""
        return self.account.participant

    @cached_property
    def total_amount(self) -> Decimal:
        """The purchase in all, VAT included."""
        return sum((line.total_amount for line in self.lines), ZERO)

    @property
    def business_unit_name(self) -> str:
        """The business unit that sold, by itself or through its unit."""
        if self.business_unit is not None:
            return self.business_unit.name
        return self.unit.business_unit if self.unit is not None else ""

    @property
    def occasion(self) -> Occasion:
        """The purchase without its basket."""
        participant = self.participant
        return Occasion(
            schemes=participant.schemes if participant is not None else (),
            day=self.performed_on.date(),
            unit=_name(self.unit),
            business_unit=self.business_unit_name,
            classification=_name(self.classification),
            payment_medium_brand=_name(self.payment_medium_brand),
            payment_medium_type=_name(self.payment_medium_type),
            disable_instant_spend=self.disable_instant_spend,
        )


class Occasion(NamedTuple):
    """Who buys, when, where and how: what a purchase is besides its basket, by names."""

    schemes: tuple[str, ...]
    day: date
    unit: str | None
    business_unit: str
    classification: str | None
    payment_medium_brand: str | None
    payment_medium_type: str | None
    disable_instant_spend: bool


def _name(named: Unit | Term | None) -> str | None:
    return named.name if named is not None else None


class JudgedOffer(NamedTuple):
    """An offer, what it would award, and why it is not applied (no reasons: it is)."""

    scheme_offer: SchemeOffer
    award: Decimal
    reasons: tuple[str, ...]

    @property
    def applied(self) -> bool:
        """Whether the offer is applied."""
        return not self.reasons


class AwardedVoucher(NamedTuple):
    """A voucher that is given at once, and its value."""

    voucher_type: VoucherType
    value: Decimal


class Preview(NamedTuple):
    """What a purchase would do; members as the contract names them."""

    total_award_amount: Decimal
    total_award_alternative_amount: Decimal | None
    total_instant_spend_amount: Decimal
    total_automatic_spend_amount: Decimal
    total_additional_spend_amount: Decimal
    spend_limits: SpendLimits
    reduction_method: str | None
    participant: Participant | None
    wallet: Wallet | None
    allow_spending: bool
    vouchers: tuple[AwardedVoucher, ...]
    applied_reward_offers: tuple[SchemeOffer, ...]

    @property
    def wallet_afterwards(self) -> Wallet | None:
        """The wallet afterwards: the award in, what is spent or given as vouchers out."""
        if self.wallet is None:
            return None
        out = (
            self.total_instant_spend_amount
            + self.total_automatic_spend_amount
            + sum((voucher.value for voucher in self.vouchers), ZERO)
        )
        alternative = self.wallet.alternative_balance
        if self.total_award_alternative_amount is not None:
            alternative = (alternative or ZERO) + self.total_award_alternative_amount
        return Wallet(self.wallet.balance + self.total_award_amount - out, alternative)


def preview(purchase: Purchase, wallet: Wallet | None, organisation: Organisation) -> Preview:
    """Work out what a purchase would do to a wallet."""
    merchant = merchant_of(purchase, organisation)
    limits = spend_limits(merchant, organisation)
    offers = applied_reward_offers(purchase, organisation)
    may_spend = allow_spending(purchase, merchant)
    instant = total_instant_spend_amount(purchase, offers)
    automatic = (
        total_automatic_spend_amount(purchase, wallet, merchant, limits, instant)
        if may_spend and wallet is not None
        else ZERO
    )
    additional = (
        total_additional_spend_amount(purchase, wallet, limits, instant, automatic)
        if may_spend and wallet is not None
        else ZERO
    )
    return Preview(
        total_award_amount=total_award_amount(offers),
        total_award_alternative_amount=total_award_alternative_amount(offers),
        total_instant_spend_amount=instant,
        total_automatic_spend_amount=automatic,
        total_additional_spend_amount=additional,
        spend_limits=limits,
        reduction_method=reduction_method(merchant, instant + automatic),
        participant=purchase.participant,
        wallet=wallet,
        allow_spending=may_spend,
        vouchers=vouchers(offers),
        applied_reward_offers=tuple(judged.scheme_offer for judged in offers),
    )


# Which offers are applied.


def applied_reward_offers(
    purchase: Purchase, organisation: Organisation
) -> tuple[JudgedOffer, ...]:
    """Return the offers that are applied, in the organisation's order (R36)."""
    possible = [
        _awarded(offer, purchase, organisation)
        for offer in _offers_on(purchase.occasion, organisation)
        if next(_reasons_in_basket(offer, purchase), None) is None
    ]
    return tuple(one for one in _best_only(possible) if one.applied)


@lru_cache(maxsize=4096)
def _offers_on(occasion: Occasion, organisation: Organisation) -> tuple[SchemeOffer, ...]:
    """Return the offers against which an occasion says nothing. Tills have few occasions a day."""
    return tuple(
        offer
        for offer in organisation.offers
        if next(_reasons_in_occasion(offer, occasion), None) is None
    )


def judge_offers(purchase: Purchase, organisation: Organisation) -> tuple[JudgedOffer, ...]:
    """Judge every offer alone; of those that do not go on top, keep the best only."""
    return _best_only(
        [_judge_alone(offer, purchase, organisation) for offer in organisation.offers]
    )


def _best_only(judged: list[JudgedOffer]) -> tuple[JudgedOffer, ...]:
    rivals = [one for one in judged if one.applied and not one.scheme_offer.offer.on_top]
    if len(rivals) < 2:
        return tuple(judged)
    best = max(rivals, key=lambda one: one.award)
    beaten = (
        f"the offer {best.scheme_offer.offer.name} awards no less, and only the best is applied"
    )
    return tuple(
        JudgedOffer(one.scheme_offer, one.award, (beaten,))
        if one.applied and not one.scheme_offer.offer.on_top and one is not best
        else one
        for one in judged
    )


def _judge_alone(
    scheme_offer: SchemeOffer, purchase: Purchase, organisation: Organisation
) -> JudgedOffer:
    reasons = tuple(reasons_against(scheme_offer, purchase))
    if reasons:
        return JudgedOffer(scheme_offer, ZERO, reasons)
    return _awarded(scheme_offer, purchase, organisation)


def _awarded(
    scheme_offer: SchemeOffer, purchase: Purchase, organisation: Organisation
) -> JudgedOffer:
    award = award_of_offer(scheme_offer, purchase, organisation.alternative_currency_rate)
    return JudgedOffer(scheme_offer, award, () if award > 0 else ("it comes to nothing",))


def reasons_against(scheme_offer: SchemeOffer, purchase: Purchase) -> Iterator[str]:
    """Say of each condition of an offer that does not hold why it does not."""
    yield from _reasons_in_occasion(scheme_offer, purchase.occasion)
    yield from _reasons_in_basket(scheme_offer, purchase)


def _reasons_in_occasion(scheme_offer: SchemeOffer, occasion: Occasion) -> Iterator[str]:
    offer = scheme_offer.offer
    if scheme_offer.scheme_name not in occasion.schemes:
        yield f"the buyer takes no part in {scheme_offer.scheme_name}"
    if offer.state != "EFFECTIVE":
        yield "the offer is not effective"
    if offer.evaluation != "INTERACTIVELY":
        yield "the offer is worked out by a batch process only"
    if occasion.disable_instant_spend and offer.spend_method != "SPEND_ON_REQUEST":
        yield "it spends instantly, and disable_instant_spend is true"
    if offer.effective_from is not None and occasion.day < offer.effective_from:
        yield f"it starts on {offer.effective_from}, after the purchase"
    if offer.effective_to is not None and occasion.day > offer.effective_to:
        yield f"it ended on {offer.effective_to}, before the purchase"
    if offer.units and occasion.unit not in offer.units:
        yield f"it is for the unit {_listed(offer.units)}"
    if offer.business_units and occasion.business_unit not in offer.business_units:
        yield f"it is for the business unit {_listed(offer.business_units)}"
    for what, wanted, given in (
        ("classification", offer.classifications, occasion.classification),
        ("payment medium brand", offer.payment_medium_brands, occasion.payment_medium_brand),
        ("payment medium type", offer.payment_medium_types, occasion.payment_medium_type),
    ):
        if wanted and given not in wanted:
            yield f"the {what} is not {_listed(wanted)}"


def _reasons_in_basket(scheme_offer: SchemeOffer, purchase: Purchase) -> Iterator[str]:
    offer = scheme_offer.offer
    least, most = offer.transaction_amount_from, offer.transaction_amount_to
    if least is not None and purchase.total_amount < least:
        yield f"the purchase is below {least}"
    if most is not None and purchase.total_amount > most:
        yield f"the purchase is above {most}"
    if not awarded_lines(scheme_offer, purchase.lines):
        yield f"no product is {_listed(offer.products)}"


def _listed(names: Iterable[str]) -> str:
    return " or ".join(names)


# What they award.


def awarded_lines(scheme_offer: SchemeOffer, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines whose product the offer is for: all, when it names no product."""
    wanted = scheme_offer.product_ids
    return tuple(line for line in lines if line.product_id in wanted) if wanted else lines


def award_of_offer(scheme_offer: SchemeOffer, purchase: Purchase, rate: Decimal) -> Decimal:
    """Return what one offer awards, in its own currency, rounded once (R12, R13, R14, R41)."""
    offer = scheme_offer.offer
    lines = awarded_lines(scheme_offer, purchase.lines)
    if offer.award_percentage is None:
        amount = offer.award_amount or ZERO
        times = len(lines) if offer.scope == "APPLY_AWARD_PER_TRANSACTION_ITEM" else 1
        return rounded(amount * times)
    base = sum((line.total_amount for line in lines), ZERO)
    award = base * offer.award_percentage / HUNDRED
    return rounded(award * rate if offer.currency == "ALTERNATIVE" else award)


def total_award_amount(offers: Iterable[JudgedOffer]) -> Decimal:
    """Return all that is awarded in the system currency, spent at once or not (R15)."""
    return sum((one.award for one in offers if one.scheme_offer.offer.currency == "SYSTEM"), ZERO)


def total_award_alternative_amount(offers: Iterable[JudgedOffer]) -> Decimal | None:
    """Return all that is awarded in the alternative currency, None when nothing is (R41)."""
    awards = [one.award for one in offers if one.scheme_offer.offer.currency == "ALTERNATIVE"]
    return sum(awards, ZERO) if awards else None


def vouchers(offers: Iterable[JudgedOffer]) -> tuple[AwardedVoucher, ...]:
    """Return the vouchers that are given at once (R43)."""
    return tuple(
        AwardedVoucher(one.scheme_offer.voucher_type, one.award)
        for one in offers
        if one.scheme_offer.voucher_type is not None
    )


# What is spent.


def merchant_of(purchase: Purchase, organisation: Organisation) -> Merchant | None:
    """Return the merchant that names the unit, else the one that names the business unit."""
    if purchase.unit is not None:
        for merchant in organisation.merchants:
            if purchase.unit.name in merchant.units:
                return merchant
    for merchant in organisation.merchants:
        if purchase.business_unit_name in merchant.business_units:
            return merchant
    return None


def spend_limits(merchant: Merchant | None, organisation: Organisation) -> SpendLimits:
    """Return the least and the most of one spend: the merchant's, else the organisation's (R17)."""
    return merchant.spend_limits if merchant is not None else organisation.spend_limits


def allow_spending(purchase: Purchase, merchant: Merchant | None) -> bool:
    """Tell whether the wallet may be spent from on this purchase (R18, R29)."""
    if purchase.participant is None or not purchase.participant.allow_spending:
        return False
    return merchant is None or merchant.allow_spending


def total_instant_spend_amount(purchase: Purchase, offers: Iterable[JudgedOffer]) -> Decimal:
    """Return how much of the award is spent at once, at most the purchase (R15)."""
    awarded = (
        one.award for one in offers if one.scheme_offer.offer.spend_method == "SPEND_INSTANTLY"
    )
    return min(sum(awarded, ZERO), purchase.total_amount)


def total_automatic_spend_amount(
    purchase: Purchase,
    wallet: Wallet,
    merchant: Merchant | None,
    limits: SpendLimits,
    instant: Decimal,
) -> Decimal:
    """Return how much of the wallet is spent without being asked for (R17)."""
    participant = purchase.participant
    if participant is None or not participant.automatic_spend.enabled:
        return ZERO
    settings = participant.automatic_spend
    if merchant is not None and not merchant.allow_automatic_spend:
        return ZERO
    if settings.merchants and (merchant is None or merchant.name not in settings.merchants):
        return ZERO
    if wallet.balance < settings.minimum_wallet_balance:
        return ZERO
    amount = min(
        wallet.balance,
        purchase.total_amount - instant,
        limits.maximum,
        settings.maximum_spend_amount,
    )
    return amount if amount >= max(limits.minimum, settings.minimum_spend_amount) else ZERO


def total_additional_spend_amount(
    purchase: Purchase,
    wallet: Wallet,
    limits: SpendLimits,
    instant: Decimal,
    automatic: Decimal,
) -> Decimal:
    """Return how much more of the wallet could be spent on the purchase (R16)."""
    amount = min(
        wallet.balance - automatic,
        purchase.total_amount - instant - automatic,
        limits.maximum,
    )
    return amount if amount >= limits.minimum else ZERO


def reduction_method(merchant: Merchant | None, spent: Decimal) -> str | None:
    """Return who takes what is spent off the price, None when nothing is spent (R19)."""
    if spent == 0:
        return None
    return merchant.reduction_method if merchant is not None else "FRONT_END_REDUCTION"
