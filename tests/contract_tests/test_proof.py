"""The judge finds the faults of an independent server, and blames no correct one.

A selection that runs in minutes; `make proof` gives every fault to the judge, at full effort.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract_tests import proof
from tests.contract_tests.defective_servers import FAULT_BY_NAME

# One fault or more for each suite, and what the name of the broken rule must say.
SELECTION: dict[str, str] = {
    "first-rival-saved": r"outcome\.rival-in-request",
    "twin-near-only": r"outcome\.twin-in-request|batch\.far",
    "leap-day-refused": r"rule\.whole-period",
    "foreign-status-readable": r"access\.partner-status",
    "nan-accepted": r"body\.malformed",
    "object-accepted": r"body\.nothing-kept",
    "non-object-items-dropped": r"result\.entries",
    "accepted-200": r"status_code|answer|accepted",
}
# Faults that touch much, and the one rule that their one finding names.
ONE_FINDING: dict[str, str] = {
    "required-off": "schema.required",
    "first-item-only": "batch.each",
}
INNOCENT = [
    proof.Trial(choice, (), (choice,), (suite,), "documented", "quick", 1, guilty=False)
    for choice, suite in (("invalid-before-rival", "cases"), ("currency-not-checked", "rules"))
]


def test_the_selection_has_a_fault_of_every_suite() -> None:
    faults = FAULT_BY_NAME
    assert {faults[name].suite for name in SELECTION} == {one.suite for one in faults.values()}


def test_sixty_faults_of_every_suite_are_chosen_by_the_seed() -> None:
    every = FAULT_BY_NAME
    chosen = [proof.selected(seed) for seed in range(1, 21)]
    assert {len(set(names)) for names in chosen} == {60}
    assert all(
        {every[name].suite for name in names} == {one.suite for one in every.values()}
        for names in chosen
    )
    assert {name for names in chosen for name in names} == set(every)


@pytest.mark.parametrize("trial", INNOCENT, ids=lambda trial: f"{trial.name}-{trial.mode}")
def test_a_correct_server_is_not_blamed(trial: Any) -> None:
    verdict = proof.judge(trial)
    assert verdict.right, verdict.output


@pytest.mark.parametrize("name", SELECTION)
def test_a_fault_is_found_by_the_suite_meant_to_find_it(name: str) -> None:
    trial = next(proof.guilty_trials([name], [1], "quick"))
    verdict = proof.judge(trial, first=True)
    assert verdict.right, verdict.output
    assert any(re.search(SELECTION[name], rule) for rule in verdict.rules), verdict.rules


@pytest.mark.parametrize("name", ONE_FINDING)
def test_a_fault_that_touches_much_is_one_finding(name: str) -> None:
    verdict = proof.judge(next(proof.guilty_trials([name], [1], "quick")))
    assert verdict.rules == (ONE_FINDING[name],), verdict.output
