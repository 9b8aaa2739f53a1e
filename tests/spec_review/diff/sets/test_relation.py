"""How the values of two schemas stand to each other: decided, shown, or left open."""

from __future__ import annotations

import pytest

from openapi_documents import Document, parse
from spec_review.diff.sets.plain import Travel
from spec_review.diff.sets.relation import Relation, Relations
from spec_review.diff.versions import Versions

PLACE = ("components", "schemas", "A")
REQUEST = Travel("request")
NEIGHBOURS = "    B: {type: object, required: [b], properties: {b: {type: integer}}}\n"


def document(schema: str, version: str = "3.1.1") -> Document:
    head = f"openapi: {version}\ninfo: {{title: A, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n"
    return parse(f"{head}    A: {schema}\n{NEIGHBOURS}", "a.yaml")


def relation(old: str, new: str, travel: Travel = REQUEST) -> Relation:
    return Relations(Versions(document(old), document(new))).of((PLACE, PLACE), travel)


def way(found: Relation) -> str:
    """`equal`, or the ways in which values were shown to go."""
    return "equal" if found.is_equal else " ".join(sorted(found.shown))


NARROWER = [
    ("{type: string}", "{type: string, maxLength: 3}"),
    ("{type: string, pattern: '^[a-z]+$'}", "{type: string, pattern: '^[a-z]{3}$'}"),
    ("{type: string}", "{type: string, format: date}"),
    ("{type: string, format: uri-reference}", "{type: string, format: uri}"),
    ("{type: integer, format: int64}", "{type: integer, format: int32}"),
    ("{type: number}", "{type: integer}"),
    ("{type: [string, 'null']}", "{type: string}"),
    ("{enum: [a, b]}", "{const: a}"),
    ("{type: object}", "{type: object, propertyNames: {maxLength: 3}}"),
    ("{type: object}", "{type: object, dependentRequired: {a: [b]}}"),
    ("{type: object}", "{type: object, if: {required: [a]}, then: {required: [b]}}"),
    ("{type: object, properties: {a: {}}}", "{type: object, properties: {a: {}}, unevaluatedProperties: false}"),
    ("{type: array, contains: {type: string}}", "{type: array, contains: {type: string}, minContains: 2}"),
    ("{type: array}", "{type: array, prefixItems: [{type: string}]}"),
    ("{type: array, prefixItems: [{type: string}, {type: [string, 'null']}]}",
     "{type: array, prefixItems: [{type: string}, {type: string}]}"),
    ("{type: array, prefixItems: [{type: string}], unevaluatedItems: {type: integer, maximum: 9}}",
     "{type: array, prefixItems: [{type: string}], unevaluatedItems: {type: integer, maximum: 5}}"),
    ("{patternProperties: {'^x-': {type: number}}}", "{patternProperties: {'^x-': {type: integer}}}"),
    ("{patternProperties: {'^x-': {pattern: '^[a-z]+$'}}}", "{patternProperties: {'^x-': {pattern: '^[a-c]+$'}}}"),
    ("{allOf: [{properties: {a: {}}}], unevaluatedProperties: {type: [string, 'null']}}",
     "{allOf: [{properties: {a: {}}}], unevaluatedProperties: {type: string}}"),
    ("{anyOf: [{$ref: '#/components/schemas/B'}, {type: string}]}", "{$ref: '#/components/schemas/B'}"),
    ("{allOf: [{properties: {a: {}}}, {properties: {a: {}}}]}",
     "{allOf: [{properties: {a: {}}}, {properties: {a: {type: integer}}}]}"),
]  # fmt: skip
"""Pairs of which the second takes fewer values."""

EQUAL = [
    ("{type: [string, integer]}", "{oneOf: [{type: string}, {type: integer}]}"),
    ("{$ref: '#/components/schemas/B'}", "{anyOf: [{$ref: '#/components/schemas/B'}]}"),
    ("{const: a}", "{enum: [a]}"),
    ("{oneOf: [{const: a}, {const: b}]}", "{enum: [b, a]}"),
    ("{type: integer, minimum: 9}", "{type: integer, exclusiveMinimum: 8}"),
    ("{type: string, pattern: '^[a-z]{3}$'}", "{type: string, pattern: '^[a-z]{3}$', minLength: 3}"),
    ("{type: string}", "{type: string, pattern: '.*'}"),
    ("{type: string}", "{type: string, allOf: [{title: T, description: D}]}"),
    ("{type: string}", "{type: string, format: password}"),
    ("{anyOf: [{type: string}, {type: string}]}", "{type: string}"),
]  # fmt: skip


@pytest.mark.parametrize(("wide", "narrow"), NARROWER)
def test_fewer_values_are_shown_by_one_that_is_refused(wide: str, narrow: str) -> None:
    assert way(relation(wide, narrow)) == "narrows"
    assert way(relation(narrow, wide)) == "widens"
    assert relation(wide, narrow).ruled_out == {"widens"}


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_what_takes_the_same_values_is_equal_whatever_its_spelling(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        found = relation(first, second)
        assert found.is_equal or not found.is_local


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: string, format: date}", "{type: string, format: date-time}"),
        ("{type: string, format: email}", "{type: string, format: uuid}"),
        ("{type: string}", "{type: integer}"),
    ],
)
def test_other_values_are_shown_on_both_sides(old: str, new: str) -> None:
    assert way(relation(old, new)) == "narrows widens"


def test_the_3_0_spelling_of_null_and_of_bounds_is_that_of_3_1() -> None:
    old = document("{type: integer, nullable: true, minimum: 1, exclusiveMinimum: true}", "3.0.3")
    new = document("{type: [integer, 'null'], exclusiveMinimum: 1}")

    assert not Relations(Versions(old, new)).of((PLACE, PLACE), REQUEST).is_local


def test_nullable_beside_a_reference_is_read_as_it_is_meant() -> None:
    old = document("{allOf: [{$ref: '#/components/schemas/B'}], nullable: true}", "3.0.3")
    new = document("{anyOf: [{$ref: '#/components/schemas/B'}, {type: 'null'}]}")

    assert Relations(Versions(old, new)).of((PLACE, PLACE), Travel("response")).is_equal


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{type: integer}", "{type: string}", "widens"),
        ("{type: string}", "{type: integer}", "narrows"),
        ("{type: integer, maximum: 5}", "{type: string}", "widens"),
        ("{type: string}", "{type: array, items: {type: string}}", "widens"),
        ("{type: string}", "{type: array, minItems: 2, items: {type: string}}", "narrows widens"),
        ("{type: integer}", "{type: string, maxLength: 1}", "narrows widens"),
        ("{type: boolean}", "{enum: ['true', 'false', all]}", "widens"),
        ("{enum: ['true', 'false']}", "{type: boolean}", "equal"),
        ("{type: integer, enum: [1, 2]}", "{type: string, enum: ['1', '2']}", "equal"),
        ("{type: integer, enum: [1, 2]}", "{type: string, enum: ['1', '02']}", "narrows widens"),
        ("{enum: ['1', a]}", "{type: string, maxLength: 1}", "widens"),
    ],
)
def test_a_number_that_travels_as_text_is_a_text(old: str, new: str, expected: str) -> None:
    assert way(relation(old, new, Travel("request", "text"))) == expected


def test_what_nobody_names_nobody_sends() -> None:
    old, new = "{properties: {a: {}}}", "{properties: {a: {}, b: {type: integer}}}"
    found = relation(old, new)

    assert "narrows" in found.ruled_out


def test_a_member_that_does_not_travel_decides_nothing() -> None:
    old = "{type: object, required: [a], properties: {a: {type: string, readOnly: true}}}"
    new = old.replace("type: string", "type: string, maxLength: 1")

    assert not relation(old, new, Travel("request")).is_local
    assert way(relation(old, new, Travel("response"))) == "narrows"


def test_a_member_that_nobody_sent_may_go_from_a_closed_object() -> None:
    old = "{type: object, properties: {a: {}, b: {readOnly: true}}, additionalProperties: false}"
    new = "{type: object, properties: {a: {}}, additionalProperties: false}"

    assert "narrows" in relation(old, new).ruled_out
    assert way(relation(old.replace("readOnly", "writeOnly"), new)) == "narrows"


def test_who_reads_leaves_alone_what_he_does_not_know() -> None:
    old = "{type: object, properties: {a: {}}, additionalProperties: false}"
    new = "{type: object, required: [b], properties: {a: {}, b: {}}, additionalProperties: false}"

    assert "widens" in relation(old, new, Travel("response")).ruled_out


def test_a_value_that_fits_several_forms_is_told_apart_from_what_was_meant() -> None:
    forms = "{oneOf: [{properties: {a: {type: string}}}, {properties: {b: {type: string}}}MORE]}"
    found = relation(forms.replace("MORE", ""), forms.replace("MORE", ", {properties: {c: {type: string}}}"))  # fmt: skip

    assert "narrows" in found.by_overlap


def test_forms_of_which_every_old_value_fits_several_refuse_what_was_meant() -> None:
    members = "properties: {a: {type: string}, b: {type: string}}"
    old = f"{{type: object, required: [a, b], {members}}}"
    new = f"{{oneOf: [{{type: object, required: [a], {members}}}, {{type: object, required: [b], {members}}}]}}"  # fmt: skip
    found = relation(old, new)

    assert found.shown["narrows"] == {"a": "a", "b": "a"}
    assert found.by_overlap == frozenset()


def test_a_schema_that_is_too_large_is_shown_by_what_a_value_must_have() -> None:
    many = ", ".join(f"m{number}: {{type: string}}" for number in range(700))
    wide = f"    C: {{type: object, properties: {{{many}}}}}\n"
    schema = (
        "{type: object, required: [b, name], properties: {b: {$ref: '#/components/schemas/B'},"
        " c: {$ref: '#/components/schemas/C'}, name: {type: stringLIMIT}}}"
    )
    old, new = (
        parse(document(schema.replace("LIMIT", limit)).text + wide, "a.yaml")
        for limit in ("", ", maxLength: 2")
    )
    found = Relations(Versions(old, new)).of((PLACE, PLACE), REQUEST)

    assert found.shown == {"narrows": {"b": {"b": 0}, "name": "aaa"}}


def test_schemas_that_refer_to_themselves_are_compared_by_what_they_say_themselves() -> None:
    node = "{type: object, properties: {next: {$ref: '#/components/schemas/A'}LIMIT}}"
    old = node.replace("LIMIT", ", x: {type: string}")
    new = node.replace("LIMIT", ", x: {type: string, maxLength: 2}")

    assert way(relation(old, new)) == "narrows"
    assert way(relation(new, old)) == "widens"


def test_a_schema_is_found_by_its_id() -> None:
    by_id = "{$id: 'https://schemas.example/a', type: object, properties: {a: {type: %s}}}"

    assert way(relation(by_id % "number", by_id % "integer")) == "narrows"
