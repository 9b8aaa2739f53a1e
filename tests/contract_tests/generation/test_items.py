"""Items of a submission: valid ones, each with a key of its own."""

from __future__ import annotations

import re

import pytest

from contract_tests.generation.items import ItemMaker
from contract_tests.generation.variations import Variations
from contract_tests.reading.contract import Submission
from contract_tests.reading.equality import identical
from tests.contract_tests.contracts import (
    ATTRIBUTES,
    DEPOT_FILE,
    V2,
    contract_from,
    maker_of,
    small,
)

KEYS = [f"ct0123456789-{number}-k1" for number in (1, 2)]


@pytest.mark.parametrize("submission", V2.submissions, ids=lambda one: one.id)
def test_every_submission_of_the_contract_has_a_valid_item_with_a_fresh_key(
    submission: Submission,
) -> None:
    maker = ItemMaker(submission, ATTRIBUTES)
    one, other = (maker.keyed(maker.full, key) for key in KEYS)
    assert maker.usable
    assert maker.validity.is_valid(one)
    assert one != other


@pytest.mark.parametrize("submission", V2.submissions, ids=lambda one: one.id)
def test_variants_are_valid_and_differ_pairwise_in_more_than_their_key(
    submission: Submission,
) -> None:
    maker = ItemMaker(submission, ATTRIBUTES)
    plain = [maker.keyed(item, KEYS[0]) for item in maker.variants]
    assert len(plain) > 5
    assert all(map(maker.validity.is_valid, maker.variants))
    assert not any(
        identical(one, other) for number, one in enumerate(plain) for other in plain[:number]
    )


@pytest.mark.parametrize(
    ("number", "example"),
    [
        ("{type: integer, minimum: 1, maximum: 9}", "5"),
        ("{type: number, multipleOf: 0.5}", "12.5"),
        ("{type: string, format: date}", '"2024-01-01"'),
        ("{type: string, format: email}", "ann@example.org"),
        ("{type: string, format: uuid}", "1b7901db-4879-4616-8052-c73e29664bda"),
        ("{type: [string, 'null'], maxLength: 3}", "abc"),
        ("{description: of any kind}", "x"),
        ("{type: string, pattern: '^(?=.*[0-9])[a-z0-9]{8,20}$'}", "abcdefg1"),
        ("{type: string, pattern: '^(?<part>AB|CD)(-[0-9]{2}){1,3}$'}", "AB-12"),
    ],
)
def test_a_member_of_a_key_may_be_of_any_kind(number: str, example: str) -> None:
    text = DEPOT_FILE.read_text(encoding="utf-8")
    start = text.index("    Number:")
    end = text.index("    Parcel:", start)
    text = f"{text[:start]}    Number: {number}\n{text[end:]}"
    known = contract_from(re.sub(r'number: "\d+"', f"number: {example}", text), DEPOT_FILE.name)
    maker = maker_of(known, {"currency": "GBP"})

    one, other = (maker.keyed(maker.full, key) for key in KEYS)
    assert maker.validity.is_valid(one)
    assert maker.validity.is_valid(other)
    assert one["depot"] != other["depot"]
    assert any(one.valid for one in Variations(maker).all)


def test_without_an_example_an_item_is_made_from_the_schema() -> None:
    schema = "{type: object, required: [k, n], properties: {k: {type: string}, n: {minimum: 3, type: integer}}}"
    maker = maker_of(small(schema, example="[]"))
    assert (maker.usable, maker.full) == (True, {"k": "a", "n": 3})


def test_where_no_valid_item_is_known_that_is_told() -> None:
    rule = "x-rules: [{id: never, rule: 'self.k == \"b\"', message: m, source: s}]"
    schema = f"{{type: object, properties: {{k: {{type: string, minLength: 3}}}}, {rule}}}"
    assert not maker_of(small(schema, example="[]")).usable


def test_an_example_is_fitted_to_the_partner() -> None:
    claim = V2.submissions[1]
    maker = ItemMaker(claim, {**ATTRIBUTES, "currency": "EUR"})
    assert maker.usable
    assert maker.full["currency"] == "EUR"
