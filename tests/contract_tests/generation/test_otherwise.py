"""Items that tell whether a server takes an alternative of a silence."""

from __future__ import annotations

import pytest

from contract_tests.generation.items import ItemMaker, example_texts
from contract_tests.generation.otherwise import Otherwise, otherwise
from contract_tests.generation.variations import Variations
from contract_tests.reading.otherwise import Choice, chosen_otherwise, item_choices
from contract_tests.reading.reader import read
from tests.contract_tests.contracts import V2_FILE

V2 = read(str(V2_FILE))
CLAIMS = next(one for one in V2.submissions if one.lifecycle.key == ("unique_reference",))
EXAMPLES = example_texts(V2.submissions)
MAKER = ItemMaker(CLAIMS, {"client_id": "partner-a", "currency": "GBP"}, EXAMPLES)
VARIATIONS = Variations(MAKER)
CHOICES = [one for one in item_choices(V2) if chosen_otherwise(CLAIMS, one) is not None]


def told(choice: Choice) -> Otherwise | None:
    """What tells whether claims are taken by an alternative."""
    return otherwise(MAKER, choice, VARIATIONS.all, EXAMPLES)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda one: f"{one.silence} {one.told}")
def test_every_witness_is_valid_under_one_of_both(choice: Choice) -> None:
    found = told(choice)
    if found is None:  # an instant that no rule can read: nothing is valid then
        assert choice.silence in {"S9", "S10"}
        return
    other = ItemMaker(found.submission, MAKER.attributes, EXAMPLES)
    assert other.validity.is_valid(found.plain)
    for one in found.witnesses:
        assert other.validity.is_valid(one.item) is one.valid
        assert MAKER.validity.is_valid(one.item) is not one.valid


def test_other_names_are_names_of_members_and_of_what_rules_read() -> None:
    choice = next(one for one in CHOICES if one.silence == "S8")
    found = told(choice)
    assert found is not None
    assert set(found.plain["time_period"]) == {"start_date", "end_date"}


def test_a_rule_that_is_ignored_is_gone() -> None:
    choice = next(one for one in CHOICES if "currency is not checked" in one.told)
    found = told(choice)
    assert found is not None
    assert "agreed-currency" not in str(found.submission.item_schema)
    assert "same-sign" in str(found.submission.item_schema)


def test_another_format_is_asked_for_though_the_examples_are_of_the_chosen_one() -> None:
    clients = next(one for one in V2.submissions if one.lifecycle.key == ("partner_client_id",))
    choice = next(one for one in item_choices(V2) if one.told == "a date")
    other = chosen_otherwise(clients, choice)
    assert other is not None
    start = {"client_start_date": "2021-03-01"}
    makers = [ItemMaker(one, MAKER.attributes, EXAMPLES) for one in (clients, other)]
    chosen, alternative = (one.validity for one in makers)
    for client in ({**makers[0].full, **start}, {**makers[0].full, "client_start_date": "soon"}):
        assert not chosen.is_valid(client)
        assert alternative.is_valid(client) is (client["client_start_date"] != "soon")
