"""A thousand purchases, worked out again with fractions and without a line of the room."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.services.rewards import answers
from mock_server.services.rewards.computation import preview
from mock_server.services.rewards.identifiers import Reader
from tests.mock_server.services.rewards.samples import FIXTURE, WORLD
from tests.times import TIMES

NORTHWIND = WORLD["northwind"]
# Dates stay text, numbers become the fractions that were written.
WRITTEN = yaml.load(FIXTURE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
TOLD = WRITTEN["organisations"]["northwind"]
NOW = datetime.fromisoformat("2026-01-01T00:00:00+00:00")

cents = st.integers(0, 30_000)


@st.composite
def lines(draw: st.DrawFn) -> SimpleNamespace:
    net, vat = draw(cents), draw(st.integers(0, 5_000))
    return SimpleNamespace(
        code=draw(st.sampled_from([product["code"] for product in TOLD["products"]])),
        net=Fraction(net, 100),
        vat=Fraction(vat, 100),
        quantity=draw(st.sampled_from([1, 2, 0.5])),
    )


@st.composite
def purchases(draw: st.DrawFn) -> SimpleNamespace:
    start = date.fromisoformat(
        draw(
            st.sampled_from(
                ["2016-06-01", "2016-08-31", "2018-01-01", "2020-03-01", "2020-05-31", "2024-02-29"]
            )
        )
    )
    by_unit = draw(st.integers(0, 9)) > 0
    return SimpleNamespace(
        account=draw(st.sampled_from(TOLD["accounts"])),
        unit=draw(st.sampled_from(TOLD["units"])) if by_unit else None,
        business_unit=None if by_unit else draw(st.sampled_from(TOLD["business_units"])),
        day=start + timedelta(days=draw(st.integers(-1, 1))),
        classification=draw(st.sampled_from([None, *TOLD["classifications"]])),
        brand=draw(st.sampled_from([None, *TOLD["payment_medium_brands"]])),
        type=draw(st.sampled_from([None, *TOLD["payment_medium_types"]])),
        disable=draw(st.booleans()),
        lines=draw(st.lists(lines(), min_size=1, max_size=6)),
    )


def as_request(purchase: SimpleNamespace) -> dict[str, Any]:
    body = {
        "accounts_receivable_identifier": {"id": purchase.account["id"]},
        "performed_on": f"{purchase.day}T12:00:00",
        "reference_number": "R",
        "disable_instant_spend": purchase.disable,
        "products_set": [
            {
                "product_identifier": {"code": line.code},
                "quantity": line.quantity,
                "net_amount": float(line.net),
                "vat_amount": float(line.vat),
                "total_amount": float(line.net + line.vat),
            }
            for line in purchase.lines
        ],
    }
    for name, found in (
        ("performed_by_unit_identifier", purchase.unit),
        ("performed_by_business_unit_identifier", purchase.business_unit),
        ("classification_identifier", purchase.classification),
        ("payment_medium_brand_identifier", purchase.brand),
        ("payment_medium_type_identifier", purchase.type),
    ):
        if found is not None:
            body[name] = {"name": found["name"]}
    return body


# The second computation: plain, naive, in fractions, from the YAML's own texts.


def half_up(amount: Fraction) -> Fraction:
    return Fraction((amount * 200 + 1) // 2, 100)


def fraction(text: str) -> Fraction:
    return Fraction(Decimal(text))


def is_offered(
    offer: Any, scheme: Any, purchase: SimpleNamespace, total: Fraction, business_unit: str
) -> bool:
    participant = purchase.account.get("participant")
    wants = [
        ("units", purchase.unit and purchase.unit["name"]),
        ("business_units", business_unit),
        ("classifications", purchase.classification and purchase.classification["name"]),
        ("payment_medium_brands", purchase.brand and purchase.brand["name"]),
        ("payment_medium_types", purchase.type and purchase.type["name"]),
    ]
    return (
        participant is not None
        and scheme["name"] in participant["schemes"]
        and offer.get("state", "EFFECTIVE") == "EFFECTIVE"
        and offer.get("evaluation", "INTERACTIVELY") == "INTERACTIVELY"
        and not (purchase.disable and offer.get("spend_method", "").startswith("SPEND_INSTANTLY"))
        and offer.get("effective_from", "0") <= str(purchase.day)
        and str(purchase.day) <= offer.get("effective_to", "9")
        and all(offer.get(name) is None or value in offer[name] for name, value in wants)
        and fraction(offer.get("transaction_amount_from", "0")) <= total
        and total <= fraction(offer.get("transaction_amount_to", "1e12"))
    )


def award(offer: Any, purchase: SimpleNamespace) -> Fraction:
    matching = [
        line.net + line.vat
        for line in purchase.lines
        if line.code in offer.get("products", [line.code])
    ]
    if not matching:
        return Fraction(0)
    if "award_amount" in offer:
        each = fraction(offer["award_amount"])
        per_item = offer.get("scope") == "APPLY_AWARD_PER_TRANSACTION_ITEM"
        return each * len(matching) if per_item else each
    rate = fraction(TOLD["alternative_currency_rate"]) if offer.get("currency") else 1
    return half_up(sum(matching) * fraction(offer["award_percentage"]) / 100 * rate)


Found = list[tuple[Any, Fraction]]


def applied(purchase: SimpleNamespace, total: Fraction, business_unit: str) -> Found:
    """Return the offers that are applied with what each awards; of those that exclude each other the best."""
    found = [
        (offer, award(offer, purchase))
        for scheme in TOLD["schemes"]
        for offer in scheme["offers"]
        if is_offered(offer, scheme, purchase, total, business_unit)
    ]
    found = [(offer, amount) for offer, amount in found if amount > 0]
    rivals = [(amount, -i) for i, (o, amount) in enumerate(found) if o.get("on_top") == "false"]
    if not rivals:
        return found
    best = -max(rivals)[1]
    return [pair for i, pair in enumerate(found) if pair[0].get("on_top") != "false" or i == best]


def merchant_at(unit: Any, business_unit: str) -> Any:
    for merchant in TOLD["merchants"]:
        if unit and unit["name"] in merchant.get("units", []):
            return merchant
    for merchant in TOLD["merchants"]:
        if business_unit in merchant.get("business_units", []):
            return merchant
    return None


def spent(purchase: SimpleNamespace, merchant: Any, rest: Fraction) -> tuple[Fraction, Fraction]:
    """Return what is spent from the wallet without being asked for, and what could be spent beside it."""
    participant = purchase.account.get("participant")
    if not may_spend(participant, merchant):
        return Fraction(0), Fraction(0)
    limits = (merchant or TOLD)["spend_limits"]
    least, most = fraction(limits["minimum"]), fraction(limits["maximum"])
    balance = fraction(purchase.account["wallet"]["balance"])
    automatic = Fraction(0)
    rules = participant.get("automatic_spend")
    if (
        rules
        and (merchant is None or merchant["allow_automatic_spend"] == "true")
        and ("merchants" not in rules or (merchant and merchant["name"] in rules["merchants"]))
        and balance >= fraction(rules["minimum_wallet_balance"])
    ):
        amount = min(balance, rest, most, fraction(rules["maximum_spend_amount"]))
        if amount >= least and amount >= fraction(rules["minimum_spend_amount"]):
            automatic = amount
    additional = min(balance - automatic, rest - automatic, most)
    return automatic, additional if additional >= least else Fraction(0)


def may_spend(participant: Any, merchant: Any) -> bool:
    return (
        participant is not None
        and participant.get("allow_spending") != "false"
        and (merchant is None or merchant["allow_spending"] == "true")
    )


def expected(purchase: SimpleNamespace) -> dict[str, Any]:
    total = sum((line.net + line.vat for line in purchase.lines), Fraction(0))
    business_unit = (
        purchase.unit["business_unit"] if purchase.unit else purchase.business_unit["name"]
    )
    found = applied(purchase, total, business_unit)
    merchant = merchant_at(purchase.unit, business_unit)
    limits = (merchant or TOLD)["spend_limits"]
    participant = purchase.account.get("participant")
    at_once = [amount for o, amount in found if o.get("spend_method") == "SPEND_INSTANTLY"]
    instant = min(sum(at_once, Fraction(0)), total)
    automatic, additional = spent(purchase, merchant, total - instant)
    points = [amount for offer, amount in found if offer.get("currency") == "ALTERNATIVE"]
    reduction = merchant["reduction_method"] if merchant else "FRONT_END_REDUCTION"
    return {
        "total_award_amount": sum((a for o, a in found if not o.get("currency")), Fraction(0)),
        "total_award_alternative_amount": sum(points) if points else None,
        "total_instant_spend_amount": instant,
        "total_automatic_spend_amount": automatic,
        "total_additional_spend_amount": additional,
        "minimum_spend_amount_per_transaction": fraction(limits["minimum"]),
        "maximum_spend_amount_per_transaction": fraction(limits["maximum"]),
        "reduction_method": reduction if instant + automatic else None,
        "rewards_participant_id": participant["id"] if participant else None,
        "rewards_participant_name": participant["name"] if participant else None,
        "wallet_balance": fraction(purchase.account["wallet"]["balance"]) if participant else None,
        "allow_spending": may_spend(participant, merchant),
        "voucher_types_set": list(
            dict.fromkeys(o["voucher_type"] for o, _ in found if "voucher_type" in o)
        ),
        "applied_reward_offers_set": [offer["id"] for offer, _ in found],
    }


@settings(max_examples=1000 * TIMES, deadline=None, database=None, derandomize=True)
@given(purchases())
def test_every_purchase_comes_out_to_the_cent(purchase: SimpleNamespace) -> None:
    read = Reader(NORTHWIND, NOW, lambda password: False).purchase(as_request(purchase))
    data: Any = answers.of_preview(preview(read, read.account.wallet, NORTHWIND))
    data.pop("wallet_alternative_balance")
    data["voucher_types_set"] = [entry["name"] for entry in data["voucher_types_set"]]
    data["applied_reward_offers_set"] = [entry["id"] for entry in data["applied_reward_offers_set"]]
    assert {
        name: Fraction(Decimal(repr(value)))
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for name, value in data.items()
    } == expected(purchase)
