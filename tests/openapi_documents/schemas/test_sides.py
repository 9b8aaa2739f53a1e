"""What one side of a talk need not send: `readOnly` members in requests, `writeOnly` ones in answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents import Document, LimitError, parse
from openapi_documents.dialect import Schemas
from tests.openapi_documents.samples import SCHEMAS, agreed, contract, fits

VERSIONS = pytest.mark.parametrize("version", ["3.0.3", "3.1.1"])
PLAIN = """
Plain:
  required: [id, secret, name]
  properties:
    id: {type: integer, readOnly: true}
    secret: {type: string, writeOnly: true}
    name: {type: string}
"""


@VERSIONS
def test_members_of_the_other_side_are_not_required(version: str) -> None:
    document = contract(version, PLAIN)

    assert fits(document, "Plain", {"secret": "s", "name": "n"}, "request")
    assert not fits(document, "Plain", {"secret": "s"}, "request")
    assert fits(document, "Plain", {"id": 1, "name": "n"}, "response")
    assert not fits(document, "Plain", {"name": "n"}, "response")
    assert not fits(document, "Plain", {"name": "n", "id": 1}, "both")


@VERSIONS
def test_who_sends_them_all_the_same_is_not_refused(version: str) -> None:
    document = contract(version, PLAIN + "  additionalProperties: false\n")
    whole = {"id": 1, "secret": "s", "name": "n"}

    assert fits(document, "Plain", whole, "request")
    assert fits(document, "Plain", whole, "response")
    assert not fits(document, "Plain", {**whole, "id": "x"}, "request")
    assert not fits(document, "Plain", {**whole, "more": 1}, "request")


@VERSIONS
@pytest.mark.parametrize(
    "schema",
    [
        "{required: [id], properties: {id: {$ref: '#/components/schemas/Mark'}}}",
        "{required: [id], properties: {id: {$ref: '#/components/schemas/Chain'}}}",
        "{required: [id], properties: {id: {allOf: [{$ref: '#/components/schemas/Mark'}]}}}",
        "{allOf: [{$ref: '#/components/schemas/Base'}, {properties: {id: {readOnly: true}}}]}",
        "{allOf: [{required: [id]}, {$ref: '#/components/schemas/Marked'}]}",
        "{anyOf: [{required: [id]}], properties: {id: {readOnly: true}}}",
        "{oneOf: [{$ref: '#/components/schemas/Base'}], properties: {id: {readOnly: true}}}",
        "{required: [id], anyOf: [{$ref: '#/components/schemas/Marked'}]}",
        "{$ref: '#/components/schemas/Whole'}",
    ],
)
def test_the_mark_is_found_wherever_it_stands_about_the_same_value(
    version: str, schema: str
) -> None:
    document = contract(
        version,
        f"""
        Mark: {{type: integer, readOnly: true}}
        Chain: {{$ref: '#/components/schemas/Mark'}}
        Marked: {{properties: {{id: {{type: integer, readOnly: true}}}}}}
        Base: {{required: [id]}}
        Whole: {{required: [id], properties: {{id: {{readOnly: true}}}}}}
        Asked: {schema}
        Inner: {{required: [one], properties: {{one: {{$ref: '#/components/schemas/Asked'}}}}}}
        Items: {{items: {{$ref: '#/components/schemas/Asked'}}}}
        """,
    )

    assert fits(document, "Asked", {}, "request")
    assert fits(document, "Inner", {"one": {}}, "request")
    assert fits(document, "Items", [{}, {}], "request")
    assert not fits(document, "Asked", {}, "response")
    assert not fits(document, "Inner", {"one": {}}, "both")
    assert not fits(document, "Items", [{}], "response")
    assert not fits(document, "Base", {}, "request")  # nothing marks it where others ask for it


def test_beside_a_reference_the_mark_counts_from_3_1_on() -> None:
    text = """
    Id: {type: integer}
    A: {required: [id], properties: {id: {$ref: '#/components/schemas/Id', readOnly: true}}}
    """

    assert not fits(contract("3.0.3", text), "A", {}, "request")
    assert fits(contract("3.1.1", text), "A", {}, "request")


def test_a_member_that_another_asks_for_is_not_required_either() -> None:
    document = contract(
        "3.1.1",
        "A: {dependentRequired: {a: [id, b]}, properties: {id: {readOnly: true}}}",
    )

    assert fits(document, "A", {"a": 1, "b": 1}, "request")
    assert not fits(document, "A", {"a": 1}, "request")


@pytest.mark.parametrize(
    ("schema", "value", "is_valid"),
    [
        ("{not: {required: [id]}, properties: {id: {readOnly: true}}}", {}, True),
        ("{not: {required: [id]}, properties: {id: {readOnly: true}}}", {"id": 1}, False),
        ("{not: {$ref: '#/components/schemas/Whole'}}", {}, True),
        ("{not: {$ref: '#/components/schemas/Whole'}}", {"id": 1}, False),
        ("{not: {properties: {in: {$ref: '#/components/schemas/Whole'}}}}", {"in": {}}, True),
        ("{if: {required: [id]}, then: {required: [b]}, properties: {id: {readOnly: true}}}", {}, True),
        ("{if: {required: [id]}, then: {required: [b]}, properties: {id: {readOnly: true}}}", {"id": 1}, False),
        ("{if: {required: [a]}, then: {required: [id]}, properties: {id: {readOnly: true}}}", {"a": 1}, True),
    ],
)  # fmt: skip
def test_a_condition_asks_as_it_stands(schema: str, value: object, is_valid: bool) -> None:
    whole = "Whole: {required: [id], properties: {id: {readOnly: true}}}"
    document = contract("3.1.1", f"A: {schema}\n{whole}")

    assert fits(document, "A", value, "request") is is_valid
    assert fits(document, "Whole", {}, "request")


def test_a_schema_asked_for_in_two_ways_is_defined_in_both() -> None:
    document = contract(
        "3.1.1",
        """
        Base: {required: [id]}
        A:
          allOf: [{$ref: '#/components/schemas/Base'}]
          properties: {id: {readOnly: true}, b: {$ref: '#/components/schemas/Base'}}
        """,
    )

    assert fits(document, "A", {}, "request")
    assert fits(document, "A", {"b": {"id": 1}}, "request")
    assert not fits(document, "A", {"b": {}}, "request")
    assert set(Schemas(document).standalone((*SCHEMAS, "A"), "request")["$defs"]) == {
        "#/components/schemas/A",
        "#/components/schemas/Base",
        "#/components/schemas/Base without id",
    }


def test_an_anchor_stands_in_the_schema_as_everybody_asks_for_it() -> None:
    document = contract(
        "3.1.1",
        """
        Base: {$dynamicAnchor: node, required: [id], properties: {c: {$dynamicRef: '#node'}}}
        A: {allOf: [{$ref: '#/components/schemas/Base'}], properties: {id: {readOnly: true}}}
        """,
    )

    assert fits(document, "A", {}, "request")
    assert fits(document, "A", {"c": {"id": 1}}, "request")
    assert not fits(document, "A", {"c": {}}, "request")


def test_a_schema_with_an_id_can_be_asked_for_in_two_ways() -> None:
    document = contract(
        "3.1.1",
        """
        Base: {$id: 'https://example.com/base', required: [id], properties: {n: {$ref: '#/$defs/n'}}, $defs: {n: {type: integer}}}
        A: {allOf: [{$ref: '#/components/schemas/Base'}], properties: {id: {readOnly: true}}}
        B: {anyOf: [{$ref: '#/components/schemas/A'}, {$ref: 'https://example.com/base'}]}
        """,
    )

    assert fits(document, "A", {"n": 1}, "request")
    assert not fits(document, "A", {"n": "x"}, "request")
    assert fits(document, "B", {}, "request")
    assert not fits(document, "B", {}, "response")


def test_a_schema_that_asks_for_none_of_them_is_the_same_for_everybody() -> None:
    document = contract(
        "3.1.1",
        "Base: {type: object}\nA: {allOf: [{$ref: '#/components/schemas/Base'}], properties: {id: {readOnly: true}}}",
    )

    assert list(Schemas(document).standalone((*SCHEMAS, "A"), "request")["$defs"]) == [
        "#/components/schemas/A",
        "#/components/schemas/Base",
    ]


def test_what_was_asked_before_does_not_change_the_answer() -> None:
    document = contract(
        "3.1.1",
        """
        A: {allOf: [{$ref: '#/components/schemas/B'}, {required: [id]}]}
        B: {allOf: [{$ref: '#/components/schemas/C'}]}
        C: {properties: {id: {$ref: '#/components/schemas/D'}}}
        D: {allOf: [{$ref: '#/components/schemas/E'}]}
        E: {readOnly: true}
        """,
    )
    schemas = Schemas(document)

    for name in "EDCBA":
        schemas.standalone((*SCHEMAS, name), "request")
    assert agreed(schemas.standalone((*SCHEMAS, "A"), "request"), {})


def test_schemas_that_are_asked_for_in_too_many_ways_are_told() -> None:
    """Each of many schemas leaves out a member of its own, down a long way to where all are required."""
    way = {f"W{n}": {"allOf": [{"$ref": f"#/components/schemas/W{n + 1}"}]} for n in range(200)}
    many = {
        f"M{n}": {
            "allOf": [{"$ref": "#/components/schemas/W0"}],
            "properties": {f"m{n}": {"readOnly": True}},
        }
        for n in range(200)
    }
    schemas = {
        **way, **many, "W200": {"required": [f"m{n}" for n in range(200)]},
        "A": {"properties": {name: {"$ref": f"#/components/schemas/{name}"} for name in many}},
    }  # fmt: skip
    document = parse(json.dumps({"openapi": "3.1.1", "components": {"schemas": schemas}}), "a.json")

    assert Schemas(document).standalone((*SCHEMAS, "A"), "response")
    with pytest.raises(LimitError, match="this schema needs more than 30,000 others"):
        Schemas(document).standalone((*SCHEMAS, "A"), "request")


NAMES = st.sampled_from("abc")
LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "required": st.lists(NAMES, unique=True),
        "properties": st.dictionaries(
            NAMES,
            st.sampled_from([{"readOnly": True}, {"writeOnly": True}, {"type": "integer"}, {}]),
        ),
    },
)
OBJECTS = st.recursive(
    st.one_of(
        LEAVES, st.sampled_from("PQ").map(lambda one: {"$ref": f"#/components/schemas/{one}"})
    ),
    lambda inner: st.builds(
        lambda leaf, parts: {**leaf, **parts},
        LEAVES,
        st.dictionaries(
            st.sampled_from(["allOf", "anyOf"]), st.lists(inner, min_size=1, max_size=2)
        ),
    ),
    max_leaves=6,
)
VALUES = st.dictionaries(NAMES, st.sampled_from([1, "x"]))


def three(first: Any, second: Any, third: Any) -> Document:
    schemas = {"A": first, "P": second, "Q": third}
    return parse(str({"openapi": "3.1.1", "components": {"schemas": schemas}}), "api.yaml")


@given(OBJECTS, LEAVES, LEAVES, VALUES)
def test_a_side_never_refuses_what_both_together_take(
    first: Any, second: Any, third: Any, value: Any
) -> None:
    schemas = Schemas(three(first, second, third))

    if agreed(schemas.standalone((*SCHEMAS, "A")), value):
        assert agreed(schemas.standalone((*SCHEMAS, "A"), "request"), value)
        assert agreed(schemas.standalone((*SCHEMAS, "A"), "response"), value)
