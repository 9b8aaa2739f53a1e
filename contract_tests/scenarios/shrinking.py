"""Notes findings, and first makes small what shows them: fewer requests, fewer items, fewer members.

What led to a finding is played again with less of it, with keys of its own. The oracle judges each try anew, so
whatever still breaks the same requirement shows it as well.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from contract_tests.generation.keys import in_digits, in_letters
from contract_tests.generation.values import drop, inner_paths
from contract_tests.http.failures import TargetFailure
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, Step, Story, Submitted
from contract_tests.reading.json_text import parsed
from contract_tests.reading.schemas import Path
from contract_tests.scenarios.records import look_again

Steps = Sequence[Step]
Play = Callable[[Session, Story, Steps], None]


def note(session: Session, problem: Broken) -> None:
    """Note a finding and go on; the first of a requirement and an operation is made small."""
    if not session.stuck and not session.findings.is_reduced(problem.finding):
        problem = reduced(session, problem)
    session.note(problem)


def reduced(session: Session, problem: Broken) -> Broken:
    """Return the same as fewer requests, items and members show it.

    It is over when nothing more can be left out, when the effort's time is, or the budget.
    """
    steps = problem.story.steps if problem.story is not None else []
    if not steps or session.dry:
        return problem
    for play in (_settled_one_by_one, _settled_at_the_end):
        reduction = _Reduction(session, problem, play)
        if reduction.shows(steps):
            reduction.leave_out_steps()
            reduction.leave_out_items()
            reduction.leave_out_members()
            told = problem.finding
            return reduction.best.but(
                requirement=told.requirement,
                place=told.place,
                plain=told.plain,
                case=told.case,
                varies=told.varies,
            )
    return problem


class _Reduction:
    """A finding, and the fewest steps so far that show it."""

    def __init__(self, session: Session, problem: Broken, play: Play) -> None:
        self.best = problem
        self._session = session
        self._play = play
        self._ends = time.monotonic() + session.plan.effort.pick(3, 4, 60)

    @property
    def steps(self) -> list[Step]:
        """Return the steps that show it so far."""
        return list(self.best.story.steps) if self.best.story is not None else []

    def shows(self, steps: Steps) -> bool:
        """Play steps under keys of their own; keep them when they break the same requirement."""
        known = self.best.story
        if known is None or time.monotonic() > self._ends:
            return False
        story = self._session.story(known.suite)
        renamed = [_renamed(step, known.namespace, story.namespace) for step in steps]
        try:
            self._play(self._session, story, renamed)
        except Broken as again:
            one, other = again.finding, self.best.finding
            if (one.requirement, one.misjudged) != (other.requirement, other.misjudged):
                return False
            self.best = again
            return True
        except TargetFailure:
            self._ends = 0.0  # nothing more may be sent: what is known so far must do
        return False

    def leave_out_steps(self) -> None:
        """Try to do without each request, the first ones first."""
        number = 0
        while number < len(self.steps) > 1:
            steps = self.steps
            if not self.shows(steps[:number] + steps[number + 1 :]):
                number += 1

    def leave_out_items(self) -> None:
        """Try to do without parts of each request: halves, quarters, and so on to single items."""
        for number, whole in enumerate(self.steps):
            length = (len(whole.entries) + 1) // 2
            while length:
                start = 0
                while start < len(self.steps[number].entries) > 1:
                    entries = self.steps[number].entries
                    left = entries[:start] + entries[start + length :]
                    if not left or not self.shows(self._with(number, left)):
                        start += length
                length //= 2

    def _with(self, number: int, entries: tuple[Entry, ...]) -> list[Step]:
        steps = self.steps
        steps[number] = replace(steps[number], entries=entries)
        return steps

    def leave_out_members(self) -> None:
        """Try to do without each member, or entry of an array, wherever it stands."""
        every = [
            path
            for step in self.steps
            for entry in step.entries
            for path in inner_paths(entry.value)
        ]
        # From behind, so that the places of what is left in an array stay the same.
        for path in sorted(
            dict.fromkeys(every), key=lambda one: (len(one), str(one)), reverse=True
        ):
            steps = [
                replace(step, entries=tuple(_without(entry, path) for entry in step.entries))
                for step in self.steps
            ]
            if steps != self.steps:
                self.shows(steps)


def _without(entry: Entry, path: Path) -> Entry:
    if path not in inner_paths(entry.value):
        return entry
    less = drop(entry.value, path)
    return replace(entry, value=less, text=json.dumps(less, separators=(",", ":")))


def _renamed(step: Step, old: str, new: str) -> Step:
    texts = [
        entry.text.replace(old, new)
        .replace(in_digits(old), in_digits(new))
        .replace(in_letters(old), in_letters(new))
        for entry in step.entries
    ]
    return replace(
        step,
        entries=tuple(
            replace(entry, value=parsed(text), text=text)
            for entry, text in zip(step.entries, texts, strict=True)
        ),
    )


def _settled_one_by_one(session: Session, story: Story, steps: Steps) -> None:
    made: list[Submitted] = []
    for step in steps:
        made.append(session.submit(story, step.submission, step.entries, step.caller))
        session.settle(made[-1])
    look_again(session, made)


def _settled_at_the_end(session: Session, story: Story, steps: Steps) -> None:
    made = [session.submit(story, one.submission, one.entries, one.caller) for one in steps]
    for one in reversed(made):
        session.settle(one)
    look_again(session, made)
