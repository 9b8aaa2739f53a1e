"""All rules of a schema as one expression: it says yes only where every rule, asked alone, does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contracts import contract, documents
from mock_server.contracts.callers import Caller
from mock_server.contracts.conjunction import conjunction
from mock_server.contracts.expressions import Expression, Facts
from mock_server.contracts.validation import Schemas
from tests.mock_server.samples import OPENAPI

GBP = Caller("partner-a", {"currency": "GBP"})
POSITIVE = {"x-rules": [{"id": "positive", "rule": "self > 0", "message": "must be positive"}]}


@pytest.fixture
def document_of(tmp_path):
    def make(**schemas):
        file = tmp_path / "contract.json"
        head = {"openapi": "3.1.1", "info": {"title": "t", "version": "1"}, "paths": {}}
        file.write_text(json.dumps({**head, "components": {"schemas": schemas}}))
        return documents.read(file)

    return make


def is_true(text, instance):
    return Expression(text).is_true_of(Facts(instance, GBP.facts()))


def test_rules_of_members_items_parts_and_references_are_all_asked(document_of):
    document = document_of(
        Amount=POSITIVE,
        Order={
            "allOf": [{"properties": {"total amount": {"$ref": "#/components/schemas/Amount"}}}],
            "properties": {
                "lines": {"items": {"properties": {"amount": POSITIVE}}},
            },
            "x-rules": [{"id": "own", "rule": "self.id != 'x' // told", "message": "not x"}],
        },
    )
    text = conjunction(document, "/components/schemas/Order")
    assert is_true(text, {"id": "a", "total amount": 1, "lines": [{"amount": 1}, {"amount": 2}]})
    assert is_true(text, {"id": "a"})
    assert not is_true(text, {"id": "x"})
    assert not is_true(text, {"id": "a", "total amount": 0})
    assert not is_true(text, {"id": "a", "lines": [{"amount": 1}, {"amount": 0}]})


def test_a_member_of_something_else_than_an_object_is_not_asked(document_of):
    document = document_of(Either={"properties": {"amount": POSITIVE}, "items": POSITIVE})
    text = conjunction(document, "/components/schemas/Either")
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
    ],
)
def test_where_a_schema_chooses_or_holds_itself_there_is_no_such_expression(document_of, schema):
    document = document_of(Chosen=schema, Positive=POSITIVE)
    assert conjunction(document, "/components/schemas/Chosen") is None


def test_a_schema_without_rules_has_none(document_of):
    assert conjunction(document_of(Plain={"type": "object"}), "/components/schemas/Plain") is None


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
def checks():
    known = contract.load(OPENAPI / "partner-client-service-v2.yaml")
    schemas = Schemas(known)
    places = ("/components/schemas/RevenueClaim", "/components/schemas/ClientWithClaims")
    assert all(conjunction(known.document, place) for place in places)
    return [schemas.check(place, GBP) for place in places]


@given(item=st.one_of(CLAIMS, CLIENTS))
def test_an_item_is_accepted_exactly_when_nothing_is_found_in_it(checks, item):
    for check in checks:
        assert check.accepts(item) == (not check.violations(item))
