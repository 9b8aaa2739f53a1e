"""Any number of submissions of two partners, in any order, looked at at any time: a machine of Hypothesis."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from contract_tests.http.partners import Caller
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, Submitted
from contract_tests.reading.contract import Submission
from contract_tests.scenarios import batches, filters
from contract_tests.scenarios.letters import Letters
from contract_tests.scenarios.records import look_again


class _Enough(BaseException):
    """The time for stories is over; no Exception, so that Hypothesis lets it pass."""


class _Search:
    """What a machine is looking for: the smallest story that breaks the first requirement that was found broken."""

    def __init__(self, session: Session, seconds: float) -> None:
        self.session = session
        self.best: Broken | None = None
        self._ends = time.monotonic() + seconds

    @property
    def over(self) -> bool:
        """Whether the time for stories, or for making one small, has passed."""
        return time.monotonic() > self._ends

    def is_of_interest(self, problem: Broken) -> bool:
        """Remember the smallest story; the first one gives the time that shrinking may take.

        While one requirement is made small, another that is broken is of no interest: it would be taken for
        the same.
        """
        best = self.best
        if best is None:
            self.best = problem
            known = self.session.knows(problem.finding.requirement)
            seconds = 0 if known else self.session.plan.effort.pick(2, 4, 30)
            self._ends = time.monotonic() + seconds
            return True
        if best.finding.requirement != problem.finding.requirement:
            return False
        if _size(problem) < _size(best):
            self.best = problem
        return True


def _size(problem: Broken) -> tuple[int, int]:
    return problem.finding.requests, problem.finding.size


class Machine(RuleBasedStateMachine):
    """A story whose steps Hypothesis chooses, checked after every look."""

    search: ClassVar[_Search]

    def __init__(self) -> None:
        super().__init__()
        if self.search.over:
            raise _Enough
        self.session = self.search.session
        self.story = self.session.story(Suite.LIFECYCLE)
        self.made: list[Submitted] = []
        self.over = False
        self.letters: dict[tuple[str, Caller], Letters] = {}
        self.kinds = self.session.usable
        self.callers = self.session.callers

    def _letters(self, submission: Submission, caller: Caller) -> Letters:
        place = (submission.id, caller)
        if place not in self.letters:
            self.letters[place] = Letters(self.session, submission, self.story.namespace, caller)
        return self.letters[place]

    @rule(
        request=batches.requests(),
        kind=st.integers(0, 7),
        other=st.sampled_from((False, False, False, True)),
        settled=st.booleans(),
    )
    def submit(self, request: list[batches.Plan], kind: int, other: bool, settled: bool) -> None:
        """Submit items, and perhaps wait for them."""
        submission = self.kinds[kind % len(self.kinds)]
        caller = self.callers[-1] if other else Caller.FIRST
        number = len(self.made)
        entries = batches.entries(self._letters(submission, caller), request, f"f{number}")
        self._submit(submission, entries, caller, settled=settled)

    def _submit(
        self, submission: Submission, entries: list[Entry], caller: Caller, *, settled: bool
    ) -> None:
        def act() -> None:
            one = self.session.submit(self.story, submission, entries, caller)
            self.made.append(one)
            if settled and submission.asynchronous:
                self.session.settle(one)

        self._do(act)

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20))
    def send_again(self, which: int) -> None:
        """Send the items of an earlier submission again."""
        one = self._one(which)
        self._submit(one.submission, list(one.entries), one.caller, settled=True)

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20), letter=st.integers(0, 3))
    def correct(self, which: int, letter: int) -> None:
        """Send a valid item with a key that was used before, whatever became of it."""
        one = self._one(which)
        letters = self._letters(one.submission, one.caller)
        entries = batches.entries(letters, [batches.Plan(letter)], "c")
        self._submit(one.submission, entries, one.caller, settled=True)

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20))
    def look(self, which: int) -> None:
        """Look at a submission, final or not."""
        one = self._one(which)
        if one.submission.asynchronous:
            self._do(lambda: self.session.poll(one))

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20), value=st.integers(0, 20))
    def look_filtered(self, which: int, value: int) -> None:
        """Look at a submission through the filter."""
        one = self._one(which)
        parameter = one.submission.state_filter
        if parameter is None or not one.settled:
            return
        chosen = parameter.values[value % len(parameter.values)]
        states = one.submission.lifecycle.states
        state = next((s for s in states if s.lower() == chosen.lower()), chosen)
        self._do(lambda: filters.filtered(self.session, one, parameter, chosen, state))

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20))
    def wait(self, which: int) -> None:
        """Wait until a submission is final; all earlier ones must be final then."""
        one = self._one(which)
        self._do(lambda: self.session.settle(one))

    def _one(self, which: int) -> Submitted:
        return self.made[which % len(self.made)]

    def _do(self, act: Callable[[], object]) -> None:
        """Act, unless a failure before was of no interest: the rest of a story says nothing then."""
        if self.over:
            return
        try:
            act()
        except Broken as problem:
            self.over = True
            if self.search.is_of_interest(problem):
                raise

    def teardown(self) -> None:
        """Settle everything, the latest first, and look at all of it again."""
        if hasattr(self, "made"):
            self._do(self._settle_all)

    def _settle_all(self) -> None:
        for one in reversed(self.made):
            if one.submission.asynchronous:
                self.session.settle(one)
        look_again(self.session, self.made)


def search(session: Session) -> Broken | None:
    """Let the machine make stories; return the smallest that breaks something, None when none does."""
    effort = session.plan.effort
    found = _Search(session, effort.pick(3, 14, 240))
    kind: Any = type("Story", (Machine,), {"search": found})
    hypothesis.seed(session.plan.seed)(kind)
    try:
        run_state_machine_as_test(
            kind,
            settings=hypothesis.settings(
                max_examples=effort.pick(8, 40, 400),
                stateful_step_count=effort.pick(6, 10, 20),
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                print_blob=False,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    except _Enough:
        pass
    except Exception:
        # An end in the midst of a story looks like a flaky strategy to Hypothesis.
        if found.best is None and not found.over:
            raise
    return found.best
