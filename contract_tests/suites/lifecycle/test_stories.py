"""Generated submissions, interleaved, looked at and repeated (docs/lifecycle.md)."""

from __future__ import annotations

import pytest

from contract_tests.judging import catalogue
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, spelled
from contract_tests.reading.contract import Contract, Submission
from contract_tests.scenarios import stories
from contract_tests.scenarios.attempts import first_noted, trial
from contract_tests.scenarios.far_apart import large_problem
from contract_tests.scenarios.letters import Letters, split
from contract_tests.scenarios.machine import search
from contract_tests.scenarios.records import look_again
from contract_tests.scenarios.shrinking import note


def test_any_story_of_submissions_keeps_the_lifecycle(session: Session, contract: Contract) -> None:
    """A state machine over submissions, checked after every look."""
    if not session.usable:
        pytest.skip("the contract declares no lifecycle")
    problem = search(session)
    if problem is not None:
        note(session, problem)


def test_short_requests_end_as_the_rows_say(session: Session, usable: Submission) -> None:
    """Items without a key meet nobody; a third and a fourth are judged like a second."""
    every = (
        ("?, ??, A, ?",),
        ("A, A, A, A",),
        ("A, A', B, A''", "A''"),
        ("A", "A, A, A"),
        ("A!, B, B'",),
    )
    first_noted(session, [trial(stories.play, usable, one, Suite.LIFECYCLE) for one in every])


def test_what_is_final_stays_so_while_another_submission_waits(
    session: Session, usable: Submission
) -> None:
    """Looked at again at once after a later submission was accepted."""
    if not usable.asynchronous:
        pytest.skip("the submission is synchronous")
    story = session.story(Suite.LIFECYCLE)
    letters = Letters(session, usable, story.namespace)
    request = "A, A, B, B', C!" if letters.invalid else "A, A, B, B'"
    try:
        first = session.submit(story, usable, letters.entries(request))
        session.settle(first)
        later = session.submit(story, usable, letters.entries("D"))
        session.poll(first)
        session.settle(later)
    except Broken as problem:
        note(session, problem)


def test_items_of_a_large_batch_meet_however_far_apart(
    session: Session, usable: Submission
) -> None:
    """Twins, rivals, invalid items at both ends and around every round number; then again."""
    most = session.plan.effort.pick(260, 2100, 10000)
    problem = large_problem(session, usable, min(most, usable.max_items or most))
    if problem is None:
        return
    if session.knows(problem.finding.requirement):
        note(session, problem)
        return
    smaller = large_problem(session, usable, min(most, usable.max_items or most, 130))
    same = smaller is not None and smaller.finding.requirement == problem.finding.requirement
    note(session, smaller if same and smaller is not None else problem)


def test_what_was_saved_is_remembered(session: Session, usable: Submission) -> None:
    """A record is known after many further submissions, and after a long time."""
    story = session.story(Suite.LIFECYCLE)
    letters = Letters(session, usable, story.namespace)
    count = session.plan.effort.pick(24, 130, 300)

    def known(request: str) -> list[Entry]:
        return [letters.entry(letter, catalogue.MEMORY) for letter in split(request)]

    try:
        first = session.submit(story, usable, letters.entries("A, B"))
        session.settle(first)
        session.settle(session.submit(story, usable, known("A")))
        between = []
        for number in range(count):
            item = letters.maker.keyed(letters.variants[0], f"{story.namespace}m{number}")
            between.append(session.submit(story, usable, [spelled(item)]))
        session.settle(between[-1])
        session.settle(session.submit(story, usable, known("A, B'")))
        session.advance(story, 40 * 86400)
        session.settle(session.submit(story, usable, known("B, A'")))
        for _ in range(session.plan.effort.pick(3, 8, 20)):
            look_again(session, [first, between[0]])
    except Broken as problem:
        note(session, problem)
