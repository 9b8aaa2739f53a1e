"""The reference validator: nothing is fetched, every search ends, and each fault has its place."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing.exceptions import Unresolvable

from contract_tests.reading.patterns import PatternError
from contract_tests.reading.validators import Validator, fits
from tests.contract_tests.plain_servers import answering, serving


def test_no_reference_is_fetched() -> None:
    with serving(answering(200, b'{"type": "integer"}')) as (base_url, got):
        with pytest.raises(Unresolvable):
            Validator({"$ref": f"{base_url}/schema.json"}).is_valid(1)
        assert fits({"$ref": f"{base_url}/schema.json"}, 1)
        assert Validator({"$schema": f"{base_url}/dialect", "type": "integer"}).is_valid(1)
    assert got == []


def test_no_file_is_read() -> None:
    with pytest.raises(Unresolvable):
        Validator({"$ref": "file:///etc/hostname"}).is_valid("x")


def test_a_search_that_has_no_end_is_told() -> None:
    with pytest.raises(PatternError, match="takes more than 1 s"):
        Validator({"pattern": "^(a|aa)+$"}).is_valid("a" * 60 + "!")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"required": ["a"]}, {}),
        ({"properties": {"a": {"type": "string", "maxLength": 2}}}, {"a": "abc"}),
        ({"properties": {"a": {"minimum": 3}, "b": {"minimum": 3}}}, {"a": 2, "b": 2}),
        ({"patternProperties": {"^a": {"type": "integer"}}}, {"ab": "x", "b": "x"}),
        ({"format": "date-time"}, "yesterday"),
        ({"items": {"pattern": "^a$"}}, ["a", "b"]),
        ({"allOf": [{"properties": {"a": {"allOf": [{"type": "null"}]}}}]}, {"a": 1}),
        ({"$defs": {"a": {"items": {"type": "null"}}}, "items": {"$ref": "#/$defs/a"}}, [[1], [2]]),
        (
            {
                "$defs": {"a": {"type": "null"}},
                "anyOf": [False, {"$ref": "#/$defs/a"}],
                "items": {"$id": "urn:b", "items": {"$ref": "#/$defs/a"}, "$defs": {"a": False}},
            },
            [[1], [2]],
        ),
        (
            {
                "properties": {"a": {"$ref": "urn:any"}, "b": {"$ref": "urn:full"}},
                "$defs": {
                    "any": {
                        "$id": "urn:any", "$dynamicAnchor": "node",
                        "properties": {"next": {"$dynamicRef": "#node"}},
                    },
                    "full": {
                        "$id": "urn:full", "$dynamicAnchor": "node", "required": ["c"],
                        "allOf": [{"$ref": "urn:any"}],
                    },
                },
            },
            {"a": {"next": {}}, "b": {"c": 1, "next": {}}},
        ),
    ],
)  # fmt: skip
def test_it_finds_what_the_reference_finds_at_the_same_place(
    schema: dict[str, object], value: object
) -> None:
    known = Validator(schema)
    reference = Draft202012Validator(
        schema, format_checker=Draft202012Validator.FORMAT_CHECKER
    ).iter_errors(value)
    expected = places(reference)
    assert expected
    assert places(known.errors(value)) == places(known.errors(value)) == expected


def places(errors: Iterable[ValidationError]) -> list[object]:
    return [
        (list(one.absolute_path), list(one.absolute_schema_path), one.validator) for one in errors
    ]


def test_what_fits_once_is_not_looked_at_again_and_what_does_not_is() -> None:
    known = Validator({"properties": {"a": {"type": "integer"}}})
    assert [len(list(known.errors({"a": one}))) for one in (1, 1, "x", "x", 1)] == [0, 0, 1, 1, 0]


@pytest.mark.parametrize(("more", "is_valid"), [({}, False), ({"examples": ["7-x"]}, True)])
def test_a_format_that_the_schemas_own_examples_lack_is_not_asserted(
    more: dict[str, object], is_valid: bool
) -> None:
    assert Validator({"type": "string", "format": "uuid", **more}).is_valid("8-y") is is_valid
