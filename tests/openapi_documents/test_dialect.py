"""Schemas of every OpenAPI version as JSON Schema 2020-12, alone and self-contained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from openapi_documents import DocumentError, load, parse
from openapi_documents.dialect import Schemas
from tests.openapi_documents.samples import SCHEMAS, agreed, contract, fits


def test_nullable_and_exclusive_bounds_of_openapi_3_0() -> None:
    document = contract(
        "3.0.3",
        """
        A: {type: string, nullable: true, enum: [a, b]}
        B: {type: integer, minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: false}
        C: {$ref: '#/components/schemas/B', minimum: 100}
        """,
    )

    assert [fits(document, "A", one) for one in ("a", None, "c")] == [True, True, False]
    assert [fits(document, "B", one) for one in (1, 2, 3, 4)] == [False, True, True, False]
    assert fits(document, "C", 2)  # beside `$ref` nothing counts


def test_what_stands_beside_a_reference_counts_from_3_1_on() -> None:
    document = contract(
        "3.1.1",
        "A: {$ref: '#/components/schemas/B', minimum: 5}\nB: {type: integer, exclusiveMinimum: 1}",
    )

    assert [fits(document, "A", one) for one in (1, 4, 5)] == [False, False, True]


def test_dynamic_references_keep_their_scope() -> None:
    document = contract(
        "3.1.1",
        """
        Tree:
          $id: https://example.com/tree
          $dynamicAnchor: node
          properties: {data: true, children: {type: array, items: {$dynamicRef: '#node'}}}
        Strict:
          $id: https://example.com/strict
          $dynamicAnchor: node
          $ref: tree
          unevaluatedProperties: false
        """,
    )

    assert fits(document, "Tree", {"children": [{"daat": 1}]})
    assert not fits(document, "Strict", {"children": [{"daat": 1}]})
    assert fits(document, "Strict", {"children": [{"data": 1}]})


def test_schemas_of_other_files_come_along(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(
        "openapi: 3.1.1\ncomponents: {schemas: {A: {items: {$ref: 'more.yaml#/B'}}}}"
    )
    (tmp_path / "more.yaml").write_text("B: {$ref: '#/C'}\nC: {type: integer}")
    document = load(tmp_path / "api.yaml")

    assert fits(document, "A", [1])
    assert not fits(document, "A", ["x"])


def test_a_marked_extension_tells_the_place_of_its_schema() -> None:
    document = contract("3.1.1", "A: {properties: {b: {x-rules: [1], x-other: 2}}}")

    definitions = Schemas(document, frozenset({"x-rules"})).standalone((*SCHEMAS, "A"))["$defs"]

    inner = definitions["#/components/schemas/A"]["properties"]["b"]
    assert inner == {"x-rules": "#/components/schemas/A/properties/b", "x-other": 2}


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ("A: {$ref: '#/components/schemas/No'}", "leads nowhere"),
        ("A: {items: {$ref: '#/components/schemas/A/items'}}", "leads back to itself"),
        ("A: 3", "the number 3 stands here, no schema"),
        ("A: {properties: {b: [1]}}", "a list stands here, no schema"),
        ("A: {$ref: 'https://example.com/a'}", "nothing is fetched"),
    ],
)
def test_what_is_no_schema_is_told_with_its_line(schema: str, sentence: str) -> None:
    with pytest.raises(DocumentError, match=sentence):
        Schemas(contract("3.1.1", schema)).standalone((*SCHEMAS, "A"))


@pytest.mark.parametrize(
    ("schema", "takes_null"),
    [
        ("{type: string, nullable: true}", True),
        ("{type: string, nullable: false}", False),
        ("{type: string, nullable: true, enum: [a]}", True),
        ("{type: string, nullable: true, enum: [a, null]}", True),
        ("{type: array, items: {type: string}, nullable: true}", True),
        ("{nullable: true, allOf: [{$ref: '#/components/schemas/Other'}]}", False),
        ("{nullable: true, $ref: '#/components/schemas/Other'}", False),
        ("{nullable: true, enum: [a]}", False),
        ("{nullable: true}", True),  # without a type null was allowed before
        ("{type: object, nullable: true, allOf: [{$ref: '#/components/schemas/Other'}]}", False),
        ("{oneOf: [{$ref: '#/components/schemas/Nullable'}, {type: integer}]}", True),
    ],
)
def test_nullable_adds_null_to_the_type_that_stands_beside_it(
    schema: str, takes_null: bool
) -> None:
    others = "Other: {type: object}\nNullable: {type: string, nullable: true}"

    assert fits(contract("3.0.3", f"A: {schema}\n{others}"), "A", None) is takes_null


def test_nullable_is_no_word_of_3_1() -> None:
    assert not fits(contract("3.1.1", "A: {type: string, nullable: true}"), "A", None)


def test_words_of_json_schema_that_3_0_does_not_have_name_nothing_there() -> None:
    document = contract(
        "3.0.3",
        """
        A: {$id: 'urn:a', $anchor: a, $dynamicAnchor: b, $schema: 'urn:x', items: {$ref: '#/components/schemas/B'}}
        B: {type: string, $dynamicRef: '#nothing', $defs: 3}
        """,
    )

    assert fits(document, "A", ["x"])
    assert not fits(document, "A", [1])


def test_a_discriminator_stays_where_it_is() -> None:
    document = contract("3.1.1", "A: {discriminator: {propertyName: a, mapping: {x: A}}}")

    [schema] = Schemas(document).standalone((*SCHEMAS, "A"))["$defs"].values()

    assert schema == {"discriminator": {"propertyName": "a", "mapping": {"x": "A"}}}


def test_properties_may_stand_behind_a_reference_of_their_own() -> None:
    document = contract(
        "3.0.3",
        """
        A: {type: object, properties: {$ref: '#/components/schemas/Parts', own: {type: string}}}
        Parts: {there: {type: integer, nullable: true}}
        """,
    )

    assert fits(document, "A", {"there": None, "own": "x"})
    assert not fits(document, "A", {"there": "x"})
    assert not fits(document, "A", {"own": 1})


def test_what_a_value_says_of_references_is_no_reference() -> None:
    lure = "{$ref: 'http://127.0.0.1:9/a', $id: 'http://127.0.0.1:9/b', $anchor: a}"
    document = contract(
        "3.1.1",
        f"A: {{example: {lure}, examples: [{lure}], default: {lure}, x-more: {lure}, const: {lure}}}",
    )

    value = {"$ref": "http://127.0.0.1:9/a", "$id": "http://127.0.0.1:9/b", "$anchor": "a"}
    assert fits(document, "A", value)
    assert not fits(document, "A", {})


def test_a_place_that_is_a_reference_itself_is_followed() -> None:
    document = contract("3.1.1", "A: {type: string}")

    place = (*SCHEMAS, "A", "type")
    with pytest.raises(DocumentError, match="the text 'string' stands here, no schema"):
        Schemas(document).standalone(place)
    with pytest.raises(DocumentError, match="nothing stands here, no schema"):
        Schemas(document).standalone((*SCHEMAS, "B"))


def test_schemas_nested_as_deep_as_a_document_may_be_need_no_more_stack_than_there_is() -> None:
    deep: dict[str, object] = {"type": "integer"}
    for _ in range(190):
        deep = {"items": deep}
    document = parse(
        json.dumps({"openapi": "3.1.1", "components": {"schemas": {"A": deep}}}), "api.json"
    )

    assert Schemas(document).standalone((*SCHEMAS, "A"), "request")


def test_references_that_double_at_each_step_are_one_definition_each() -> None:
    steps = {
        f"E{n}": {"allOf": [{"$ref": f"#/components/schemas/E{n + 1}"}] * 3, "required": ["a"]}
        for n in range(200)
    }
    schemas = {**steps, "E200": {"properties": {"a": {"readOnly": True}}}}
    document = parse(
        json.dumps({"openapi": "3.1.1", "components": {"schemas": schemas}}), "api.json"
    )

    assert len(Schemas(document).standalone((*SCHEMAS, "E0"), "request")["$defs"]) == 201


def test_what_was_converted_once_is_shared() -> None:
    document = contract(
        "3.1.1",
        "A: {items: {$ref: '#/components/schemas/C'}}\nB: {$ref: '#/components/schemas/C'}\nC: {}",
    )
    schemas = Schemas(document)

    first = schemas.standalone((*SCHEMAS, "A"))["$defs"]
    second = schemas.standalone((*SCHEMAS, "B"))["$defs"]

    assert first["#/components/schemas/C"] is second["#/components/schemas/C"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)
LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["object", "array", "string", "integer", "null"]),
        "const": JSON,
        "enum": st.lists(JSON, min_size=1, max_size=2),
        "minLength": st.integers(0, 3),
        "required": st.lists(st.text(max_size=2), max_size=2, unique=True),
        "uniqueItems": st.booleans(),
    },
)
SCHEMA = st.recursive(
    LEAVES | st.booleans(),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.text(max_size=3), inner, max_size=2),
            "items": inner,
            "not": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "additionalProperties": inner,
            "if": inner,
            "then": inner,
        },
    ),
    max_leaves=6,
)


@given(SCHEMA, JSON)
def test_a_schema_of_json_schema_means_the_same_as_before(schema: Any, value: Any) -> None:
    document = parse(
        json.dumps({"openapi": "3.1.1", "components": {"schemas": {"A": schema}}}), "api.json"
    )

    standalone = Schemas(document).standalone((*SCHEMAS, "A"))

    assert agreed(standalone, value) == Draft202012Validator(schema).is_valid(value)


def test_an_upper_bound_of_thousands_is_left_out_where_no_engine_holds_it() -> None:
    """As vendors write it; Python's engine counts repeats instead of unrolling them."""
    document = parse(
        "openapi: 3.1.1\ncomponents: {schemas: {A: {pattern: '^[a-z ]{1,262144}$'}}}", "api.yaml"
    )
    place = ("components", "schemas", "A")

    def pattern(schemas: Schemas) -> str:
        (definition,) = schemas.standalone(place)["$defs"].values()
        return str(definition["pattern"])

    assert pattern(Schemas(document)) == "^[a-z ]{1,}$"
    assert "{1,262144}" in pattern(Schemas(document, patterns="python"))


def test_patterns_mean_the_same_to_both_validators() -> None:
    document = contract(
        "3.1.1",
        """
        A: {pattern: '^\\p{L}+$'}
        B: {patternProperties: {'^\\d$': {type: integer}, '^[0-9]$': {minimum: 2}}, additionalProperties: false}
        C: {allOf: [{patternProperties: {'^\\p{Lu}$': true}}], unevaluatedProperties: false}
        """,
    )

    assert [fits(document, "A", one) for one in ("é", "1", "é\n")] == [True, False, False]
    assert [fits(document, "B", one) for one in ({"1": 2}, {"1": 1}, {"٣": 1}, {"1\n": 2})] == [
        True, False, False, False,
    ]  # fmt: skip
    assert [fits(document, "C", one) for one in ({"É": 1}, {"é": 1})] == [True, False]


def test_schemas_with_ids_stand_within_each_other() -> None:
    document = contract(
        "3.1.1",
        """
        A:
          $id: https://example.com/a
          allOf: [{$id: part, required: [x], properties: {x: {$ref: '#/$defs/n'}}, $defs: {n: {type: integer}}}]
          properties: {y: {$id: inner, type: string}, z: {$ref: part}, w: {$ref: 'part#/$defs/n'}}
        """,
    )

    assert fits(document, "A", {"x": 1, "y": "a", "z": {"x": 2}, "w": 3})
    for wrong in ({}, {"x": "a"}, {"x": 1, "y": 1}, {"x": 1, "z": {}}, {"x": 1, "w": "a"}):
        assert not fits(document, "A", wrong)


def test_a_dynamic_reference_without_an_anchor_of_its_kind_is_a_plain_one() -> None:
    document = contract(
        "3.1.1",
        """
        A: {$dynamicRef: '#/components/schemas/B', $ref: '#/components/schemas/C', allOf: [{minimum: 3}]}
        B: {type: integer}
        C: {maximum: 5}
        D: {$dynamicRef: '#node'}
        E: {$anchor: node, type: string}
        F: {$dynamicAnchor: dynamic, type: boolean}
        G: {$dynamicRef: '#dynamic'}
        """,
    )

    assert [fits(document, "A", one) for one in (4, 2, 6, 4.5)] == [True, False, False, False]
    assert [fits(document, "D", one) for one in ("a", 1)] == [True, False]
    assert [fits(document, "G", one) for one in (True, 1)] == [True, False]
