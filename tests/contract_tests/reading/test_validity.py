"""What an invalid item breaks, and whether it is valid at all."""

from __future__ import annotations

import pytest

from contract_tests.generation.items import ItemMaker
from contract_tests.generation.values import put
from contract_tests.generation.variations import Variations
from tests.contract_tests.contracts import ATTRIBUTES, BOTH, CLAIM

MAKER = ItemMaker(CLAIM, ATTRIBUTES)


def broken(*path_and_value: object) -> list[str]:
    *path, value = path_and_value
    item = put(MAKER.full, tuple(path), value)  # type: ignore[arg-type]
    return [fault.requirement.id for fault in MAKER.validity.faults(item)]


@pytest.mark.parametrize(
    ("requirement", "path", "value"),
    [
        ("rule.same-sign", ("transaction_count",), -5),
        ("rule.agreed-currency", ("currency",), "USD"),
        ("rule.whole-period", ("time_period", "end_time"), "2025-01-30T23:59:59.999Z"),
        ("schema.currency.pattern", ("currency",), "gbp"),
        ("schema.transaction_count.type", ("transaction_count",), 1.5),
        ("schema.unique_reference.pattern", ("unique_reference",), "a\n"),
    ],
)
def test_an_invalid_claim_names_the_requirement_that_it_breaks(
    requirement: str, path: tuple[str, ...], value: object
) -> None:
    assert requirement in broken(*path, value)
    assert not MAKER.validity.is_valid(put(MAKER.full, path, value))


def test_a_rule_is_not_asked_where_the_schema_is_broken() -> None:
    assert broken("transaction_count", "-5") == ["schema.transaction_count.type"]


def test_rules_are_asked_of_every_claim_inside_a_client() -> None:
    maker = ItemMaker(BOTH, ATTRIBUTES)
    item = put(maker.full, ("revenue_claims", 1, "currency"), "USD")
    (fault,) = maker.validity.faults(item)
    assert fault.requirement.id == "rule.agreed-currency"
    assert fault.path == ("revenue_claims", 1)


def test_faults_agree_with_validity_for_every_variation() -> None:
    for one in Variations(MAKER).all:
        assert MAKER.validity.is_valid(one.item) is (not MAKER.validity.faults(one.item))


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"unique_reference": None}])
def test_whatever_is_sent_is_valid_or_names_what_it_breaks(value: object) -> None:
    assert MAKER.validity.is_valid(value) is (not MAKER.validity.faults(value))
