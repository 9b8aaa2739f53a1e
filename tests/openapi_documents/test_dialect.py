"""Schemas of every OpenAPI version as JSON Schema 2020-12, alone and self-contained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import referencing
import yaml

from openapi_documents import Document, DocumentError, load, parse
from openapi_documents.dialect import Schemas, Side

SCHEMAS = ("components", "schemas")


def contract(version: str, schemas: str) -> Document:
    return parse(
        yaml.safe_dump({"openapi": version, "components": {"schemas": yaml.safe_load(schemas)}}),
        "api.yaml",
    )


def fits(document: Document, name: str, value: object, side: Side = "both") -> bool:
    """Ask both validators that the rooms use, neither of which may retrieve anything."""
    schema = Schemas(document).standalone((*SCHEMAS, name), side)
    fast = jsonschema_rs.Draft202012Validator(schema).is_valid(value)
    reference: Any = jsonschema.Draft202012Validator(schema, registry=referencing.Registry())
    assert fast == reference.is_valid(value)
    return bool(fast)


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


@pytest.mark.parametrize("version", ["3.0.3", "3.1.1"])
def test_members_of_the_other_side_are_not_required(version: str) -> None:
    document = contract(
        version,
        """
        Plain:
          required: [id, secret, name]
          properties:
            id: {type: integer, readOnly: true}
            secret: {type: string, writeOnly: true}
            name: {type: string}
        Mark: {type: integer, readOnly: true}
        ByReference: {required: [id], properties: {id: {$ref: '#/components/schemas/Mark'}}}
        Base: {required: [id]}
        Split:
          allOf:
            - {$ref: '#/components/schemas/Base'}
            - {properties: {id: {readOnly: true}}}
        Nested: {required: [plain], properties: {plain: {$ref: '#/components/schemas/Plain'}}}
        """,
    )

    assert fits(document, "Plain", {"secret": "s", "name": "n"}, "request")
    assert not fits(document, "Plain", {"secret": "s"}, "request")
    assert fits(document, "Plain", {"id": 1, "name": "n"}, "response")
    assert not fits(document, "Plain", {"name": "n"}, "response")
    assert not fits(document, "Plain", {"name": "n", "id": 1}, "both")
    assert fits(document, "ByReference", {}, "request")
    assert fits(document, "Split", {}, "request")
    assert not fits(document, "Base", {}, "request")
    assert not fits(document, "Split", {}, "response")
    assert fits(document, "Nested", {"plain": {"secret": "s", "name": "n"}}, "request")


def test_a_recursive_schema_is_one_definition() -> None:
    document = contract(
        "3.1.1", "Tree: {type: object, properties: {c: {$ref: '#/components/schemas/Tree'}}}"
    )

    assert fits(document, "Tree", {"c": {"c": {}}})
    assert not fits(document, "Tree", {"c": {"c": 3}})
    assert list(Schemas(document).standalone((*SCHEMAS, "Tree"))["$defs"]) == [
        "#/components/schemas/Tree"
    ]


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
