"""Requirements are values: told apart by their names, worded by a contract."""

from __future__ import annotations

from contract_tests.reading import requirements
from contract_tests.reading.lifecycle import Condition


def test_two_are_the_same_when_their_names_are() -> None:
    one = requirements.outcome(Condition.TWIN_SAVED)
    assert one.worded("another sentence", "another source") == one
    assert one.id == "outcome.twin-saved"
    assert requirements.rule("a") != requirements.constraint("a")


def test_a_constraint_stands_below_that_of_the_member_that_holds_it() -> None:
    whole, part = requirements.constraint("a", "b"), requirements.constraint("a", "b", "type")
    assert part.is_below(whole)
    assert not whole.is_below(part)
    assert not requirements.constraint("a", "bc").is_below(whole)
