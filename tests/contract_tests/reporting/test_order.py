"""Findings are told in the order in which they are mended, and name what they may follow from."""

from __future__ import annotations

from contract_tests.judging import catalogue
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import Suite
from contract_tests.reading import requirements
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.requirements import Requirement
from contract_tests.reporting.merging import merged
from contract_tests.reporting.order import ordered, reasons, stage_of
from contract_tests.scenarios.exploration.explore import SENTENCES, requirement_of

SAVED = requirements.outcome(Condition.TWIN_SAVED)
RULE = requirements.rule("whole")


def found(requirement: Requirement, *operations: str) -> Finding:
    names = frozenset(operations or {"send"})
    return Finding(requirement, "c", names, Suite.CASES, "sent", ("this",), "that")


def test_what_comes_first_on_the_way_of_a_submission_comes_first() -> None:
    wrong = [catalogue.FILTER_ITEMS, catalogue.ANSWER_GIVEN, SAVED, catalogue.RECORD_SAVED, RULE]
    told = [one.requirement for one in ordered(merged([found(one) for one in wrong]))]
    assert told == [
        catalogue.ANSWER_GIVEN,
        RULE,
        SAVED,
        catalogue.RECORD_SAVED,
        catalogue.FILTER_ITEMS,
    ]


def test_a_finding_names_what_was_met_before_it_at_the_same_operations() -> None:
    every = ordered(merged([found(RULE), found(SAVED), found(catalogue.RECORD_SAVED, "other")]))
    rule, outcome, record = every
    assert reasons(rule, every) == []
    assert reasons(outcome, every) == [RULE.id]
    assert reasons(record, every) == []


def test_nothing_follows_from_what_is_as_late_as_itself() -> None:
    every = merged([found(one) for one in (*catalogue.CATALOGUE, SAVED, RULE)])
    stages = {one.requirement.id: stage_of(one.requirement) for one in every}
    for one in every:
        assert all(stages[other] < stages[one.requirement.id] for other in reasons(one, every))


def test_every_check_of_the_exploration_has_a_stage() -> None:
    assert stage_of(requirement_of("answer_given")) < stage_of(requirement_of("unsupported_method"))
    assert all(stage_of(requirement_of(name)) for name in SENTENCES)
