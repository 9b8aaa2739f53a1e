"""Items just inside and just outside of what a contract allows."""

from __future__ import annotations

import pytest

from contract_tests.generation.boundaries import boundaries
from contract_tests.generation.items import ItemMaker
from contract_tests.generation.variations import Variations
from contract_tests.reading.contract import Submission
from contract_tests.reading.requirements import Kind
from tests.contract_tests.contracts import ATTRIBUTES, CLIENT, DEPOT, V2, maker_of


@pytest.mark.parametrize("submission", V2.submissions, ids=lambda one: one.id)
def test_variations_stand_on_both_sides_of_every_rule(submission: Submission) -> None:
    sides: dict[str, set[bool]] = {}
    for one in Variations(ItemMaker(submission, ATTRIBUTES)).all:
        sides.setdefault(one.requirement.names[1], set()).add(one.valid)
    known = set(V2.rules) if submission is not CLIENT else set()
    for rule in known - {"agreed-currency"}:
        assert sides[rule] == {True, False}


def test_a_variation_says_rightly_whether_it_is_valid() -> None:
    maker = maker_of(DEPOT)
    for one in Variations(maker).all:
        assert maker.validity.is_valid(one.item) is one.valid, one.about


def test_what_breaks_for_every_partner_is_one_of_each_constraint() -> None:
    breaking = Variations(maker_of(DEPOT)).breaking
    assert breaking
    assert all(one.requirement.kind is Kind.CONSTRAINT and not one.valid for one in breaking)
    assert len({one.requirement for one in breaking}) == len(breaking)


def test_a_rule_is_tried_on_both_sides_of_its_boundary_beside_whatever_else_it_reads() -> None:
    maker = maker_of(DEPOT)
    found = {(one.requirement.id, one.about): one for one in boundaries(maker)}

    for inside, outside in (
        ("insurance.value = 500 with signature = False",
         "insurance.value = 500.01 with signature = False"),
        ("insurance.value = 500 without signature", "insurance.value = 500.01 without signature"),
    ):  # fmt: skip
        assert found["rule.signed-when-dear", inside].inside
        assert not found["rule.signed-when-dear", outside].inside
    for one in found.values():
        faults = [fault.requirement for fault in maker.validity.faults(one.item)]
        assert faults == ([] if one.inside else [one.requirement])
