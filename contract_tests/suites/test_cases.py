"""The language-neutral cases of the fixtures, and the stories of lifecycle.md section 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from contract_tests.judging.session import Judge
from contract_tests.judging.verdict import Broken
from contract_tests.reading.contract import Submission
from contract_tests.scenarios import stories
from contract_tests.scenarios.questions import Question, Steps, judge_questions
from contract_tests.scenarios.shrinking import note

SUITE = "cases"


def test_every_case_of_the_fixtures_holds(judge: Judge, usable: Submission) -> None:
    """Each case of `fixtures/cases` for this submission."""
    known = list(stories.cases(judge.contract, usable))
    if not known:
        pytest.skip("no cases are shipped for this submission")
    quick = judge.settings.effort == "quick"
    together = [(case, letters) for case, letters in known if quick and stories.is_plain(case)]
    for case, letters in known:
        if (case, letters) not in together:
            _noted(judge, lambda c=case, n=letters: stories.play_case(judge, usable, c, n))
    _side_by_side(judge, usable, [_case(case, letters) for case, letters in together])


def test_every_story_ends_as_the_contract_says(judge: Judge, usable: Submission) -> None:
    """Each story of one partner."""
    if judge.settings.effort == "quick":
        _side_by_side(judge, usable, [_story(judge, usable, one) for one in stories.STORIES])
        return
    for steps in stories.STORIES:
        _noted(judge, lambda s=steps: stories.play(judge, usable, s, SUITE))


def test_a_partner_is_never_influenced_by_another(judge: Judge, usable: Submission) -> None:
    """Each story of two partners."""
    if not judge.target.has_other:
        pytest.skip("no second partner was given")
    for steps in stories.OTHER_STORIES:
        _noted(judge, lambda s=steps: stories.play(judge, usable, s, SUITE))


def _side_by_side(judge: Judge, submission: Submission, questions: Sequence[Question]) -> None:
    """Play stories in the same requests: their keys are their own, so they never meet."""
    if questions and not judge.stuck:
        judge_questions(judge, submission, questions, SUITE)


def _story(judge: Judge, submission: Submission, steps: Sequence[str]) -> Question:
    def ask(prefix: str) -> Steps:
        cast = stories.Cast(judge, submission, prefix)
        return [cast.entries(step) for step in steps]

    return Question(ask, plain=stories.is_plainly_told(steps))


def _case(case: Mapping[str, Any], letters: Mapping[str, str]) -> Question:
    requests = [*case.get("saved", []), *case["requests"]]

    def ask(prefix: str) -> Steps:
        return [stories.case_entries(request, letters, prefix) for request in requests]

    return Question(ask, str(case["name"]), str(case["source"]))


def _noted(judge: Judge, story: object) -> None:
    if judge.stuck:
        return  # nothing becomes final here: one finding says so
    try:
        story()  # type: ignore[operator]
    except Broken as problem:
        note(judge, problem)
