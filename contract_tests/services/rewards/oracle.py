"""What a purchase must come to, worked out from the fixture in whole numbers.

Nothing here is rounded but by `_half_up`, and nothing is a float: money is whole cents, a percentage
is a numerator over a power of ten. Balances are what the server told before, so that purchases
that were made meanwhile do not disturb.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from contract_tests.services.rewards.values import Record

VOUCHER_TYPE = (
    "id", "name", "alternative_code", "value_options", "classification", "description",
)  # fmt: skip


class Applied(NamedTuple):
    """An offer that is applied, and its award in cents of its own currency."""

    offer: Record
    scheme: str
    award: int


class Line(NamedTuple):
    """A product of the purchase and its total in cents."""

    code: str
    total: int


def cents(amount: object) -> int:
    """Return a JSON or YAML amount as whole cents; it must have no more than two decimals."""
    scaled = Decimal(str(amount)) * 100
    if scaled != int(scaled):
        raise ValueError(f"{amount} is finer than a cent")
    return int(scaled)


def expected(
    organisation: Record, body: Record, balance: int | None, alternative: int | None
) -> dict[str, object]:
    """Return the whole `data` of a preview; amounts are cents, sets are in the order of ids."""
    account = account_of(organisation, body)
    participant = account.get("participant")
    lines = list(_lines(organisation, body))
    total = sum(line.total for line in lines)
    unit, business_unit = _seller(organisation, body)
    merchant = _merchant(organisation, unit, business_unit)
    limits = (merchant or organisation)["spend_limits"]
    least, most = cents(limits["minimum"]), cents(limits["maximum"])
    applied = list(_applied(organisation, body, participant, lines))
    allowed = bool(
        participant
        and participant.get("allow_spending", True)
        and (merchant is None or merchant["allow_spending"])
    )
    instant = min(_sum(applied, "SPEND_INSTANTLY"), total)
    automatic = (
        _automatic(participant, merchant, balance or 0, total - instant, (least, most))
        if allowed and participant
        else 0
    )
    additional = min((balance or 0) - automatic, total - instant - automatic, most)
    points = [one.award for one in applied if one.offer.get("currency") == "ALTERNATIVE"]
    method = merchant["reduction_method"] if merchant else "FRONT_END_REDUCTION"
    return {
        "total_award_amount": sum(
            one.award for one in applied if one.offer.get("currency") != "ALTERNATIVE"
        ),
        "total_award_alternative_amount": sum(points) if points else None,
        "total_instant_spend_amount": instant,
        "total_automatic_spend_amount": automatic,
        "total_additional_spend_amount": additional if allowed and additional >= least else 0,
        "minimum_spend_amount_per_transaction": least,
        "maximum_spend_amount_per_transaction": most,
        "reduction_method": method if instant + automatic else None,
        "rewards_participant_id": participant["id"] if participant else None,
        "rewards_participant_name": participant["name"] if participant else None,
        "wallet_balance": balance,
        "wallet_alternative_balance": alternative,
        "allow_spending": allowed,
        "voucher_types_set": by_id(
            {name: kind.get(name) for name in VOUCHER_TYPE}
            for kind in organisation["voucher_types"]
            if any(one.offer.get("voucher_type") == kind["name"] for one in applied)
        ),
        "applied_reward_offers_set": by_id(
            {"id": one.offer["id"], "name": one.offer["name"], "scheme_name": one.scheme}
            for one in applied
        ),
    }


def by_id(records: Iterable[Record]) -> list[Record]:
    """Return the records of a set in the order of their ids."""
    return sorted(records, key=lambda one: str(one.get("id")))


def vouchers(organisation: Record, body: Record) -> list[tuple[str, int]]:
    """Return the vouchers that a purchase gives: the id of the type, and the value in cents."""
    account = account_of(organisation, body)
    lines = list(_lines(organisation, body))
    kinds = {kind["name"]: kind["id"] for kind in organisation["voucher_types"]}
    return sorted(
        (kinds[one.offer["voucher_type"]], one.award)
        for one in _applied(organisation, body, account.get("participant"), lines)
        if "voucher_type" in one.offer
    )


def account_of(organisation: Record, body: Record) -> Record:
    """Return the account that a request names."""
    ((member, value),) = body["accounts_receivable_identifier"].items()
    if member == "access_token_identifier":
        keys = {name: item for name, item in value.items() if name != "pass_code"}
        token = next(
            one
            for one in organisation["access_tokens"]
            if all(one.get(name) == item for name, item in keys.items())
        )
        member, value = "number", token["account"]
    return next(one for one in organisation["accounts"] if one[member] == value)


def named(organisation: Record, collection: str, identifier: Record | None) -> Record | None:
    """Return the record of a collection that an identifier names, None without one."""
    if identifier is None:
        return None
    ((member, value),) = identifier.items()
    found: Record = next(one for one in organisation[collection] if one[member] == value)
    return found


def _lines(organisation: Record, body: Record) -> Iterator[Line]:
    for product in body["products_set"]:
        found = named(organisation, "products", product["product_identifier"])
        assert found is not None  # noqa: S101 - a product always has an identifier
        yield Line(found["code"], cents(product["total_amount"]))


def _seller(organisation: Record, body: Record) -> tuple[str | None, str]:
    unit = named(organisation, "units", body.get("performed_by_unit_identifier"))
    if unit is not None:
        return unit["name"], unit["business_unit"]
    found = named(organisation, "business_units", body.get("performed_by_business_unit_identifier"))
    return None, found["name"] if found else ""


def _merchant(organisation: Record, unit: str | None, business_unit: str) -> Record | None:
    merchants = organisation["merchants"]
    by_unit = [one for one in merchants if unit is not None and unit in one.get("units", [])]
    by_business = [one for one in merchants if business_unit in one.get("business_units", [])]
    return next(iter(by_unit + by_business), None)


def _applied(
    organisation: Record, body: Record, participant: Record | None, lines: list[Line]
) -> Iterator[Applied]:
    candidates = [
        Applied(offer, scheme["name"], award)
        for scheme in organisation["schemes"]
        if participant and scheme["name"] in participant["schemes"]
        for offer in scheme["offers"]
        if _holds(organisation, body, offer, sum(line.total for line in lines))
        and (award := _award(organisation, offer, lines)) > 0
    ]
    rivals = [one for one in candidates if not one.offer.get("on_top", True)]
    best = max((one.award for one in rivals), default=0)
    winner = next((one for one in rivals if one.award == best), None)
    for one in candidates:
        if one.offer.get("on_top", True) or one is winner:
            yield one


def _holds(organisation: Record, body: Record, offer: Record, total: int) -> bool:
    day = body["performed_on"][:10]
    unit, business_unit = _seller(organisation, body)
    classification = named(organisation, "classifications", body.get("classification_identifier"))
    brand = named(
        organisation, "payment_medium_brands", body.get("payment_medium_brand_identifier")
    )
    kind = named(organisation, "payment_medium_types", body.get("payment_medium_type_identifier"))
    facts = {
        "units": unit,
        "business_units": business_unit,
        "classifications": classification and classification["name"],
        "payment_medium_brands": brand and brand["name"],
        "payment_medium_types": kind and kind["name"],
    }
    return (
        offer.get("state", "EFFECTIVE") == "EFFECTIVE"
        and offer.get("evaluation", "INTERACTIVELY") == "INTERACTIVELY"
        and not (body.get("disable_instant_spend") and _is_instant(offer))
        and str(offer.get("effective_from", day)) <= day <= str(offer.get("effective_to", day))
        and all(name not in offer or value in offer[name] for name, value in facts.items())
        and total >= cents(offer.get("transaction_amount_from", 0))
        and ("transaction_amount_to" not in offer or total <= cents(offer["transaction_amount_to"]))
    )


def _is_instant(offer: Record) -> bool:
    return str(offer.get("spend_method", "")).startswith("SPEND_INSTANTLY")


def _award(organisation: Record, offer: Record, lines: list[Line]) -> int:
    matching = [line for line in lines if line.code in offer.get("products", [line.code])]
    if not matching:
        return 0
    if "award_amount" in offer:
        times = len(matching) if offer.get("scope") == "APPLY_AWARD_PER_TRANSACTION_ITEM" else 1
        return cents(offer["award_amount"]) * times
    numerator, denominator = _ratio(offer["award_percentage"])
    if offer.get("currency") == "ALTERNATIVE":
        times, over = _ratio(organisation.get("alternative_currency_rate", 1))
        numerator, denominator = numerator * times, denominator * over
    base = sum(line.total for line in matching)
    return _half_up(base * numerator, denominator * 100)


def _ratio(number: object) -> tuple[int, int]:
    return Decimal(str(number)).as_integer_ratio()


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _sum(applied: Any, method: str) -> int:
    return sum(one.award for one in applied if one.offer.get("spend_method") == method)


def _automatic(
    participant: Record,
    merchant: Record | None,
    balance: int,
    open_amount: int,
    limits: tuple[int, int],
) -> int:
    settings = participant.get("automatic_spend", {})
    name = merchant["name"] if merchant else None
    if (
        not settings.get("enabled")
        or (merchant is not None and not merchant["allow_automatic_spend"])
        or (settings.get("merchants") and name not in settings["merchants"])
        or balance < cents(settings.get("minimum_wallet_balance", 0))
    ):
        return 0
    amount = min(balance, open_amount, limits[1])
    if "maximum_spend_amount" in settings:
        amount = min(amount, cents(settings["maximum_spend_amount"]))
    least = max(limits[0], cents(settings.get("minimum_spend_amount", 0)))
    return amount if amount >= least else 0
