"""Ten thousand purchases, worked out again with fractions and without a line of the room."""

import os
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.services.rewards import answers, world_file
from mock_server.services.rewards.computation import preview
from mock_server.services.rewards.identifiers import Reader
from tests.mock_server.samples import FIXTURES

FIXTURE = FIXTURES / "rewards-world.yaml"
EXAMPLES = int(os.environ.get("REWARDS_EXAMPLES", "10000"))

NORTHWIND = world_file.read(FIXTURE)["northwind"]
# Dates stay text, numbers become the fractions that were written.
WRITTEN = yaml.load(FIXTURE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
TOLD = WRITTEN["organisations"]["northwind"]
NOW = datetime.fromisoformat("2026-01-01T00:00:00+00:00")

cents = st.integers(0, 30_000)


@st.composite
def lines(draw):
    net, vat = draw(cents), draw(st.integers(0, 5_000))
    return SimpleNamespace(
        code=draw(st.sampled_from([product["code"] for product in TOLD["products"]])),
        net=Fraction(net, 100),
        vat=Fraction(vat, 100),
        quantity=draw(st.sampled_from([1, 2, 0.5])),
    )


@st.composite
def purchases(draw):
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


def as_request(purchase):
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


def half_up(amount):
    return Fraction((amount * 200 + 1) // 2, 100)


def fraction(text):
    return Fraction(Decimal(text))


def is_offered(offer, scheme, purchase, total, business_unit):
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


def award(offer, purchase):
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


def expected(purchase):
    total = sum(line.net + line.vat for line in purchase.lines)
    business_unit = (
        purchase.unit["business_unit"] if purchase.unit else purchase.business_unit["name"]
    )
    found = [
        (offer, award(offer, purchase))
        for scheme in TOLD["schemes"]
        for offer in scheme["offers"]
        if is_offered(offer, scheme, purchase, total, business_unit)
    ]
    found = [(offer, amount) for offer, amount in found if amount > 0]
    rivals = [(amount, -i) for i, (o, amount) in enumerate(found) if o.get("on_top") == "false"]
    if rivals:
        best = -max(rivals)[1]
        found = [
            pair for i, pair in enumerate(found) if pair[0].get("on_top") != "false" or i == best
        ]
    merchant = next(
        (
            m
            for m in TOLD["merchants"]
            if purchase.unit and purchase.unit["name"] in m.get("units", [])
        ),
        next((m for m in TOLD["merchants"] if business_unit in m.get("business_units", [])), None),
    )
    limits = (merchant or TOLD)["spend_limits"]
    least, most = fraction(limits["minimum"]), fraction(limits["maximum"])
    participant = purchase.account.get("participant")
    allowed = (
        participant is not None
        and participant.get("allow_spending") != "false"
        and (merchant is None or merchant["allow_spending"] == "true")
    )
    by_method = lambda method: sum(  # noqa: E731
        (amount for offer, amount in found if offer.get("spend_method") == method), Fraction(0)
    )
    instant = min(by_method("SPEND_INSTANTLY"), total)
    balance = fraction(purchase.account["wallet"]["balance"]) if participant else Fraction(0)
    automatic = additional = Fraction(0)
    rules = (participant or {}).get("automatic_spend")
    if (
        allowed
        and rules
        and (merchant is None or merchant["allow_automatic_spend"] == "true")
        and ("merchants" not in rules or (merchant and merchant["name"] in rules["merchants"]))
        and balance >= fraction(rules["minimum_wallet_balance"])
    ):
        amount = min(balance, total - instant, most, fraction(rules["maximum_spend_amount"]))
        if amount >= least and amount >= fraction(rules["minimum_spend_amount"]):
            automatic = amount
    if allowed:
        amount = min(balance - automatic, total - instant - automatic, most)
        additional = amount if amount >= least else Fraction(0)
    points = [amount for offer, amount in found if offer.get("currency") == "ALTERNATIVE"]
    spent = instant + automatic
    return {
        "total_award_amount": sum((a for o, a in found if not o.get("currency")), Fraction(0)),
        "total_award_alternative_amount": sum(points) if points else None,
        "total_instant_spend_amount": instant,
        "total_automatic_spend_amount": automatic,
        "total_additional_spend_amount": additional,
        "minimum_spend_amount_per_transaction": least,
        "maximum_spend_amount_per_transaction": most,
        "reduction_method": (merchant["reduction_method"] if merchant else "FRONT_END_REDUCTION")
        if spent
        else None,
        "rewards_participant_id": participant["id"] if participant else None,
        "rewards_participant_name": participant["name"] if participant else None,
        "wallet_balance": balance if participant else None,
        "allow_spending": allowed,
        "voucher_types_set": list(
            dict.fromkeys(o["voucher_type"] for o, _ in found if "voucher_type" in o)
        ),
        "applied_reward_offers_set": [offer["id"] for offer, _ in found],
    }


@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True)
@given(purchases())
def test_every_purchase_comes_out_to_the_cent(purchase):
    read = Reader(NORTHWIND, NOW, lambda password: False).purchase(as_request(purchase))
    data = answers.of_preview(preview(read, read.account.wallet, NORTHWIND))
    data.pop("wallet_alternative_balance")
    data["voucher_types_set"] = [entry["name"] for entry in data["voucher_types_set"]]
    data["applied_reward_offers_set"] = [entry["id"] for entry in data["applied_reward_offers_set"]]
    assert {
        name: Fraction(Decimal(repr(value)))
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for name, value in data.items()
    } == expected(purchase)
