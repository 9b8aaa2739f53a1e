"""Variations as questions, and which of them are asked."""

from __future__ import annotations

import random
from collections.abc import Sequence

from contract_tests.generation.variations import Variation
from contract_tests.judging import catalogue
from contract_tests.judging.mode import Effort
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, spelled
from contract_tests.reading.contract import Submission
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.scenarios.questions import Question, Steps

BATCH = 120
"""Variations that are sent together."""


def thinned(every: Sequence[Variation], most: int, seed: int) -> list[Variation]:
    """Return at most so many of each side of each requirement, besides those that must be tried.

    `x-rules` keep ten times more.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    groups: dict[tuple[Requirement, bool], list[Variation]] = {}
    for one in every:
        if not one.must:
            groups.setdefault((one.requirement, one.valid), []).append(one)
    chosen = [one for one in every if one.must]
    for (requirement, _), group in groups.items():
        limit = most * 10 if requirement.kind is Kind.RULE else most
        chosen += group if len(group) <= limit else chance.sample(group, limit)
    return chosen


def question(session: Session, submission: Submission, one: Variation) -> Question:
    """Return a variation as a question: the item, then what is known of its key."""
    maker = session.maker(submission)

    def ask(prefix: str) -> Steps:
        key = f"{prefix}k".ljust(one.length, "x")
        item = maker.keyed(one.item, key) if one.keyed else one.item
        plain = spelled(item, one.requirement, one.about)
        asked = [Entry(plain.value, plain.text, plain.requirement, plain.about, one.varies)]
        if not one.keyed or session.plan.effort is Effort.QUICK:
            return [asked]
        # Whatever is valid is saved, and known when it comes again; of anything else nothing is kept.
        later = item if one.valid else maker.keyed(maker.full, key)
        requirement = one.requirement if one.valid else catalogue.RECORD_KEPT
        return [asked, [spelled(later, requirement, f"after {one.about}")]]

    return Question(ask)
