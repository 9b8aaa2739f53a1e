"""The shape of a purchase, and the rules of the contract."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from contract_tests.judging.coverage import Part, Side
from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.bodies import examples, members_of, number
from contract_tests.services.rewards.client import PREVIEW, RewardsClient
from contract_tests.services.rewards.steps import ACCOUNT, BUSINESS_UNIT, PRODUCT, UNIT, amounts
from contract_tests.services.rewards.values import Body, Record


def broken_examples_are_refused(rewards: RewardsClient) -> None:
    """What breaks a rule of the contract is refused."""
    rewards.obeyed(rewards.preview(rewards.purchase()), "a purchase that breaks no rule")
    for one in examples(rewards.contract, PREVIEW):
        if one.breaks is None:
            continue
        for side in Side:
            rewards.session.coverage.count(Part.RULE, f"rule.{one.breaks}", side)
        for body in (one.body, _broken(rewards, one.body)):
            for answer in (rewards.preview(body), rewards.create(body)):
                rewards.refused(answer, {one.name: one.breaks})


def _broken(rewards: RewardsClient, body: Body) -> Body:
    """Return the broken example with the places and people that this server knows."""
    names = (ACCOUNT, *([UNIT] if UNIT in body and BUSINESS_UNIT not in body else []))
    base = rewards.purchase()
    known = base["products_set"][0][PRODUCT]
    changed = {**copy.deepcopy(body), **{name: base[name] for name in names if name in base}}
    for product in changed["products_set"]:
        product[PRODUCT] = known
    return changed


def a_total_must_be_net_plus_vat(rewards: RewardsClient) -> None:
    """Total is net plus VAT, to the cent, in each product."""
    for net, vat, total in ((100, 20, 119), (100, 20, 121), (10, 1, 10), (1, 0, 0), (0, 1, 2)):
        body = rewards.purchase()
        body["products_set"][-1] |= amounts(net, vat, total)
        rewards.refused(rewards.preview(body), amounts(net, vat, total))
    for net, vat in ((10, 20), (1, 2), (110, 5), (0, 0), (33_333_301, 2), (99_999_999_998, 1)):
        body = rewards.purchase()
        body["products_set"][-1] |= amounts(net, vat, net + vat)
        rewards.obeyed(rewards.preview(body), amounts(net, vat, net + vat))


def totals_must_be_the_sums(rewards: RewardsClient) -> None:
    """Totals, when given, are the sums over the products, and change nothing."""
    bare = rewards.obeyed(rewards.preview(rewards.purchase()), "a purchase without totals")
    sums = {
        name: sum(oracle.cents(product[name]) for product in rewards.purchase()["products_set"])
        for name in ("total_amount", "net_amount", "vat_amount")
    }
    good = {name: number(cents) for name, cents in sums.items()}
    for some in ({name: value} for name, value in good.items()):
        rewards.obeyed(rewards.preview(rewards.purchase(**some)), some)
    data = rewards.obeyed(rewards.preview(rewards.purchase(**good)), good)
    rewards.expect(data == bare, good, "the same answer as without totals", data)
    for name, cents in sums.items():
        for wrong in (number(cents + 1), number(cents - 1), cents / 100 + 0.001, 0):
            answer = rewards.preview(rewards.purchase(**{**good, name: wrong}))
            rewards.refused(answer, {name: wrong})


def amounts_have_two_decimals(rewards: RewardsClient) -> None:
    """Amounts finer than a cent are refused."""
    for told in ((0.001, 0, 0.001), (19.999, 0.001, 20), (1.005, 0.005, 1.01)):
        body = rewards.purchase()
        names = ("net_amount", "vat_amount", "total_amount")
        body["products_set"][-1] |= dict(zip(names, told, strict=True))
        rewards.refused(rewards.preview(body), told)


def exactly_one_of_unit_and_business_unit(rewards: RewardsClient) -> None:
    """Exactly one of unit and business unit."""
    body = rewards.purchase()
    without = {name: body[name] for name in body if name not in {UNIT, BUSINESS_UNIT}}
    rewards.refused(rewards.preview(without), "neither unit nor business unit")
    world = rewards.known_world()
    unit = {UNIT: {"id": world.organisation["units"][0]["id"]}}
    business = {BUSINESS_UNIT: {"id": world.organisation["business_units"][0]["id"]}}
    rewards.refused(rewards.preview({**without, **unit, **business}), {**unit, **business})
    rewards.obeyed(rewards.preview({**without, **unit}), unit)
    rewards.obeyed(rewards.preview({**without, **business}), business)


def mandatory_members_are_asked_for(rewards: RewardsClient) -> None:
    """Every mandatory member is asked for."""
    for name in (ACCOUNT, "performed_on", "reference_number", "products_set"):
        rewards.refused(rewards.preview(rewards.purchase(**{name: None})), f"without {name}")
    for name in (PRODUCT, "net_amount", "vat_amount", "total_amount"):
        body = rewards.purchase()
        del body["products_set"][-1][name]
        rewards.refused(rewards.preview(body), f"a product without {name}")


def values_of_another_kind_are_refused(rewards: RewardsClient) -> None:
    """A value of another type or form is refused."""
    wrong: tuple[Body, ...] = (
        {"disable_instant_spend": "true"},
        {"disable_instant_spend": 1},
        {"products_set": {}},
        {"reference_number": 7},
        {"reference_number": ""},
        {"performed_on": 20200504},
        {"performed_on": "yesterday"},
        {"performed_on": "2020-05-04"},
        {"performed_on": "2020-05-04T10:00:00Z"},
        {"performed_on": "2020-05-04T10:00:00+01:00"},
        {"performed_on": "2020-05-04T10:00:00.5"},
        {"performed_on": "2020-05-04T10:00"},
        {"performed_on": "2020-05-04 10:00:00"},
        {"performed_on": "2020-05-04t10:00:00"},
        {"performed_on": "2020-13-04T10:00:00"},
        {"performed_on": "2021-02-29T10:00:00"},
        {"performed_on": "2020-05-04T24:00:00"},
        {"fields_set": ["total_award_amount"]},
        {ACCOUNT: "ACR0000000265"},
        {ACCOUNT: []},
    )
    for one in wrong:
        rewards.refused(rewards.preview(rewards.purchase(**one)), one)
    for one in ({"quantity": 0}, {"quantity": -1}, {"quantity": "1"}, amounts(-100, 0, -100)):
        body = rewards.purchase()
        body["products_set"][-1] |= one
        rewards.refused(rewards.preview(body), one)
    body = rewards.purchase()
    body["products_set"][-1]["total_amount"] = str(body["products_set"][-1]["total_amount"])
    rewards.refused(rewards.preview(body), "an amount as text")


def members_keep_to_their_types_and_bounds(rewards: RewardsClient) -> None:
    """A member of another type, or beyond its length or bound, is refused; at its bound it is taken."""
    for name, schema in members_of(rewards.contract, PREVIEW).items():
        for value in _beyond(schema) if name != "token" else ():
            rewards.refused(rewards.preview({**rewards.purchase(), name: value}), {name: value})
        longest = "x" * schema.get("maxLength", 0)
        if longest and "pattern" not in schema:
            rewards.obeyed(rewards.preview(rewards.purchase(**{name: longest})), {name: longest})
    for name, schema in members_of(rewards.contract, PREVIEW, "products_set").items():
        for value in _beyond(schema):
            body = rewards.purchase()
            body["products_set"][-1][name] = value
            rewards.refused(rewards.preview(body), {name: value})
    most = members_of(rewards.contract, PREVIEW, "products_set")["total_amount"]["maximum"] * 100
    for cents, ask in ((most, rewards.obeyed), (most + 1, rewards.refused)):
        body = rewards.purchase()
        body["products_set"] = [{**body["products_set"][0], **amounts(cents, 0, cents)}]
        ask(rewards.preview(body), amounts(cents, 0, cents))


def _beyond(schema: Record) -> Iterator[object]:
    """Yield values of another type than a schema's, and those next to its bounds."""
    yield from (None, "7" if schema["type"] in {"number", "integer", "boolean"} else 7)
    yield [] if schema["type"] == "object" else {}
    if "minLength" in schema:
        yield "x" * (schema["minLength"] - 1)
    if "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1)
    if "maximum" in schema:
        yield schema["maximum"] + 1
    if "minimum" in schema:
        yield schema["minimum"] - 1
    if "exclusiveMinimum" in schema:
        yield schema["exclusiveMinimum"]


def one_to_a_hundred_products_are_taken(rewards: RewardsClient) -> None:
    """A purchase has 1 to 100 products."""
    product = rewards.purchase()["products_set"][0]
    for count in (0, 101):
        rewards.refused(rewards.preview(rewards.purchase(products_set=[product] * count)), count)
    rewards.obeyed(rewards.preview(rewards.purchase(products_set=[product] * 100)), 100)


def unknown_members_are_ignored(rewards: RewardsClient) -> None:
    """Members without effect change nothing."""
    plain = rewards.obeyed(rewards.preview(rewards.purchase()), "a purchase")
    more = {"invoice_identifier": {"number": "I1"}, "process_immediately": True, "x_more": [1]}
    data = rewards.obeyed(rewards.preview(rewards.purchase(**more)), more)
    rewards.expect(data == plain, more, "the same answer as without", data)
