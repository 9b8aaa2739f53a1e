"""The rewards contract against itself, the fixture, and what the operations answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cel as rust_cel
import jsonschema
import pytest

from mock_server.contracts.expressions import Expression
from mock_server.services.rewards.refusals import REFUSALS
from mock_server.services.rewards.service import Rewards
from tests.mock_server.services.rewards.samples import CONTRACT, EXAMPLES, example

SCHEMAS = CONTRACT["components"]["schemas"]
RULES = {
    rule["id"]: (name, rule["rule"])
    for name, schema in SCHEMAS.items()
    for rule in schema.get("x-rules", ())
}


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(CONTRACT | {"$ref": f"#/components/schemas/{name}"})


def resolved(response: Any) -> Any:
    if "$ref" in response:
        return CONTRACT["components"]["responses"][response["$ref"].split("/")[-1]]
    return response


def is_valid(name: str, value: Any) -> bool:
    return validator(name).is_valid(value)


def holds(rule: str, instance: Any) -> bool:
    """Ask both engines, which must agree."""
    one = Expression(rule).holds(instance, {})
    try:
        other = rust_cel.evaluate(rule, {"self": instance, "partner": {}}) is True
    except (RuntimeError, TypeError, ValueError):
        other = False
    assert one == other
    return one


def broken_rules(request: Any) -> set[str]:
    return {
        rule_id
        for rule_id, (name, rule) in RULES.items()
        for instance in (request["products_set"] if name == "PurchaseProduct" else [request])
        if not holds(rule, instance)
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_breaks_what_it_says_and_nothing_else(name: str) -> None:
    request = EXAMPLES[name]
    assert is_valid("Purchase", request["value"])
    assert (
        broken_rules(request["value"]) == {request["x-breaks"]} - {None}
        if ("x-breaks" in request)
        else broken_rules(request["value"]) == set()
    )


def test_every_rule_has_an_example_that_breaks_it() -> None:
    assert {request.get("x-breaks") for request in EXAMPLES.values()} - {None} == set(RULES)


@pytest.mark.parametrize("count", [1, 9, 10, 11, 37, 99, 100])
def test_the_sum_of_any_number_of_products_is_exact(count: int) -> None:
    product = {
        "product_identifier": {"code": "X"},
        "total_amount": 0.1,
        "net_amount": 0.1,
        "vat_amount": 0,
    }
    request = {
        "products_set": [product] * count,
        "performed_on": "2020-01-01T00:00:00",
        "performed_by_unit_identifier": {},
        "total_amount": count / 10,
    }
    assert broken_rules(request) == set()
    assert broken_rules(request | {"total_amount": (count * 10 + 1) / 100}) == {
        "total-is-sum-of-products"
    }


def test_every_example_of_an_answer_fits_its_schema() -> None:
    for item in CONTRACT["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values():
                media = resolved(response)["content"]["application/json"]
                for shown in media["examples"].values():
                    validator(media["schema"]["$ref"].split("/")[-1]).validate(shown["value"])


def test_every_error_code_stands_in_the_contract_with_an_example() -> None:
    examples = {
        example["value"]["status"]["code"]
        for response in CONTRACT["components"]["responses"].values()
        for example in response["content"]["application/json"]["examples"].values()
    }
    assert set(REFUSALS) <= set(SCHEMAS["ErrorCode"]["enum"])
    assert set(REFUSALS) <= examples


def test_every_silence_is_referred_to_and_every_reference_has_its_row() -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for name, item in value.items():
                if name in ("x-silence", "silence"):
                    yield from item if isinstance(item, list) else [item]
                else:
                    yield from references(item)
        elif isinstance(value, list):
            for item in value:
                yield from references(item)

    rows = [row["id"] for row in CONTRACT["x-silences"]]
    assert rows == [f"R{number}" for number in range(1, len(rows) + 1)]
    assert set(references(CONTRACT)) == set(rows)


IDENTIFIERS = [
    name for name in SCHEMAS if name.endswith("Identifier") and name != "AccessTokenIdentifier"
]


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_an_identifier_takes_exactly_one_member(name: str) -> None:
    members = {
        member: {"authentication_code": "A"} if member.startswith("access") else "A"
        for member in SCHEMAS[name]["properties"]
    }
    assert not is_valid(name, {})
    assert not is_valid(name, {"unknown": "A"})
    for one, value in members.items():
        assert is_valid(name, {one: value})
        for other in set(members) - {one}:
            assert not is_valid(name, {one: value, other: members[other]})


@pytest.mark.parametrize(
    ("identifier", "fits"),
    [
        ({}, False),
        ({"authentication_code": "A"}, True),
        ({"one_time_password": 123456}, True),
        ({"one_time_password": "123456"}, False),
        ({"identifier": "A", "pass_code": "1"}, True),
        ({"identifier": "A"}, False),
        ({"pass_code": "1"}, False),
        ({"authentication_code": "A", "pass_code": "1"}, False),
        ({"authentication_code": "A", "one_time_password": 1}, False),
        ({"authentication_code": "A", "identifier": "A", "pass_code": "1"}, False),
    ],
)
def test_an_access_token_is_identified_in_one_of_three_ways(identifier: Any, fits: bool) -> None:
    assert is_valid("AccessTokenIdentifier", identifier) is fits


@pytest.mark.parametrize(
    ("unit", "product"),
    [
        ("Coffee Bar", "Espresso"),
        ("Garden Shop", "Rose"),
        ("Web Shop", "Gold"),
        ("Quiet Office", "Silver"),
    ],
)
def test_what_the_operations_answer_is_all_that_the_contract_lists(
    rewards: Rewards, unit: str, product: str
) -> None:
    body = example("example-1") | {
        "accounts_receivable_identifier": {"number": "ACR0000000010"},
        "performed_by_unit_identifier": {"name": unit},
        "performed_on": "2020-05-04T10:00:00",
    }
    body["products_set"][0]["product_identifier"] = {"code": product}
    previewed = rewards.preview_purchase("northwind", body)
    created = rewards.create_purchase("northwind", body)
    for name, data in (("PurchasePreview", previewed), ("PurchaseEvent", created)):
        validator(name).validate(data)
        assert set(data) == set(SCHEMAS[name]["properties"])
