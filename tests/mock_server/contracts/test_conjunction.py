"""All rules of a schema as one expression: it says yes only where every rule, asked alone, does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contracts.callers import Caller
from mock_server.contracts.conjunction import conjunction
from mock_server.contracts.contract import Contract, load_contract, read_contract
from mock_server.contracts.expressions import Expression, Facts
from mock_server.contracts.schemas import Check, Schemas
from openapi_documents import parse
from tests.mock_server.samples import V2

GBP = Caller("partner-a", {"currency": "GBP"})
POSITIVE = {"x-rules": [{"id": "positive", "rule": "self > 0", "message": "must be positive"}]}


def read(**schemas: Any) -> Contract:
    head = {"openapi": "3.1.1", "info": {"title": "t", "version": "1"}, "paths": {}}
    document = {**head, "x-silences": [], "components": {"schemas": schemas}}
    return read_contract(parse(json.dumps(document), "contract.json"), "contract")


def rules_of(contract: Contract, name: str) -> str | None:
    """Return the expression of all rules of a schema in the components."""
    return conjunction(contract.document, contract.rules, ("components", "schemas", name))


def is_true(text: str | None, instance: object) -> bool:
    assert text is not None
    return Expression(text).is_true_of(Facts(instance, GBP.facts()))


def test_rules_of_members_items_parts_and_references_are_all_asked() -> None:
    contract = read(
        Amount=POSITIVE,
        Order={
            "allOf": [{"properties": {"total amount": {"$ref": "#/components/schemas/Amount"}}}],
            "properties": {
                "lines": {"items": {"properties": {"amount": POSITIVE}}},
            },
            "x-rules": [{"id": "own", "rule": "self.id != 'x' // told", "message": "not x"}],
        },
    )
    text = rules_of(contract, "Order")
    assert is_true(text, {"id": "a", "total amount": 1, "lines": [{"amount": 1}, {"amount": 2}]})
    assert is_true(text, {"id": "a"})
    assert not is_true(text, {"id": "x"})
    assert not is_true(text, {"id": "a", "total amount": 0})
    assert not is_true(text, {"id": "a", "lines": [{"amount": 1}, {"amount": 0}]})


def test_a_member_of_something_else_than_an_object_is_not_asked() -> None:
    contract = read(Either={"properties": {"amount": POSITIVE}, "items": POSITIVE})
    text = rules_of(contract, "Either")
    assert is_true(text, "a text")
    assert is_true(text, {"0": 1})
    assert not is_true(text, [1, 0])


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [POSITIVE, {"type": "string"}]},
        {"if": {"type": "number"}, "then": POSITIVE},
        {"additionalProperties": POSITIVE},
        {"prefixItems": [{"type": "string"}], "items": POSITIVE},
        {"not": {"$ref": "#/components/schemas/Positive"}},
        {"properties": {"next": {"$ref": "#/components/schemas/Chosen"}, "n": POSITIVE}},
        {"properties": {"next": {"$ref": "#/components/schemas/Other"}, "n": POSITIVE}},
    ],
)
def test_where_a_schema_chooses_or_holds_itself_there_is_no_such_expression(
    schema: dict[str, Any],
) -> None:
    other = {"properties": {"back": {"$ref": "#/components/schemas/Chosen"}}}
    contract = read(Chosen=schema, Other=other, Positive=POSITIVE)
    assert rules_of(contract, "Chosen") is None


def test_a_schema_without_rules_has_none() -> None:
    assert rules_of(read(Plain={"type": "object"}), "Plain") is None


AMOUNTS = st.sampled_from((0, 1, -1, 1.5, -0.0, 2**70, -(2**70)))
INSTANTS = st.sampled_from(
    (
        "2024-02-01T00:00:00Z",
        "2024-02-29T23:59:59.999Z",
        "2024-02-28T23:59:59.999Z",
        "2024-02-30",
        7,
    )
)
CLAIMS = st.fixed_dictionaries(
    {
        "total_amount": AMOUNTS,
        "currency": st.sampled_from(("GBP", "EUR")),
        "transaction_count": AMOUNTS,
        "time_period": st.fixed_dictionaries({"start_time": INSTANTS, "end_time": INSTANTS}),
    },
    optional={"unique_reference": st.just("r"), "partner_client_id": st.just("p")},
)
CLIENTS = st.fixed_dictionaries(
    {
        "partner_client_id": st.just("p"),
        "client_start_date": st.just("2024-04-23T13:44:03.585Z"),
        "entity_type": st.just("LLC"),
        "revenue_claims": st.lists(CLAIMS, max_size=3),
    }
)


@pytest.fixture(scope="module")
def checks() -> list[Check]:
    contract = load_contract(V2)
    schemas = Schemas(contract.document, contract.rules)
    names = ("RevenueClaim", "ClientWithClaims")
    assert all(rules_of(contract, name) for name in names)
    return [schemas.check(("components", "schemas", name), GBP) for name in names]


@given(item=st.one_of(CLAIMS, CLIENTS))
def test_an_item_is_accepted_exactly_when_nothing_is_found_in_it(
    checks: list[Check], item: dict[str, Any]
) -> None:
    for check in checks:
        assert check.accepts(item) == (not check.violations(item))
