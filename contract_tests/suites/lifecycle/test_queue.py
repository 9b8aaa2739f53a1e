"""In which order submissions are processed (docs/lifecycle.md#order)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from contract_tests.judging import catalogue
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Effort, Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.requirements import Kind
from contract_tests.scenarios import stories
from contract_tests.scenarios.attempts import first_noted, trial
from contract_tests.scenarios.letters import Letters
from contract_tests.scenarios.records import look_again


def test_submissions_are_processed_in_the_order_of_acceptance(
    session: Session, usable: Submission
) -> None:
    """All steps of a story are sent before any is settled; the latest is looked at first."""
    letters = Letters(session, usable, "")
    several = [one for one in stories.STORIES if len(one) > 1 and letters.knows(one)]
    fit = usable.max_items is None or usable.max_items >= sum(map(len, map(", ".join, several)))
    quick = session.plan.effort is Effort.QUICK
    if quick and fit and _queued(session, usable, several) is None:
        return
    first_noted(session, [trial(_in_order, usable, steps) for steps in several])


def _in_order(session: Session, submission: Submission, steps: Sequence[str]) -> None:
    problem = _queued(session, submission, [steps])
    if problem is not None:
        raise _of_order(session, submission, steps, problem)


def _of_order(
    session: Session, submission: Submission, steps: Sequence[str], problem: Broken
) -> Broken:
    """Return an outcome under the requirement of order where the story ends well step by step."""
    if problem.finding.requirement.kind is not Kind.OUTCOME:
        return problem
    try:
        stories.play(session, submission, steps, Suite.LIFECYCLE)
    except Broken as plain:
        return plain
    ordered = problem.but(requirement=catalogue.STATE_ORDER)
    session.findings.is_reduced(ordered.finding)
    return ordered


def _queued(
    session: Session, submission: Submission, together: Sequence[Sequence[str]]
) -> Broken | None:
    """Send stories side by side, step by step, and only then look; return what went wrong."""
    story = session.story(Suite.LIFECYCLE)
    letters = [
        Letters(session, submission, f"{story.namespace}s{number}.")
        for number in range(len(together))
    ]
    try:
        made = []
        for step in range(max(map(len, together))):
            told = [(own, one) for own, one in zip(letters, together, strict=True) if one[step:]]
            entries = [entry for own, one in told for entry in own.entries(one[step])]
            made.append(session.submit(story, submission, entries))
        if submission.asynchronous:
            session.poll(made[0])
            for one in reversed(made):
                session.settle(one)
        look_again(session, made)
    except Broken as problem:
        return problem
    return None


def test_submissions_of_all_kinds_stand_in_one_queue(session: Session, contract: Contract) -> None:
    """What was accepted first is final first, whatever kind of submission the next one is."""
    slow = [one for one in session.usable if one.asynchronous]
    first_noted(session, [trial(_one_queue, *both) for both in itertools.permutations(slow, 2)])


def _one_queue(session: Session, first: Submission, second: Submission) -> None:
    story = session.story(Suite.LIFECYCLE)
    before = Letters(session, first, story.namespace).entries("A, B, C, D")
    one = session.submit(story, first, before)
    after = Letters(session, second, story.namespace).entries("A")
    two = session.submit(story, second, after)
    session.creep(two)
    session.settle(two)
    session.settle(one)


def test_a_synchronous_submission_comes_after_all_that_was_accepted(
    session: Session, contract: Contract
) -> None:
    """What waits in a queue is settled before a synchronous submission is judged."""
    slow = [one for one in session.usable if one.asynchronous]
    quick = [one for one in session.usable if not one.asynchronous]
    if not slow or not quick:
        pytest.skip("the contract has no asynchronous and synchronous submission side by side")
    requests = (("A", "A"), ("A, A'", "A"), ("A", "A, A'"), ("A!", "A"))
    every = itertools.product(slow, quick, requests)
    first_noted(session, [trial(_after_all, *one) for one in every])


def _after_all(
    session: Session, first: Submission, second: Submission, letters: tuple[str, str]
) -> None:
    story = session.story(Suite.LIFECYCLE)
    own = Letters(session, first, story.namespace)
    if not own.knows(letters):
        return
    one = session.submit(story, first, own.entries(letters[0]))
    other = Letters(session, second, story.namespace)
    two = session.submit(story, second, other.entries(letters[1]))
    session.settle(one)
    look_again(session, [one, two])
