"""Makes purchases in an organisation of the fixture: at the edges of its offers, and any others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from contract_tests.services.rewards.bodies import line
from contract_tests.services.rewards.offers import offers_at, wanted_products
from contract_tests.services.rewards.values import Body, Record

DAYS = (
    "2016-05-31", "2016-06-01", "2016-08-31", "2016-09-01", "2017-12-31", "2018-01-01",
    "2020-02-29", "2020-03-01", "2020-05-31", "2020-06-01", "2024-02-29", "2031-01-01",
)  # fmt: skip
TOTALS = (
    1, 4, 20, 39, 40, 60, 61, 100, 150, 199, 200, 399, 400, 420, 499, 500, 777, 999, 1000, 1060, 1999,
    2000, 2001, 4999, 5000, 5001, 6000, 6770, 9999, 10000, 10001, 12000, 55555, 99999, 344400, 500000,
)  # fmt: skip


CLASSIFICATION = "classification_identifier"
SPEND_CLASSIFICATION = "spend_request_classification_identifier"
TERMS = {
    CLASSIFICATION: "classifications",
    "payment_medium_brand_identifier": "payment_medium_brands",
    "payment_medium_type_identifier": "payment_medium_types",
}


class Maker:
    """Makes purchases in one organisation of the fixture, the same ones for the same seed."""

    def __init__(self, organisation: Record, seed: int) -> None:
        self.organisation = organisation
        self._random = random.Random(seed)  # noqa: S311 - no secret depends on it

    def purchase(self, account: str, unit: str, total: int, **members: Any) -> Body:
        """Return a purchase of one product at a unit; `total` is in cents."""
        product = members.pop("product", self.organisation["products"][0]["code"])
        body = {
            "accounts_receivable_identifier": {"number": account},
            "performed_by_unit_identifier": {"name": unit},
            "performed_on": "2020-05-04T10:00:00",
            "reference_number": "judge",
            "products_set": [line(product, total)],
        }
        return {**body, **members}

    def many(self, number: int) -> Iterator[Body]:
        """Yield purchases at all units, of all accounts, around the edges of offers and limits."""
        yield from self._of_offers()
        yield from self._of_totals()
        yield from self._of_spends()
        for _ in range(number):
            yield self._any()

    def some(self, number: int) -> Iterator[Body]:
        """Yield a purchase for each offer, and a number of all the others."""
        for scheme, offer in self._offers():
            for account in self._takers(scheme, part=True):
                yield self._meeting(offer, account)
        yield from self._random.sample([*self.many(number)], number)

    def _offers(self) -> Iterator[tuple[str, Record]]:
        for scheme in self.organisation["schemes"]:
            for offer in scheme["offers"]:
                yield scheme["name"], offer

    def _takers(self, scheme: str, *, part: bool) -> list[str]:
        """Return the number of the last account that takes part in a scheme, or does not; it may be none."""
        return [
            account["number"]
            for account in self.organisation["accounts"]
            if (scheme in account.get("participant", {}).get("schemes", ())) is part
        ][-1:]

    def _of_offers(self) -> Iterator[Body]:
        """Yield, for each offer, purchases that just meet its conditions and that just miss one."""
        for scheme, offer in self._offers():
            for account in self._takers(scheme, part=False):
                yield self._meeting(offer, account)
            for account in self._takers(scheme, part=True):
                yield from self._around(offer, self._meeting(offer, account))

    def _around(self, offer: Record, good: Body) -> Iterator[Body]:
        """Yield a purchase that an offer is for, and others that differ from it in one thing."""
        codes = [product["code"] for product in self.organisation["products"]]
        yield good
        yield {**good, "disable_instant_spend": True}
        for day in (offer[name] for name in ("effective_from", "effective_to") if name in offer):
            for step in (-1, 0, 1):
                at = date.fromisoformat(day) + timedelta(days=step)
                for clock in ("00:00:00", "23:59:59"):
                    yield {**good, "performed_on": f"{at}T{clock}"}
        for name in ("transaction_amount_from", "transaction_amount_to"):
            for step in (-1, 0, 1) if name in offer else ():
                total = round(float(offer[name]) * 100) + step
                yield _with_total(good, total)
                half = _with_total(good, total // 2)["products_set"]
                yield {**good, "products_set": [*half, line(codes[0], total - total // 2)]}
        for total in (1, 20, 399, 1060, 3333):
            yield _with_total(good, total)
        for code in (*offer.get("products", ()), codes[0], codes[-1]):
            yield {**good, "products_set": [line(code, 2_222)]}
            yield {**good, "products_set": [*good["products_set"], line(code, 2_222)]}
        for member, collection in TERMS.items():
            terms = self.organisation[collection]
            for term in terms if collection in offer else terms[:1]:
                yield {**good, member: {"name": term["name"]}}
            if collection in offer:
                without = {name: value for name, value in good.items() if name != member}
                yield without
                if member == CLASSIFICATION:
                    yield {**without, SPEND_CLASSIFICATION: good[member]}
        for unit in offer.get("units", ()):
            yield {**good, "performed_by_unit_identifier": {"name": unit}}

    def _meeting(self, offer: Record, account: str) -> Body:
        """Return a purchase that meets the conditions of an offer."""
        organisation = self.organisation
        unit = next(
            one["name"]
            for one in organisation["units"]
            if one["name"] in offer.get("units", [one["name"]])
            and one["business_unit"] in offer.get("business_units", [one["business_unit"]])
        )
        body = self.purchase(
            account,
            unit,
            round(float(offer.get("transaction_amount_from", 60)) * 100) or 6_000,
            product=offer.get("products", [organisation["products"][0]["code"]])[0],
            performed_on=f"{offer.get('effective_from', '2020-05-04')}T10:00:00",
        )
        for member, collection in TERMS.items():
            if collection in offer:
                body[member] = {"name": offer[collection][0]}
        return body

    def _of_totals(self) -> Iterator[Body]:
        """Yield purchases at each unit that come to what a rounding, a bound or a rivalry decides.

        They name all that the offers of the unit ask for, so that several are applied together.
        """
        organisation = self.organisation
        accounts = [one["number"] for one in organisation["accounts"]]
        for step, unit in enumerate(organisation["units"]):
            here = offers_at(organisation, unit)
            wanted = wanted_products(organisation, here)
            terms = {
                member: {"name": offer[collection][0]}
                for member, collection in TERMS.items()
                for offer in here
                if collection in offer
            }
            for number, total in enumerate(TOTALS):
                account = accounts[(number + step) % len(accounts)]
                body = self.purchase(account, unit["name"], total, **terms)
                parts = (total,) if number % 2 else (total // 2, total - total // 2)
                body["products_set"] = [
                    line(wanted[(number // 2 + place) % len(wanted)], part)
                    for place, part in enumerate(parts)
                ]
                yield body

    def _of_spends(self) -> Iterator[Body]:
        """Yield, for each wallet and each seller, purchases at which a bound of a spend decides."""
        organisation = self.organisation
        for unit, limits in self._sellers():
            for account in (one for one in organisation["accounts"] if "wallet" in one):
                settings = account["participant"].get("automatic_spend", {})
                bounds = {limits["minimum"], limits["maximum"], account["wallet"]["balance"]} | {
                    settings.get(f"{end}_spend_amount", 0) for end in ("minimum", "maximum")
                }
                for bound in sorted(round(float(one) * 100) for one in bounds):
                    for total in (bound - 1, bound):
                        if total > 0:
                            yield self.purchase(account["number"], unit, total)

    def _sellers(self) -> Iterator[tuple[str, Record]]:
        """Yield a unit of each merchant and one that has none, with the limits that count there."""
        organisation = self.organisation
        seen: list[object] = []
        for unit in organisation["units"]:
            merchant = next(
                (
                    one
                    for one in organisation["merchants"]
                    if unit["name"] in one.get("units", ())
                    or unit["business_unit"] in one.get("business_units", ())
                ),
                None,
            )
            if merchant not in seen:
                seen.append(merchant)
                yield unit["name"], (merchant or organisation)["spend_limits"]

    def _any(self) -> Body:
        choose = self._random.choice
        organisation = self.organisation
        body: Body = {
            "accounts_receivable_identifier": self._identifier(
                choose(organisation["accounts"]), ("id", "number")
            ),
            "performed_on": f"{choose(DAYS)}T{choose(('00:00:00', '12:34:56', '23:59:59'))}",
            "reference_number": f"judge-{self._random.randrange(10**6)}",
            "products_set": [
                {
                    **line(choose(organisation["products"])["code"], self._total()),
                    "quantity": choose((1, 1, 2, 0.5)),
                    "product_identifier": self._identifier(
                        choose(organisation["products"]), ("id", "code", "alternative_code")
                    ),
                }
                for _ in range(self._random.choice((1, 1, 2, 3, 5)))
            ],
        }
        terms = ("id", "name", "alternative_code")
        if self._random.random() < 0.85:
            body["performed_by_unit_identifier"] = self._identifier(
                choose(organisation["units"]), terms
            )
        else:
            body["performed_by_business_unit_identifier"] = self._identifier(
                choose(organisation["business_units"]), ("id", "name", "code")
            )
        for member, collection in (*TERMS.items(), (SPEND_CLASSIFICATION, "classifications")):
            if self._random.random() < 0.6:
                body[member] = self._identifier(choose(organisation[collection]), terms)
        if self._random.random() < 0.25:
            body["disable_instant_spend"] = self._random.random() < 0.7
        return body

    def _identifier(self, record: Record, members: tuple[str, ...]) -> Body:
        member = self._random.choice(members)
        return {member: record[member]}

    def _total(self) -> int:
        if self._random.random() < 0.5:
            return self._random.choice(TOTALS)
        return self._random.randrange(0, 40_000)


def _with_total(body: Body, cents: int) -> Body:
    code = body["products_set"][0]["product_identifier"]["code"]
    return {**body, "products_set": [line(code, cents)]}
