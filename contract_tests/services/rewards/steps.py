"""Small steps that the checks of rewards share."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.bodies import line, number
from contract_tests.services.rewards.client import RewardsClient
from contract_tests.services.rewards.offers import offers_at, wanted_products
from contract_tests.services.rewards.values import Body, Record

ACCOUNT, PARTICIPANT = "accounts_receivable_identifier", "rewards_participant_identifier"
TOKEN = "access_token_identifier"  # noqa: S105 - the name of a member
UNIT, BUSINESS_UNIT = "performed_by_unit_identifier", "performed_by_business_unit_identifier"
PRODUCT = "product_identifier"
EXTERNAL = "external_system_reference_number"
AMOUNTS = (
    "total_award_amount",
    "total_award_alternative_amount",
    "total_instant_spend_amount",
    "total_automatic_spend_amount",
    "total_additional_spend_amount",
    "minimum_spend_amount_per_transaction",
    "maximum_spend_amount_per_transaction",
    "wallet_balance",
    "wallet_alternative_balance",
)
SETS = ("voucher_types_set", "applied_reward_offers_set")
COLLECTIONS = {
    ACCOUNT: "accounts",
    "classification_identifier": "classifications",
    "spend_request_classification_identifier": "classifications",
    UNIT: "units",
    BUSINESS_UNIT: "business_units",
    "payment_medium_brand_identifier": "payment_medium_brands",
    "payment_medium_type_identifier": "payment_medium_types",
    PRODUCT: "products",
}

# The code of an identifier that finds nothing.
UNKNOWN = {
    ACCOUNT: "UNKNOWN_ACCOUNT",
    PARTICIPANT: "UNKNOWN_PARTICIPANT",
    "classification_identifier": "UNKNOWN_CLASSIFICATION",
    "spend_request_classification_identifier": "UNKNOWN_CLASSIFICATION",
    UNIT: "UNKNOWN_UNIT",
    BUSINESS_UNIT: "UNKNOWN_BUSINESS_UNIT",
    "payment_medium_brand_identifier": "UNKNOWN_PAYMENT_MEDIUM_BRAND",
    "payment_medium_type_identifier": "UNKNOWN_PAYMENT_MEDIUM_TYPE",
    PRODUCT: "UNKNOWN_PRODUCT",
}


def several(rewards: RewardsClient, *, splits: bool = True) -> Iterator[Body]:
    """Yield the rewards's purchase and, in our own sandbox, one at each of its units."""
    yield rewards.purchase()
    if rewards.world is None:
        return
    organisation = rewards.world.organisation
    number = organisation["accounts"][-1]["number"]
    for step, unit in enumerate(organisation["units"]):
        here = offers_at(organisation, unit)
        if splits or not any(str(offer.get("scope", "")).endswith("_ITEM") for offer in here):
            body = rewards.maker().purchase(number, unit["name"], 5_000 + step * 111)
            for product in wanted_products(organisation, here):
                body["products_set"].append(line(product, 2_500 + step))
            yield body


def amounts(net: int, vat: int, total: int) -> Body:
    """Return the amounts of a product, given in cents."""
    return {
        "net_amount": number(net),
        "vat_amount": number(vat),
        "total_amount": number(total),
    }


def cents_of(amount: object) -> int:
    """Return an amount of an answer as whole cents; what is none, or finer, as an impossible one."""
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        return -(10**15)
    scaled = Decimal(amount) * 100
    return int(scaled) if scaled == int(scaled) else -(10**15)


def same(came: object, value: object) -> bool:
    """Tell whether an answer's value is the fixture's."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return cents_of(came) == oracle.cents(value)
    return bool(came == value)


def in_order(data: Record) -> dict[str, object]:
    """Return an answer with its sets in one order."""
    return {
        name: sorted(value, key=str) if isinstance(value, list) else value
        for name, value in data.items()
    }


def plain(data: Record) -> str:
    """Return an answer as text, decimals as they are written."""
    return str(
        {name: str(value) if isinstance(value, Decimal) else value for name, value in data.items()}
    )


def with_identifier(rewards: RewardsClient, name: str, identifier: Body) -> Body:
    """Return a purchase with an identifier, at its place."""
    body = rewards.purchase()
    if name == PRODUCT:
        body["products_set"][0][PRODUCT] = identifier
    elif name == BUSINESS_UNIT:
        body.pop(UNIT, None)
        body[name] = identifier
    else:
        body[name] = identifier
    return body
