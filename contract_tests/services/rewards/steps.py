"""Small steps that the checks of rewards share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.client import Bench
from contract_tests.services.rewards.purchases import Body, line, number, offers_at, wanted_products

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


def several(bench: Bench, *, splits: bool = True) -> Iterator[Body]:
    """Yield the bench's purchase and, in our own sandbox, one at each of its units."""
    yield bench.purchase()
    if bench.world is None:
        return
    organisation = bench.world.organisation
    number = organisation["accounts"][-1]["number"]
    for step, unit in enumerate(organisation["units"]):
        here = offers_at(organisation, unit)
        if splits or not any(str(offer.get("scope", "")).endswith("_ITEM") for offer in here):
            body = bench.world.maker.purchase(number, unit["name"], 5_000 + step * 111)
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


def cents_of(amount: Any) -> int:
    """Return an amount of an answer as whole cents; what is none, or finer, as an impossible one."""
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        return -(10**15)
    scaled = Decimal(amount) * 100
    return int(scaled) if scaled == int(scaled) else -(10**15)


def same(came: Any, value: Any) -> bool:
    """Tell whether an answer's value is the fixture's."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return cents_of(came) == oracle.cents(value)
    return bool(came == value)


def in_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with its sets in one order."""
    return {
        name: sorted(value, key=str) if isinstance(value, list) else value
        for name, value in data.items()
    }


def plain(data: Mapping[str, Any]) -> str:
    """Return an answer as text, decimals as they are written."""
    return str(
        {name: str(value) if isinstance(value, Decimal) else value for name, value in data.items()}
    )
