"""Attempts that may break something: the first of each requirement is noted, the others are the same again."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.http.failures import NotAllowed
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.reading.requirements import Requirement
from contract_tests.scenarios.shrinking import note


def attempted(act: Callable[[], object]) -> Broken | None:
    """Return what an act breaks, None when it breaks nothing or may not be done in this run."""
    try:
        act()
    except Broken as problem:
        return problem
    except NotAllowed:
        return None
    return None


class FirstOfEach:
    """Notes the first finding of each requirement."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._noted: set[Requirement] = set()

    def attempt(self, act: Callable[[], object]) -> None:
        """Act, and note what is broken for the first time."""
        problem = attempted(act)
        if problem is not None and problem.finding.requirement not in self._noted:
            self._noted.add(problem.finding.requirement)
            note(self._session, problem)

    @property
    def any(self) -> bool:
        """Whether anything was noted."""
        return bool(self._noted)
