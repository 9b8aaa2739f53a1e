"""What a value looks like that is made for an answer: full as far as is good to read, and always valid."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from mock_server.examples.search import NoInstanceError
from mock_server.examples.smallest import Standalone
from openapi_documents import parse
from openapi_documents.dialect import Schemas

TEST = "#/components/schemas/Test"


def usual(schema: Any, version: str = "3.1.1", **others: Any) -> Any:
    """Return the value that is made of a schema among other ones, and prove it by the reference."""
    document = {"openapi": version, "components": {"schemas": {**others, "Test": schema}}}
    schemas = Schemas(parse(json.dumps(document), "test.json"))
    standalone = schemas.standalone(("components", "schemas", "Test"), "response")
    found = Standalone(standalone).usual(TEST)
    jsonschema.Draft202012Validator(standalone).validate(found)
    return found


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def having(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_optional_members_are_given_in_the_order_of_their_declaration() -> None:
    schema = having(
        title={"type": "string", "example": "Work"},
        count={"type": "integer", "default": 3},
        state={"enum": ["open", "done"]},
        kind={"const": "task"},
        note={"type": "string"},
    )

    assert list(usual({**schema, "required": ["note"]}).items()) == [
        ("title", "Work"), ("count", 3), ("state", "open"), ("kind", "task"), ("note", "string"),
    ]  # fmt: skip


def test_below_the_third_level_only_members_that_say_their_value_are_given() -> None:
    below = having(plain={"type": "integer"}, said={"type": "integer", "example": 7})

    found = usual(having(a=having(b=having(c={**below, "minProperties": 0}))))

    assert found == {"a": {"b": {"c": {"said": 7}}}}


def test_a_large_value_is_cut_at_a_higher_level() -> None:
    wide = having(**{f"m{number}": {"type": "integer"} for number in range(100)})

    found = usual(having(**{name: having(x=wide, y=wide) for name in "abc"}))

    assert found == {name: {"x": {}, "y": {}} for name in "abc"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "array", "items": {"type": "integer"}}, [0]),
        ({"type": "array", "items": having(n={"type": "integer"})}, [{"n": 0}]),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 0}, []),
        ({"type": "array", "items": False}, []),
        (
            {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]},
            [0, "string"],
        ),
        ({"prefixItems": [{"type": "string"}], "items": False, "minItems": 1}, ["string"]),
        ({"type": "array", "contains": {"type": "integer", "exclusiveMinimum": 20}}, [21]),
        ({"type": "array", "contains": {"const": 5}, "minContains": 2, "maxItems": 2}, [5, 5]),
    ],
)
def test_a_list_has_an_item_and_a_tuple_all_of_its_places(schema: Any, value: Any) -> None:
    assert usual(schema) == value
    assert usual(having(listed=schema)) == {"listed": value}


def test_what_only_requests_have_is_never_given() -> None:
    secret = {"type": "string", "writeOnly": True}
    user = {**having(name={"type": "string"}, pw=secret, pin={"allOf": [ref("Pin")]}),
            "required": ["pw", "name"], "example": {"name": "Ann", "pw": "1234"}}  # fmt: skip

    assert usual(having(user=ref("User")), User=user, Pin=secret) == {"user": {"name": "Ann"}}


def test_a_schema_that_holds_itself_is_shown_in_itself_once() -> None:
    node = having(id={"type": "integer"}, children={"type": "array", "items": ref("Test")})
    pet = having(name={"type": "string"}, owner=ref("Owner"))

    assert usual(node) == {"id": 0, "children": [{"id": 0, "children": []}]}
    assert usual(pet, Owner=having(pets={"type": "array", "items": ref("Test")})) == {
        "name": "string",
        "owner": {"pets": [{"name": "string"}]},
    }


def test_a_schema_that_must_hold_itself_has_no_value() -> None:
    endless = {**having(agent={"oneOf": [ref("Test"), ref("User")]}), "required": ["agent"]}

    with pytest.raises(NoInstanceError):
        usual(endless, User={"allOf": [ref("Test"), having(id={"type": "string"})]})


def test_the_examples_of_the_parts_of_a_schema_are_merged() -> None:
    schema = {"allOf": [ref("Named"), {**having(age={"type": "integer"}), "example": {"age": 7}}]}
    named = {**having(name={"type": "string"}, tag={"type": "string"}), "example": {"name": "Rex"}}

    assert usual(schema, Named=named) == {"name": "Rex", "tag": "string", "age": 7}


def test_the_example_of_the_whole_goes_before_those_of_its_parts() -> None:
    part = {**having(name={"type": "string"}), "example": {"name": "Rex"}}
    schema = {"allOf": [ref("Part"), having(age={"type": "integer"})], "example": {"age": 1}}

    assert usual(schema, Part=part) == {"age": 1}


def test_a_part_of_which_the_example_does_not_fit_is_made() -> None:
    part = {**having(name={"type": "string"}), "example": {"name": 1}}

    assert usual({"allOf": [ref("Part"), having(age={"type": "integer"})]}, Part=part) == {
        "name": "string",
        "age": 0,
    }


def test_options_that_overlap_give_a_value_that_only_one_takes() -> None:
    options = [
        {"required": ["token"], **having(token={"type": "string"}, **{name: {"type": "string"}})}
        for name in ("scope", "id_token")
    ]
    found = usual({"oneOf": options})

    assert found["token"] == "string"
    assert sum(jsonschema.Draft202012Validator(one).is_valid(found) for one in options) == 1


def test_three_options_that_overlap_give_a_value_that_only_one_takes() -> None:
    options = [having(**{name: {"type": "integer"}}) for name in ("a", "b", "c")]

    found = usual({"oneOf": options})

    assert sum(jsonschema.Draft202012Validator(one).is_valid(found) for one in options) == 1


def test_members_that_must_not_stand_together_do_not() -> None:
    schema = {
        **having(a={"type": "integer"}, b={"type": "integer"}),
        "not": {"required": ["a", "b"]},
    }

    assert usual(schema) == {"b": 0}


def test_members_that_require_others_bring_them() -> None:
    schema = having(card={"type": "string"}, cvc={"type": "string"})

    assert usual({**schema, "dependentRequired": {"card": ["cvc"]}}) == {
        "card": "string",
        "cvc": "string",
    }
    assert usual({**schema, "dependentRequired": {"card": ["none"]}}) == {"cvc": "string"}


def test_a_text_that_holds_json_holds_a_value_of_its_schema() -> None:
    inner = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    coded = {"type": "string", "contentMediaType": "application/json", "contentSchema": inner}

    assert json.loads(usual(coded)) == {"n": 0}
    assert usual({**coded, "contentMediaType": "text/plain"}) == "string"
    assert usual({**coded, "maxLength": 3}) != '{"n": 0}'


def test_a_condition_is_kept() -> None:
    schema = {
        **having(kind={"enum": ["co", "person"]}, vat={"type": "integer"}),
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "co"}}},
        "then": {"required": ["vat"], "properties": {"vat": {"minimum": 7}}},
    }

    assert usual(schema) in ({"kind": "person", "vat": 0}, {"kind": "co", "vat": 7})


def test_a_dynamic_reference_leads_to_the_outermost_anchor() -> None:
    tree = {
        "$id": "https://example.com/tree",
        "$dynamicAnchor": "node",
        **having(children={"type": "array", "items": {"$dynamicRef": "#node"}}),
    }
    strict = {
        "$id": "https://example.com/strict",
        "$dynamicAnchor": "node",
        "$ref": "tree",
        "required": ["name"],
        "properties": {"name": {"type": "string"}},
    }
    holder = {"type": "array", "items": ref("Strict"), "minItems": 1}

    found = usual({**having(all=holder)}, Tree=tree, Strict=strict)

    assert found["all"][0]["name"] == "string"


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "maxLength": 3}, ""),
        ({"type": "string", "minLength": 8}, "aaaaaaaa"),
        ({"type": "string", "format": "date"}, "2000-01-01"),
        ({"type": "string", "format": "of-our-own"}, "string"),
        ({"type": "string", "pattern": "^[A-Z]{2}$"}, "AA"),
        ({"type": "string", "contentEncoding": "base64"}, "AA=="),
        ({"type": "string", "example": 5}, "string"),
        ({"type": ["string", "null"]}, "string"),
    ],
)
def test_a_text_of_which_nothing_is_asked_says_that_it_is_one(schema: Any, value: str) -> None:
    assert usual(having(text=schema)) == {"text": value}


def test_variants_differ_from_each_other_and_fit() -> None:
    schema = {**having(n={"type": "integer"}), "required": ["n"]}
    variants = Standalone(schema).variants("#")

    found = [json.dumps(next(variants)) for _ in range(5)]

    assert len(set(found)) == 5
