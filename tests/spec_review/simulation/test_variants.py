"""Generated items: examples with one place or two changed."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from openapi_documents import parse
from spec_review.lint.rules import check
from spec_review.lint.samples import PARCELS
from spec_review.reading.contract import Contract
from spec_review.reading.partners import KNOWN
from spec_review.reading.rules import Engines
from spec_review.simulation.items import ItemSchemas
from spec_review.simulation.minimal import minimal_value
from spec_review.simulation.variants import near_items, words_of

PARCEL = ("components", "schemas", "Parcel")
ITEM = {"number": "a1", "weight": 2, "lifters": 1, "at": "2024-02-28T23:59:59.999Z"}
DATED = PARCELS.replace(
    "        note: {",
    "        at: {type: string, format: date-time, description: At.}\n        note: {",
)


def near(value: Any, count: int = 400) -> list[Any]:
    schemas = ItemSchemas(parse(DATED, "a.yaml"), PARCEL)
    return list(islice(near_items(schemas, value, words_of(["self.weight <= 20.0"])), count))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("weight", -2),
        ("weight", 2.0),
        ("weight", 21.0),
        ("lifters", 0),
        ("number", "a1é"),
        ("note", "text"),
        ("at", "2024-02-29T00:00:00Z"),
        ("at", "2024-02-01T00:00:00Z"),
        ("at", "2024-02-28T23:59:59.999000+01:00"),
    ],
)
def test_a_place_is_changed_to_its_neighbours(member: str, value: Any) -> None:
    assert repr({**ITEM, member: value}) in map(repr, near(ITEM))


def test_every_member_is_left_out_once() -> None:
    for name in ITEM:
        assert {key: value for key, value in ITEM.items() if key != name} in near(ITEM)


def test_two_places_are_changed_as_well() -> None:
    assert any(
        one.get("weight") != 2 and one.get("lifters") != 1 and len(one) == len(ITEM)
        for one in near(ITEM, 2000)
    )


def test_the_item_itself_is_never_changed_in_place() -> None:
    before = repr(ITEM)
    near(ITEM, 2000)
    assert repr(ITEM) == before


def test_a_schema_without_an_example_still_has_an_item() -> None:
    contract = Contract(parse(PARCELS, "a.yaml"))
    made = minimal_value(ItemSchemas(contract.document, PARCEL))
    assert contract.validators.fits(PARCEL, made)


@pytest.mark.parametrize(
    ("rule", "finding"),
    [
        ("size(self.note) == 5 || self.weight <= 20.0", "rule-engines"),
        (
            "!has(self.at) || timestamp(self.at).getHours() > 0 || self.weight <= 20.0",
            "rule-engines",
        ),
        ("self.lifters + 1 > 2 || self.weight <= 20.0", "rule-error"),
        ("self.note != 'x' && self.weight <= 20.0", "rule-error"),
        ("self.wait <= 20.0", "rule-members"),
        ("partner.curency != 'GBP' && self.weight <= 20.0", "rule-members"),
        ("self['lifter'] > 1 || self.weight <= 20.0", "rule-members"),
        ("self.weight >= 0.0", "rule-constant"),
        ("self.weight < 0.0", "rule-constant"),
        ("self.note.trim() == ''", "rule-compiles"),
        ("weight <= 20.0", "rule-compiles"),
        ("1 + 1", "rule-compiles"),
    ],
)
def test_a_rule_that_no_example_betrays_is_found_by_generated_items(
    rule: str, finding: str
) -> None:
    text = DATED.replace("rule: self.weight <= 20.0 || self.lifters > 1", f'rule: "{rule}"')
    assert finding in [one.rule for one in check(parse(text, "a.yaml"))]


def test_an_integer_beyond_64_bits_is_the_same_for_both_engines() -> None:
    program = Engines().compiled("self.weight <= 20.0")
    assert program.answers({"weight": 10**30}, KNOWN[0]) == ("false", "false")
    assert program.answers({"weight": -(10**400)}, KNOWN[0])[0] != "true"


def test_the_sample_has_one_rule() -> None:
    assert [rule.id for rule in Contract(parse(PARCELS, "a.yaml")).rules] == ["liftable"]
