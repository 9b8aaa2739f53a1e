"""Declared lives are judged: faults of an independent bank are named, what its contract leaves open is not blamed.

A handful; `python tests/contract_tests/proof_of_lives.py` plays all of them.
"""

from __future__ import annotations

import pytest

from tests.contract_tests import bank
from tests.contract_tests.proof_of_lives import Trial, judged


@pytest.mark.parametrize(
    "name",
    ["event-skips", "final-left", "guard-ignored", "expires-early", "expires-never", "used-pays-again", "rule-ignored"],
)  # fmt: skip
def test_a_fault_is_found_under_its_own_name_and_under_no_other(name: str) -> None:
    found = judged(Trial("bank", (name,), tests="lives"))

    assert {one.requirement.id for one in found} <= set(bank.FAULT_BY_NAME[name].requirements)
    assert found


@pytest.mark.parametrize("choice", ["settles-slowly", "refuses-with-400", "withdrawal-is-202"])
def test_who_does_otherwise_what_is_left_open_is_not_blamed(choice: str) -> None:
    assert judged(Trial("bank", choices=(choice,), tests="lives")) == []


def test_a_correct_server_is_not_blamed_in_strict_mode() -> None:
    assert judged(Trial("bank", mode="strict", tests="lives")) == []


def test_a_wrong_transition_is_told_with_the_requests_that_show_it() -> None:
    (found,) = judged(Trial("bank", ("event-skips",), tests="lives"))

    assert (found.expected, found.came) == (("Given, for give leads there from Asked",), "Used")
    assert [one.request.method for one in found.exchanges][-2:] == ["POST", "GET"]
    assert "(consent)" in found.requirement.sentence


@pytest.mark.parametrize(
    ("faults", "wanted"), [((), set()), (("hook-other-secret",), {"webhook.signed"})]
)
def test_webhooks_are_judged_by_who_listens(faults: tuple[str, ...], wanted: set[str]) -> None:
    found = judged(Trial("bank", faults, tests="told"))

    assert {one.requirement.id for one in found} == wanted
