"""Which offers count at a unit, and for which products they are."""

from __future__ import annotations

from contract_tests.services.rewards.values import Record


def offers_at(organisation: Record, unit: Record) -> list[Record]:
    """Return the offers that a purchase at a unit may get as far as the place goes."""
    return [
        offer
        for scheme in organisation["schemes"]
        for offer in scheme["offers"]
        if unit["name"] in offer.get("units", [unit["name"]])
        and unit["business_unit"] in offer.get("business_units", [unit["business_unit"]])
    ]


def wanted_products(organisation: Record, offers: list[Record]) -> list[str]:
    """Return the codes of the products that the offers are for, or of the last product."""
    named = [code for offer in offers for code in offer.get("products", ())]
    return list(dict.fromkeys(named)) or [organisation["products"][-1]["code"]]
