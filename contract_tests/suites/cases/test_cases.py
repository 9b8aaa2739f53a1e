"""The language-neutral cases of the fixtures, and the stories of docs/lifecycle.md#table."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from contract_tests.judging.mode import Effort, Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Submission
from contract_tests.scenarios import cases, stories
from contract_tests.scenarios.attempts import each_noted, trial
from contract_tests.scenarios.cases import Case
from contract_tests.scenarios.letters import Letters
from contract_tests.scenarios.questions import Question, Steps, judge_questions


def test_every_case_of_the_fixtures_holds(session: Session, usable: Submission) -> None:
    """Each case of `fixtures/cases` for this submission."""
    known = list(cases.cases(session.contract, usable))
    if not known:
        pytest.skip("no cases are shipped for this submission")
    playable = [case for case in known if cases.can_play(session, case)]
    quick = session.plan.effort is Effort.QUICK
    together = [case for case in playable if quick and case.is_plain]
    each_noted(
        session, [trial(cases.play, usable, case) for case in playable if case not in together]
    )
    _side_by_side(session, usable, [_of_case(case) for case in together])


def test_every_story_ends_as_the_contract_says(session: Session, usable: Submission) -> None:
    """Each story of one partner."""
    if session.plan.effort is Effort.QUICK:
        letters = Letters(session, usable, "")
        known = [one for one in stories.STORIES if letters.knows(one)]
        _side_by_side(session, usable, [_of_story(session, usable, one) for one in known])
        return
    each_noted(session, [trial(stories.play, usable, one, Suite.CASES) for one in stories.STORIES])


def test_a_partner_is_never_influenced_by_another(session: Session, usable: Submission) -> None:
    """Each story of two partners."""
    if len(session.callers) < 2:
        pytest.skip("no second partner was given")
    acts = [trial(stories.play, usable, one, Suite.CASES) for one in stories.OTHER_STORIES]
    each_noted(session, acts)


def _side_by_side(session: Session, submission: Submission, questions: Sequence[Question]) -> None:
    """Play stories in the same requests: their keys are their own, so they never meet."""
    if questions and not session.stuck:
        judge_questions(session, submission, questions, Suite.CASES)


def _of_story(session: Session, submission: Submission, steps: Sequence[str]) -> Question:
    def ask(prefix: str) -> Steps:
        letters = Letters(session, submission, prefix)
        return [letters.entries(step) for step in steps]

    return Question(ask, plain=stories.is_plain(steps))


def _of_case(case: Case) -> Question:
    def ask(prefix: str) -> Steps:
        return [case.entries(request, prefix) for request in (*case.saved, *case.requests)]

    return Question(ask, case.told)
