"""Schemas that lead back to themselves about the same value: every validator comes to an end.

What a schema asks of a value while it is being asked about that value already, counts as fulfilled.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents import CircularReferenceError, Document, parse
from openapi_documents.dialect import Schemas
from tests.openapi_documents.samples import SCHEMAS, agreed, contract, fits

INHERITED = """
Pet:
  required: [kind]
  properties: {kind: {type: string}}
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  discriminator: {propertyName: kind}
Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [lives]}]}
Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [bone]}]}
"""


@pytest.mark.parametrize("version", ["3.0.3", "3.1.1"])
def test_a_parent_that_names_its_children_and_children_that_name_their_parent(version: str) -> None:
    document = contract(version, INHERITED)

    assert fits(document, "Pet", {"kind": "cat", "lives": 9})
    assert not fits(document, "Pet", {"kind": "cat"})
    assert not fits(document, "Pet", {"lives": 9})
    assert fits(document, "Cat", {"kind": "cat", "lives": 9})
    assert not fits(document, "Cat", {"kind": "cat", "bone": 1})
    assert not fits(document, "Cat", {"lives": 9})


def test_a_circle_through_another_value_is_none() -> None:
    document = contract(
        "3.1.1",
        "Tree: {type: object, properties: {c: {$ref: '#/components/schemas/Tree'}}}",
    )

    assert fits(document, "Tree", {"c": {"c": {}}})
    assert not fits(document, "Tree", {"c": {"c": 3}})
    assert list(Schemas(document).standalone((*SCHEMAS, "Tree"))["$defs"]) == [
        "#/components/schemas/Tree"
    ]


@pytest.mark.parametrize(
    "schema",
    [
        "{allOf: [{$ref: '#/components/schemas/A'}], type: string}",
        "{allOf: [{$ref: '#/components/schemas/A/anyOf/0'}], anyOf: [{$ref: '#/components/schemas/A'}], type: string}",
        "{type: string, properties: {b: {$ref: '#/components/schemas/B'}}, allOf: [{$ref: '#/components/schemas/B'}]}",
        "{type: string, if: {$ref: '#/components/schemas/A'}, then: {$ref: '#/components/schemas/A'}}",
        "{type: string, $dynamicRef: '#/components/schemas/A'}",
    ],
)
def test_a_schema_asks_no_second_time(schema: str) -> None:
    document = contract("3.1.1", f"A: {schema}\nB: {{$ref: '#/components/schemas/A'}}")

    assert fits(document, "A", "text")
    assert not fits(document, "A", 3)


def test_too_many_ways_round_are_told() -> None:
    names = [f"N{number}" for number in range(14)]
    schemas = {
        name: {"anyOf": [{"$ref": f"#/components/schemas/{other}"} for other in names]}
        for name in names
    }
    document = parse(json.dumps({"openapi": "3.1.1", "components": {"schemas": schemas}}), "a.json")

    with pytest.raises(CircularReferenceError, match="about the same value, in too many ways"):
        Schemas(document).standalone((*SCHEMAS, "N0"))


REFERENCES = st.sampled_from("ABCD").map(lambda name: {"$ref": f"#/components/schemas/{name}"})
TYPES = st.sampled_from(["string", "number", "boolean"]).map(lambda one: {"type": one})
GRAPHS = st.fixed_dictionaries(
    dict.fromkeys(
        "ABCD",
        st.dictionaries(
            st.sampled_from(["allOf", "anyOf"]),
            st.lists(st.one_of(REFERENCES, TYPES), min_size=1, max_size=3),
        ),
    )
)


def asked(graph: dict[str, Any], schema: Any, value: object, being_asked: frozenset[str]) -> bool:
    """Return what a schema says by the sentence at the top of this file."""
    if "$ref" in schema:
        name = schema["$ref"][-1]
        return name in being_asked or asked(graph, graph[name], value, being_asked | {name})
    if "type" in schema:
        return isinstance(value, {"string": str, "number": float, "boolean": bool}[schema["type"]])
    below = {
        word: [asked(graph, one, value, being_asked) for one in schemas]
        for word, schemas in schema.items()
    }
    return all(below.get("allOf", [True])) and any(below.get("anyOf", [True]))


def of_graph(graph: dict[str, Any]) -> Document:
    return parse(json.dumps({"openapi": "3.1.1", "components": {"schemas": graph}}), "a.json")


@given(GRAPHS, st.sampled_from(["text", 1.5, True, None]))
def test_every_circle_means_the_same_to_every_validator(graph: dict[str, Any], value: Any) -> None:
    for name, schema in graph.items():
        standalone = Schemas(of_graph(graph)).standalone((*SCHEMAS, name))

        assert agreed(standalone, value) == asked(graph, schema, value, frozenset(name))
