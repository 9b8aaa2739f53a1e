"""The smallest valid value of a schema, judged by the reference implementation of JSON Schema."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator

from mock_server.examples import smallest as values
from mock_server.examples.search import NoInstanceError
from openapi_documents import parse
from openapi_documents.dialect import Schemas

NEW = {"openapi": "3.1.1"}
OLD = {"openapi": "3.0.3"}
TEST = "#/components/schemas/Test"


def holds(schema: Any, value: Any) -> bool:
    """Ask the reference implementation."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema, format_checker=checker).is_valid(value)


def the_reference_can_read(schema: Any) -> bool:
    """Whether the pattern is one of Python's: ECMA-262 and jsonschema-rs know more."""
    try:
        re.compile(schema.get("pattern", "") if isinstance(schema, dict) else "")
    except re.error:
        return False
    return True


def smallest(schema: Any, document: dict[str, Any]) -> Any:
    """Return the smallest value of a schema that stands in the components of a document as Test."""
    components = document.get("components", {})
    schemas = {**components.get("schemas", {}), "Test": schema}
    whole = {**document, "components": {**components, "schemas": schemas}}
    place = ("components", "schemas", "Test")
    standalone = Schemas(parse(json.dumps(whole), "test.json")).standalone(place, "response")
    return values.Standalone(standalone).smallest(TEST)


def document(**schemas: Any) -> dict[str, Any]:
    return {"openapi": "3.1.1", "components": {"schemas": schemas}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


# --- The table: a schema, and the value that is expected of it ---------------------------------

NUMBERS = [
    ({"type": "integer"}, 0),
    ({"type": "integer", "minimum": 3}, 3),
    ({"type": "integer", "maximum": -3}, -3),
    ({"type": "integer", "exclusiveMinimum": 3}, 4),
    ({"type": "integer", "minimum": 3.5}, 4),
    ({"type": "integer", "minimum": 10, "multipleOf": 7}, 14),
    ({"type": "integer", "multipleOf": 0.5, "minimum": 1}, 1),
    ({"type": "number", "exclusiveMinimum": 0}, 1),
    ({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}, 0.5),
    ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
    ({"type": "number", "minimum": 0.005, "multipleOf": 0.01}, 0.01),
    ({"allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "minimum": 1, "type": "integer"}, 12),
]

TEXTS = [
    ({"type": "string"}, ""),
    ({"type": "string", "minLength": 3}, "aaa"),
    ({"type": "string", "pattern": "^[A-Z]{3}$"}, "AAA"),
    ({"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}, "0"),
    ({"type": "string", "pattern": "^[a-z]+$", "minLength": 4}, "aaaa"),
    ({"type": "string", "pattern": "^(?!00)[0-9]{2}$"}, "10"),
    ({"type": "string", "pattern": "^(red|green)$", "not": {"const": "red"}}, "green"),
    ({"type": "string", "pattern": "^(?<year>\\d{4})-\\p{Lu}\\p{Ll}+$"}, "0000-Aa"),
    ({"type": "string", "pattern": "-", "minLength": 3}, "-aa"),
    ({"type": "string", "pattern": "^.{0,262144}$"}, ""),
    ({"type": "string", "pattern": r"^\S+\.(?i)(jpeg|pdf)$"}, "0.jpeg"),
    ({"type": "string", "format": "uuid"}, "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    ({"type": "string", "format": "date"}, "2000-01-01"),
    ({"type": "string", "format": "date-time"}, "2000-01-01T00:00:00Z"),
    (
        {
            "type": "string",
            "format": "date-time",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$",
        },
        "2000-01-01T00:00:00Z",
    ),
    ({"type": "string", "format": "email"}, "a@example.com"),
    ({"type": "string", "format": "email", "maxLength": 6}, "a@b.c"),
    ({"type": "string", "format": "hostname"}, "example.com"),
    ({"type": "string", "format": "uri"}, "https://example.com/"),
    ({"type": "string", "format": "uri", "minLength": 22}, "https://example.com/aa"),
    ({"type": "string", "format": "ipv4"}, "192.0.2.1"),
    ({"type": "string", "format": "ipv6"}, "2001:db8::1"),
    ({"type": "string", "format": "byte"}, "AA=="),
    ({"type": "string", "format": "of-our-own"}, ""),
]

CHOICES = [
    ({}, {}),
    (True, {}),
    ({"type": "boolean"}, False),
    ({"type": "null"}, None),
    ({"type": ["null", "string"]}, ""),
    ({"enum": [None, "Pending", "Completed"]}, "Pending"),
    ({"const": {"a": [1]}}, {"a": [1]}),
    ({"enum": [1, 2, 3], "minimum": 2}, 2),
    ({"minimum": 2}, 2),
    ({"not": {"type": "object"}}, []),
    ({"type": "boolean", "not": {"const": False}}, True),
    ({"anyOf": [{"type": "string", "maxLength": 0, "minLength": 1}, {"type": "integer"}]}, 0),
    ({"type": "integer", "oneOf": [{"multipleOf": 3}, {"multipleOf": 5}]}, 3),
]

PREFERRED = [
    ({"type": "string", "example": "Bella"}, "Bella"),
    ({"type": "string", "examples": ["Bella", "Max"]}, "Bella"),
    ({"type": "string", "default": "Max"}, "Max"),
    ({"type": "string", "maxLength": 3, "examples": ["Bella", "Max"]}, "Max"),
    ({"type": "integer", "example": "seven"}, 0),
    ({"enum": ["a", "b"], "example": "b"}, "b"),
    ({"required": ["n"], "properties": {"n": {"type": "integer", "example": 7}}}, {"n": 7}),
]

ARRAYS = [
    ({"type": "array", "items": {"type": "string"}}, []),
    ({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["", ""]),
    (
        {"type": "array", "items": {"type": "string"}, "minItems": 2, "uniqueItems": True},
        ["", "a"],
    ),
    ({"type": "array", "items": {"enum": [1, 2]}, "minItems": 2, "uniqueItems": True}, [1, 2]),
    ({"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 5}}, [5]),
    (
        {
            "type": "array",
            "items": {"type": "integer"},
            "contains": {"minimum": 5},
            "minContains": 2,
            "minItems": 3,
        },
        [0, 5, 5],
    ),
    (
        {"type": "array", "prefixItems": [{"type": "string"}, {"const": 1}], "minItems": 2},
        ["", 1],
    ),
    (
        {"type": "array", "prefixItems": [{"type": "string"}], "contains": {"type": "null"}},
        ["", None],
    ),
]

OBJECTS = [
    ({"type": "object", "properties": {"a": {"type": "string"}}}, {}),
    (
        {
            "type": "object",
            "required": ["b", "a"],
            "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
        },
        {"a": "", "b": 0},
    ),
    ({"type": "object", "required": ["a"], "additionalProperties": {"const": 1}}, {"a": 1}),
    (
        {"type": "object", "required": ["x-a"], "patternProperties": {"^x-": {"type": "null"}}},
        {"x-a": None},
    ),
    (
        {"type": "object", "minProperties": 1, "properties": {"a": {"type": "string"}}},
        {"a": ""},
    ),
    (
        {
            "type": "object",
            "minProperties": 2,
            "propertyNames": {"pattern": "^[a-z]{2}$"},
            "additionalProperties": {"type": "integer"},
        },
        {"aa": 0, "ba": 0},
    ),
    (
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}},
            "dependentRequired": {"a": ["b"], "b": ["c"]},
        },
        {"a": 1, "b": 2, "c": 3},
    ),
    (
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"const": 1}},
            "dependentSchemas": {"a": {"required": ["b"], "properties": {"b": {"const": 2}}}},
        },
        {"a": 1, "b": 2},
    ),
    (
        {
            "type": "object",
            "properties": {"kind": {"enum": ["a", "b"]}},
            "required": ["kind"],
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"required": ["more"], "properties": {"more": {"const": 1}}},
        },
        {"kind": "b"},
    ),
    (
        {
            "allOf": [
                {"required": ["a"], "properties": {"a": {"type": "string", "minLength": 1}}},
                {"required": ["b"], "properties": {"a": {"maxLength": 1}, "b": {"const": 1}}},
            ],
            "type": "object",
        },
        {"a": "a", "b": 1},
    ),
    (
        {
            "type": "object",
            "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
            "properties": {"a": False, "b": {"const": 2}},
        },
        {"b": 2},
    ),
    (
        {
            "oneOf": [
                {"type": "object", "properties": {"a": {"type": "integer"}}},
                {"type": "object", "required": ["b"], "properties": {"b": {"const": 2}}},
            ]
        },
        {},
    ),
]


@pytest.mark.parametrize(
    ("schema", "value"), [*NUMBERS, *TEXTS, *CHOICES, *PREFERRED, *ARRAYS, *OBJECTS], ids=repr
)
def test_the_smallest_value_of_a_schema_is_the_expected_one(schema: Any, value: Any) -> None:
    found = smallest(schema, NEW)

    assert json.dumps(found) == json.dumps(value)
    if the_reference_can_read(schema):
        assert holds(schema, found)


# --- OpenAPI 3.0 -------------------------------------------------------------------------------

OLD_SCHEMAS = [
    ({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, 4),
    ({"type": "integer", "minimum": 3, "exclusiveMinimum": False}, 3),
    ({"type": "integer", "maximum": -3, "exclusiveMaximum": True}, -4),
    ({"type": "string", "nullable": True}, ""),
    ({"type": "string", "nullable": True, "minLength": 2, "maxLength": 1}, None),
    ({"type": "string", "nullable": True, "example": None}, None),
    ({"type": "object", "required": ["nullable"], "properties": {"nullable": {"type": "string"}}},
     {"nullable": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value"), OLD_SCHEMAS, ids=repr)
def test_a_schema_of_openapi_3_0_is_read_as_3_0_means_it(schema: Any, value: Any) -> None:
    found = smallest(schema, OLD)

    assert found == value
    assert OAS30Validator(schema).is_valid(found)


def test_words_beside_a_reference_count_in_3_1_and_are_ignored_in_3_0() -> None:
    schema = {**ref("Name"), "minLength": 2}
    schemas = {"schemas": {"Name": {"type": "string"}}}

    assert smallest(schema, {**NEW, "components": schemas}) == "aa"
    assert smallest(schema, {**OLD, "components": schemas}) == ""


# --- References and recursion ------------------------------------------------------------------


def test_a_recursive_schema_ends_where_the_recursion_may_be_left_out() -> None:
    tree = {
        "type": "object",
        "required": ["children"],
        "properties": {"children": {"type": "array", "items": ref("Tree")}, "up": ref("Tree")},
    }

    assert smallest(ref("Tree"), document(Tree=tree)) == {"children": []}


def test_a_recursive_schema_ends_by_the_branch_that_does_not_recur() -> None:
    chain = {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"oneOf": [ref("Chain"), {"type": "null"}]}},
    }

    assert smallest(ref("Chain"), document(Chain=chain)) == {"next": None}


def test_a_schema_may_be_used_twice_side_by_side() -> None:
    base = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    named = {"allOf": [ref("Base"), {"required": ["name"], "properties": {"name": {"const": "a"}}}]}
    schemas = document(Base=base, Named=named, Both={"allOf": [ref("Base"), ref("Named")]})

    assert smallest(ref("Both"), schemas) == {"id": 0, "name": "a"}


def test_a_reference_may_point_into_a_path_with_braces() -> None:
    path = {"get": {"responses": {"200": {"content": {"a/json": {"schema": {"const": 7}}}}}}}
    contract = {**NEW, "paths": {"/n/{id}": path}}
    pointer = "#/paths/~1n~1{id}/get/responses/200/content/a~1json/schema"

    assert smallest({"$ref": pointer}, contract) == 7


# --- Discriminators ----------------------------------------------------------------------------


def test_the_discriminator_names_the_branch_that_was_taken() -> None:
    cat = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    told = {"propertyName": "kind", "mapping": {"kitty": "#/components/schemas/Cat"}}
    pet = {"oneOf": [ref("Cat")], "discriminator": told}

    assert smallest(ref("Pet"), document(Cat=cat, Pet=pet)) == {"kind": "kitty"}


def test_an_inherited_discriminator_names_the_schema_itself() -> None:
    pet = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind"},
    }
    cat = {"allOf": [ref("Pet"), {"type": "object"}]}

    assert smallest(ref("Cat"), document(Pet=pet, Cat=cat)) == {"kind": "Cat"}


# --- Nothing was found -------------------------------------------------------------------------

HOPELESS = [
    (False, "#"),
    ({"type": "string", "minLength": 2, "maxLength": 1}, "#"),
    ({"type": "string", "pattern": "^a$", "minLength": 2}, "#"),
    ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "#"),
    ({"type": "object", "required": ["a"], "properties": {"a": False}}, "#/properties/a"),
    ({"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True}, "#"),
]


@pytest.mark.parametrize(("schema", "pointer"), HOPELESS, ids=repr)
def test_a_schema_without_a_value_says_where_it_has_none(schema: Any, pointer: str) -> None:
    with pytest.raises(NoInstanceError) as caught:
        smallest(schema, NEW)

    assert caught.value.place == TEST + pointer[1:]
    assert len(str(caught.value)) < 300


def test_a_schema_that_holds_itself_without_an_end_is_named() -> None:
    endless = {"type": "object", "required": ["self"], "properties": {"self": ref("Endless")}}

    with pytest.raises(NoInstanceError, match="holds itself without an end") as caught:
        smallest(ref("Endless"), document(Endless=endless))

    assert caught.value.place == "#/components/schemas/Endless/properties/self"


def test_the_search_gives_up_after_a_bounded_effort() -> None:
    hopeless = {"type": "string", "allOf": [{"anyOf": [{}] * 9}] * 9, "not": {}}

    with pytest.raises(NoInstanceError):
        smallest(hopeless, NEW)


TOO_MUCH = [
    {"type": "array", "minItems": 10**8, "items": {"type": "string"}},
    {"type": "array", "minItems": 10**5, "uniqueItems": True, "items": {"type": "integer"}},
    {"type": "array", "minItems": 1000, "items": {"type": "array", "minItems": 1000}},
    {"type": "object", "minProperties": 10**9},
    {"type": "string", "minLength": 10**12},
]


@pytest.mark.parametrize("schema", TOO_MUCH, ids=repr)
def test_a_value_that_no_memory_holds_is_told_and_not_made(schema: Any) -> None:
    with pytest.raises(NoInstanceError):
        smallest(schema, NEW)


# --- Properties --------------------------------------------------------------------------------


def test_a_found_value_belongs_to_the_caller() -> None:
    standalone = values.Standalone({"const": {"a": []}})
    found: Any = standalone.smallest("#")
    found["a"].append(1)

    assert standalone.smallest("#") == {"a": []}


def texts() -> st.SearchStrategy[dict[str, Any]]:
    formats = ["uuid", "date", "date-time", "email", "ipv4", "ipv6", "hostname", "uri"]
    patterns = ["^[a-z]{2,5}$", "^[A-Z]{3}$", r"^\d+(\.\d{2})?$", "^(a|b)+$", "[0-9]"]
    return st.one_of(
        st.tuples(st.integers(0, 4), st.integers(0, 4)).map(
            lambda pair: {"type": "string", "minLength": pair[0], "maxLength": sum(pair)}
        ),
        st.sampled_from(formats).map(lambda name: {"type": "string", "format": name}),
        st.sampled_from(patterns).map(lambda pattern: {"type": "string", "pattern": pattern}),
    )


def numbers() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.tuples(st.integers(-20, 20), st.integers(0, 9)).map(
            lambda pair: {"type": "integer", "minimum": pair[0], "maximum": sum(pair)}
        ),
        st.tuples(st.sampled_from([0.25, 0.5, 3, 7]), st.integers(-50, 50)).map(
            lambda pair: {"type": "number", "multipleOf": pair[0], "minimum": pair[1]}
        ),
        st.integers(-9, 9).map(lambda low: {"type": "number", "exclusiveMinimum": low}),
    )


def leaves() -> st.SearchStrategy[Any]:
    others = [{}, True, {"type": "boolean"}, {"type": "null"}, {"enum": ["a", 1, None]}]
    return st.one_of(texts(), numbers(), st.sampled_from(others))


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Objects that can always be made: what is required is declared or free."""
    properties = draw(st.dictionaries(st.sampled_from("abcd"), inner, max_size=4))
    required = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=3))
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
    if draw(st.booleans()):
        schema["minProperties"] = draw(st.integers(0, 4))
    if draw(st.booleans()):
        schema["dependentRequired"] = {"a": ["b"]}
    if draw(st.booleans()):
        schema["additionalProperties"] = draw(inner)
    return schema


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Arrays that can always be made; only of items without number when they are unique."""
    schema: dict[str, Any] = {"type": "array", "items": draw(inner)}
    schema["minItems"] = draw(st.integers(0, 3))
    if draw(st.booleans()):
        schema["items"] = draw(st.sampled_from([{"type": "string"}, {"type": "integer"}, {}]))
        schema["uniqueItems"] = True
    if draw(st.booleans()):
        schema["prefixItems"] = draw(st.lists(inner, min_size=1, max_size=2))
        schema.pop("uniqueItems", None)
    return schema


def with_tag(branch: dict[str, Any], tag: int) -> dict[str, Any]:
    properties = {**branch["properties"], "tag": {"const": tag}}
    return {**branch, "properties": properties, "required": [*branch["required"], "tag"]}


def joined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    tagged = st.lists(objects(inner), min_size=1, max_size=3).map(
        lambda branches: {"oneOf": [with_tag(branch, tag) for tag, branch in enumerate(branches)]}
    )
    return st.one_of(
        tagged,
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"anyOf": some}),
        inner.map(lambda one: {"allOf": [one, {"description": "as above"}]}),
        inner.map(lambda one: {"if": {"type": "string"}, "then": {}, "else": True, "allOf": [one]}),
    )


SCHEMAS = st.recursive(
    leaves(), lambda inner: st.one_of(objects(inner), arrays(inner), joined(inner)), max_leaves=6
)
CALM = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@CALM
@given(SCHEMAS)
def test_a_schema_that_has_values_gives_one_that_the_reference_accepts(schema: Any) -> None:
    assert holds(schema, smallest(schema, NEW))


@CALM
@given(st.lists(SCHEMAS, min_size=2, max_size=3), st.sampled_from(["allOf", "oneOf"]))
@example([{"type": "integer"}, {"type": "number"}], "oneOf")
def test_what_is_found_is_valid_even_where_schemas_contradict(some: list[Any], word: str) -> None:
    schema = {word: some}
    # Where just one may fit, it counts what the two implementations make of a format.
    assume(word != "oneOf" or "format" not in json.dumps(some))
    try:
        found = smallest(schema, NEW)
    except NoInstanceError:
        assume(False)

    assert holds(schema, found)


@settings(CALM, max_examples=50)
@given(SCHEMAS)
def test_the_same_schema_always_gives_the_same_value(schema: Any) -> None:
    assert json.dumps(smallest(schema, NEW)) == json.dumps(smallest(schema, NEW))
