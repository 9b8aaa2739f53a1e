"""A status through its filter by state (docs/contracts.md#state-filter)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Submitted, spelled
from contract_tests.reading.contract import Parameter, Submission
from contract_tests.reading.requirements import Requirement
from contract_tests.scenarios import filters
from contract_tests.scenarios.letters import Letters
from contract_tests.scenarios.shrinking import note


def test_a_status_can_be_filtered_by_state(session: Session, usable: Submission) -> None:
    """Every declared value of the filter, in either case, before and after the end."""
    parameter = usable.state_filter
    if parameter is None:
        pytest.skip("the status operation has no filter by state")
    try:
        made = _submitted(session, usable, parameter)
    except Broken as problem:
        note(session, problem)
        return
    noted: set[Requirement] = set()
    for one in _problems(session, made, parameter):
        if one.finding.requirement not in noted:
            noted.add(one.finding.requirement)
            note(session, one)


def _submitted(session: Session, submission: Submission, parameter: Parameter) -> Submitted:
    """Submit items that come to every state, and look through the filter while they wait."""
    story = session.story(Suite.LIFECYCLE)
    letters = Letters(session, submission, story.namespace)
    session.settle(session.submit(story, submission, letters.entries("D")))
    request = "A, B, B', A, C!, D, E, E" if letters.invalid else "A, B, B', A, D, E, E"
    entries = letters.entries(request)
    extended = {**entries[-1].value, "x_more": {"x": 1}}
    if letters.maker.validity.is_valid(extended):
        entries[-2:] = [spelled(extended)] * 2
    made = session.submit(story, submission, entries)
    filters.filtered_while_pending(session, made, parameter)
    session.settle(made)
    return made


def _problems(session: Session, made: Submitted, parameter: Parameter) -> list[Broken]:
    states = {state.lower(): state for state in made.submission.lifecycle.states}
    problems: list[Broken | None] = []
    wrong: set[str] = set()
    # The states as they are declared come first: what is wrong with them is wrong in another case too.
    for value in sorted(parameter.values, key=lambda value: value not in states.values()):
        state = states.get(value.lower())
        if state is None or value.lower() in wrong:
            continue
        problem = _problem(partial(filters.filtered, session, made, parameter, value, state))
        if problem is not None:
            problems.append(problem)
            wrong.add(value.lower())
    for value in _strange(parameter.values, made):
        problems.append(
            _problem(partial(filters.filtered_by_nonsense, session, made, parameter, value))
        )
    problems.append(_problem(partial(filters.filtered_twice, session, made, parameter)))
    return [one for one in problems if one is not None]


def _strange(values: tuple[str, ...], made: Submitted) -> list[str]:
    """Return values that the filter does not know; those that are like one that it knows are like one of the items."""
    first = next((one for one in values if one in made.states), values[0])
    near = (first.upper(), ",".join(values[:2]), first[:1].lower() + first[1:].upper())
    spaces = (f"%20{first}", f"{first}%20")
    every = ("Nope", *near, *spaces, "0", "null", "", "%25", "%FF")
    return [value for value in every if value not in values]


def _problem(act: Callable[[], None]) -> Broken | None:
    try:
        act()
    except Broken as problem:
        return problem
    return None


def test_the_declared_state_values_that_no_filter_takes_are_refused(
    session: Session, usable: Submission
) -> None:
    """A state that is no value of the filter is as unknown to it as any other text."""
    parameter = usable.state_filter
    if parameter is None:
        pytest.skip("the status operation has no filter by state")
    missing = [state for state in usable.lifecycle.states if state not in parameter.values]
    story = session.story(Suite.LIFECYCLE)
    try:
        entries = Letters(session, usable, story.namespace).entries("A")
        made = session.submit(story, usable, entries)
        session.settle(made)
        for state in missing:
            filters.filtered_by_nonsense(session, made, parameter, state)
    except Broken as problem:
        note(session, problem)
