"""The language-neutral cases of the fixtures, and the stories of lifecycle.md section 3."""

from __future__ import annotations

import pytest

from contract_tests import stories
from contract_tests.contract import Submission
from contract_tests.judge import Judge
from contract_tests.verdict import Broken

SUITE = "cases"


def test_every_case_of_the_fixtures_holds(judge: Judge, usable: Submission) -> None:
    """Each case of `fixtures/cases` for this submission."""
    known = list(stories.cases(judge.contract, usable))
    if not known:
        pytest.skip("no cases are shipped for this submission")
    for case, letters in known:
        _noted(judge, lambda c=case, n=letters: stories.play_case(judge, usable, c, n))


def test_every_story_ends_as_the_contract_says(judge: Judge, usable: Submission) -> None:
    """Each story of one partner."""
    for steps in stories.STORIES[:: judge.settings.pick(2, 1, 1)]:
        _noted(judge, lambda s=steps: stories.play(judge, usable, s, SUITE))


def test_a_partner_is_never_influenced_by_another(judge: Judge, usable: Submission) -> None:
    """Each story of two partners."""
    if not judge.target.has_other:
        pytest.skip("no second partner was given")
    for steps in stories.OTHER_STORIES:
        _noted(judge, lambda s=steps: stories.play(judge, usable, s, SUITE))


def _noted(judge: Judge, story: object) -> None:
    if judge.stuck:
        return  # nothing becomes final here: one finding says so
    try:
        story()  # type: ignore[operator]
    except Broken as problem:
        stories.note(judge, problem)
