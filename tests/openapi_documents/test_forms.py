"""What has not the form that OpenAPI gives it is told with its line, and nothing else is."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest

from openapi_documents import DocumentError, parse, shipped
from openapi_documents.dialect import Schemas
from openapi_documents.forms import check
from openapi_documents.load import load


def told(text: str, version: str = "3.1.1") -> list[str]:
    document = parse(f"openapi: {version}\n{text}", "api.yaml")
    return [str(error).removeprefix("api.yaml:") for error in check(document)]


@pytest.mark.parametrize(
    "path", sorted(shipped.folder("openapi").glob("*.yaml")), ids=lambda path: path.stem
)
def test_the_shipped_contracts_have_their_forms(path: object) -> None:
    assert check(load(str(path))) == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("paths: 3", "2: the number 3 stands here under paths, a mapping is expected"),
        ("paths: {/a: {parameters: {a: 1}}}", "2: a mapping stands here under parameters, a list is expected"),
        ("paths: {/a: {get: {operationId: 5}}}", "2: the number 5 stands here under operationId, a text is expected"),
        ("paths: {/a: {get: {tags: [x, 3]}}}", "2: the number 3 stands here under tags, a text is expected"),
        ("paths: {/a: {get: {responses: [x]}}}", "2: a list stands here under responses, a mapping is expected"),
        ("paths: {/a: {get: {parameters: [{in: 1}]}}}", "2: the number 1 stands here under in, a text is expected"),
        ("components: {requestBodies: {a: {required: no}}}", "2: the text 'no' stands here under required, true or false"),
        ("security: {a: []}", "2: a mapping stands here under security, a list is expected"),
        ("security: [{a: x}]", "2: the text 'x' stands here under a, a list is expected"),
        ("servers: [{url: null}]", "2: nothing (null) stands here under url, a text is expected"),
        ("components: {securitySchemes: {a: {flows: {b: {tokenUrl: 1}}}}}", "2: the number 1 stands here under tokenUrl"),
        ("components: {links: {a: {operationRef: []}}}", "2: an empty list stands here under operationRef, a text is expected"),
        ("components: {examples: {a: {externalValue: 1}}}", "2: the number 1 stands here under externalValue, a text"),
        ("components: {parameters: {a: {$ref: 5}}}", "2: the number 5 stands here under $ref, a text is expected"),
    ],
)  # fmt: skip
def test_a_value_of_a_wrong_type_is_one_sentence(text: str, sentence: str) -> None:
    [error] = told(text)
    assert error.startswith(sentence)


def test_a_type_that_nobody_knows_is_told_with_the_one_that_was_meant() -> None:
    assert told("components: {schemas: {A: {type: strng}}}") == [
        "2: the text 'strng' stands here under type, one of array, boolean, integer, null, number, object, "
        "string, or a list of them, is expected. Did you mean string?"
    ]


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ("{type: strng}", "the text 'strng' stands here under type, one of array, boolean"),
        ("{type: []}", "an empty list stands here under type, one of array"),
        ("{type: [string, 3]}", "the number 3 stands here under type, one of array"),
        ("{required: id}", "the text 'id' stands here under required, a list is expected"),
        ("{required: [{}]}", "an empty mapping stands here under required, a text is expected"),
        ("{minLength: -1}", "the number -1 stands here under minLength, an integer from 0 on is expected"),
        ("{minLength: 1.5}", "the number 1.5 stands here under minLength, an integer from 0 on is expected"),
        ("{maximum: '3'}", "the text '3' stands here under maximum, a number is expected"),
        ("{exclusiveMinimum: true}", "true stands here under exclusiveMinimum, a number is expected"),
        ("{multipleOf: 0}", "the number 0 stands here under multipleOf, a number above 0 is expected"),
        ("{pattern: 3}", "the number 3 stands here under pattern, a text is expected"),
        ("{enum: a}", "the text 'a' stands here under enum, a list is expected"),
        ("{allOf: []}", "an empty list stands here under allOf, a list of one schema and more is expected"),
        ("{allOf: {}}", "an empty mapping stands here under allOf, a list is expected"),
        ("{properties: [a]}", "a list stands here under properties, a mapping is expected"),
        ("{items: [{}]}", "a list stands here under items, a mapping is expected"),
        ("{uniqueItems: 1}", "the number 1 stands here under uniqueItems, true or false is expected"),
        ("{$dynamicAnchor: a b}", "the text 'a b' stands here under $dynamicAnchor, a name of letters"),
        ("{dependentRequired: {a: b}}", "the text 'b' stands here under a, a list is expected"),
        ("{discriminator: {mapping: {a: 1}}}", "the number 1 stands here under a, a text is expected"),
        ("{discriminator: {propertyName: {}}}", "an empty mapping stands here under propertyName, a text is expected"),
        ("{pattern: (}", "the pattern ( cannot be compiled"),
        ("{pattern: '((a{100}){100}){100}'}", "the pattern ((a{100}){100}){100} cannot be compiled"),
        ("{patternProperties: {'[': {}}}", "the pattern [ cannot be compiled"),
        ("{pattern: " + "x" * 50_001 + "}", "the pattern " + "x" * 60 + "... cannot be compiled"),
    ],
)  # fmt: skip
def test_a_word_of_a_schema_without_its_form_is_told_before_any_validator_sees_it(
    schema: str, sentence: str
) -> None:
    text = f"components:\n  schemas:\n    A:\n      {schema}"
    document = parse(f"openapi: 3.1.1\n{text}", "api.yaml")

    [error] = told(text)
    assert error.startswith(f"5: {sentence}")
    with pytest.raises(DocumentError, match=r"api\.yaml:5: "):
        Schemas(document).standalone(("components", "schemas", "A"))


@pytest.mark.parametrize(
    "schema",
    [
        "{exclusiveMinimum: true, minimum: 1, nullable: true, type: string}",
        "{exclusiveMinimum: 3}",
        "{type: string, $id: 5, const: 1, dependentRequired: {a: [b, b]}}",
        "{type: integer, format: int32, x-more: {pattern: '('}, example: {pattern: '('}}",
        "{title: 5, description: [x], deprecated: maybe, format: 3, examples: {a: {value: 1}}}",
        "{required: [a, a], minLength: 3.0, enum: [], default: {type: x}}",
        "{pattern: '^\\p{L}+$', patternProperties: {'^[^/]*$': {}}}",
    ],
)
def test_what_others_have_written_and_nobody_stumbles_over_is_left_alone(schema: str) -> None:
    text = f"components: {{schemas: {{A: {schema}}}}}"
    document = parse(f"openapi: 3.0.3\n{text}", "api.yaml")

    assert told(text, "3.0.3") == []
    assert jsonschema_rs.Draft202012Validator(
        Schemas(document).standalone(("components", "schemas", "A"))
    )


# -- sizes -----------------------------------------------------------------------------------------

TOLD = "no memory holds a value of this size"


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ("{minItems: 100000000}", f"{TOLD}: minItems is 100000000"),
        ("{minLength: 100000000}", f"{TOLD}: minLength is 100000000"),
        ("{minProperties: 1.0e+9}", f"{TOLD}: minProperties is 1000000000.0"),
        ("{minContains: 1" + "0" * 400 + "}", f"{TOLD}: minContains is 1" + "0" * 39 + "..."),
        ("{type: array, minItems: 5000, items: {type: array, minItems: 5000}}", f"{TOLD}, not even of the smallest"),
        ("{minItems: 9000, items: {$ref: '#/components/schemas/B'}}", f"{TOLD}, not even of the smallest"),
        ("{minItems: 9000, items: {allOf: [{minLength: 9000}]}}", f"{TOLD}, not even of the smallest"),
        ("{minItems: 9000, items: {required: [b], properties: {b: {minLength: 9000}}}}", f"{TOLD}, not even of the smallest"),
        ("{minItems: 9000, items: {anyOf: [{minLength: 9000}, {minLength: 9001}]}}", f"{TOLD}, not even of the smallest"),
    ],
)  # fmt: skip
def test_a_size_that_no_memory_holds_is_told(schema: str, sentence: str) -> None:
    text = f"components:\n  schemas:\n    A: {schema}\n    B: {{minLength: 9000}}"

    assert told(text) == [f"4: {sentence}"]


@pytest.mark.parametrize(
    "schema",
    [
        "{minItems: 100000}",
        "{maxItems: 100000000, maxLength: 1000000000}",
        "{minLength: 1000000}",
        "{minItems: 9000, items: {anyOf: [{minLength: 9000}, {}]}}",
        "{minItems: 9000, items: {properties: {b: {minLength: 9000}}}}",
        "{items: {minItems: 900, items: {minLength: 9000}}, minItems: 0, maxItems: 3, anyOf: [true]}",
        "{required: [a], properties: {a: {$ref: '#/components/schemas/A'}}}",
        "{minItems: 2, items: {$ref: '#/components/schemas/A'}}",
        "{minItems: 9000, items: {$ref: '#/nowhere'}}",
    ],
)
def test_a_size_that_memory_holds_or_that_nobody_reaches_is_none(schema: str) -> None:
    assert told(f"components: {{schemas: {{A: {schema}}}}}") == []


def test_members_that_double_at_each_step_are_told_once() -> None:
    steps = {
        f"E{n}": {
            "required": ["a", "b"],
            "properties": {one: {"$ref": f"#/components/schemas/E{n + 1}"} for one in "ab"},
        }
        for n in range(300)
    }
    document = parse(
        json.dumps(
            {"openapi": "3.1.1", "components": {"schemas": {**steps, "E300": {}}}}, indent=1
        ),
        "api.json",
    )

    assert [error.reason for error in check(document)] == [f"{TOLD}, not even of the smallest"]


def test_a_chain_of_schemas_needs_no_stack() -> None:
    steps = {f"C{n}": {"allOf": [{"$ref": f"#/components/schemas/C{n + 1}"}]} for n in range(3000)}
    schemas = {**steps, "C3000": {"minLength": 100_000_000}}
    document = parse(
        json.dumps({"openapi": "3.1.1", "components": {"schemas": schemas}}), "api.json"
    )

    assert [error.reason for error in check(document)] == [f"{TOLD}: minLength is 100000000"]
