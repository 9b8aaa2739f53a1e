"""Items just inside and just outside of each rule and each constraint of the item schemas."""

from __future__ import annotations

import random

from contract_tests.contract import Submission
from contract_tests.judge import Judge
from contract_tests.packs import Question, Steps, judge_questions
from contract_tests.probes import Probe, probes

SUITE = "rules"


def test_items_are_valid_exactly_inside_rules_and_constraints(
    judge: Judge, usable: Submission
) -> None:
    """Each probe has a key of its own and its state must follow from its validity."""
    found = probes(judge.workshop(usable))
    chosen = _thinned(found, judge.settings.pick(3, 1000, 1000), judge.settings.seed)
    questions = [_question(judge, usable, probe) for probe in chosen]
    judge_questions(judge, usable, questions, SUITE, size=120)


def _thinned(found: list[Probe], most: int, seed: int) -> list[Probe]:
    """Return at most so many probes of each side of each rule, besides those that must be tried.

    `x-rules` keep ten times more.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    groups: dict[tuple[str, bool], list[Probe]] = {}
    for probe in found:
        if not probe.must:
            groups.setdefault((probe.rule, probe.valid), []).append(probe)
    chosen = [probe for probe in found if probe.must]
    for (rule, _), group in groups.items():
        limit = most * 10 if rule.startswith("rule.") else most
        chosen += group if len(group) <= limit else chance.sample(group, limit)
    return chosen


def _question(judge: Judge, submission: Submission, probe: Probe) -> Question:
    workshop = judge.workshop(submission)

    def ask(prefix: str) -> Steps:
        key = f"{prefix}k".ljust(probe.length, "x")
        item = workshop.keyed(probe.item, key) if probe.keyed else probe.item
        return [[judge.entry(item, probe.rule, probe.told)]]

    return Question(ask, probe.told)
