"""Attempts that may break something, played side by side: what is noted of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Concatenate, ParamSpec

from contract_tests.http.failures import NotAllowed
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.reading.requirements import Requirement
from contract_tests.scenarios.shrinking import note

Act = Callable[[Session], object]
"""What is attempted, with a session of its own."""
P = ParamSpec("P")


def trial(act: Callable[Concatenate[Session, P], object], *given: P.args, **named: P.kwargs) -> Act:
    """Return a function of a session and more as what is attempted with a session."""
    return lambda session: act(session, *given, **named)


def attempted(act: Callable[[], object]) -> Broken | None:
    """Return what an act breaks, None when it breaks nothing or may not be done in this run."""
    try:
        act()
    except Broken as problem:
        return problem.bare()
    except NotAllowed:
        return None
    return None


def each_noted(session: Session, acts: Sequence[Act]) -> None:
    """Attempt all; note what each of them breaks."""
    session.together([partial(_noted, act) for act in acts])


def _noted(act: Act, session: Session) -> None:
    if session.stuck:
        return  # nothing becomes final here: one finding says so
    problem = attempted(partial(act, session))
    if problem is not None:
        note(session, problem)


def first_noted(session: Session, acts: Sequence[Act]) -> bool:
    """Attempt one after the other until one breaks something, or all where they wait together; note the first."""
    if session.pool.size == 1:
        problem = next(filter(None, (attempted(partial(act, session)) for act in acts)), None)
    else:
        problem = next(
            filter(None, session.together([partial(_problem, act) for act in acts])), None
        )
    if problem is not None:
        note(session, problem)
    return problem is not None


def _problem(act: Act, session: Session) -> Broken | None:
    return attempted(partial(act, session))


def first_of_each_noted(session: Session, acts: Sequence[Act]) -> bool:
    """Attempt all; note the first that breaks each requirement. Returns whether anything was noted."""
    noted: set[Requirement] = set()
    for problem in filter(None, session.together([partial(_problem, act) for act in acts])):
        if problem.finding.requirement not in noted:
            noted.add(problem.finding.requirement)
            note(session, problem)
    return bool(noted)
