"""When two items, and two keys, are the same (docs/lifecycle.md#identical)."""

from __future__ import annotations

import pytest

from contract_tests.generation.pairs import pairs
from contract_tests.judging.mode import Effort, Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Submission
from contract_tests.scenarios import comparisons
from contract_tests.scenarios.questions import judge_questions


def test_items_are_identical_exactly_when_their_values_are_equal(
    session: Session, usable: Submission
) -> None:
    """Pairs that are nearly or truly identical, in one request and in two."""
    known = list(pairs(session.maker(usable)))
    # A quick run asks each pair in one of the two ways.
    both = session.plan.effort is not Effort.QUICK
    questions = [
        comparisons.of_pair(session, usable, pair, together=together)
        for number, pair in enumerate(known)
        for together in (True, False)
        if both or (number + session.plan.seed) % 2 == together
    ]
    judge_questions(session, usable, questions, Suite.LIFECYCLE, size=60)


def test_keys_are_compared_exactly(session: Session, usable: Submission) -> None:
    """Keys that are alike, but not equal, are different keys."""
    if not usable.lifecycle.key:
        pytest.skip("the key is the whole item")
    questions = list(comparisons.of_keys(session, usable))
    judge_questions(session, usable, questions, Suite.LIFECYCLE, size=40)
