"""The lives of resources under two contracts: the shortest row of steps after which they differ."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from spec_review.reading.lives import Life, Needed, Transition
from spec_review.simulation.guards import Known, deciding, holds

StepKind = Literal["make", "operation", "event", "wait"]


@dataclass(frozen=True, slots=True)
class LifeStep:
    """Something that happens to a resource: it is made, an operation or an event, or seconds that pass.

    `known` is what the request and the resource have to hold, as far as expressions ask.
    """

    kind: StepKind
    name: str = ""
    seconds: float = 0.0
    known: Known = ()


@dataclass(frozen=True, slots=True)
class LifeWitness:
    """Steps after the last of which a resource stands otherwise: its states, or refusals, before and after."""

    lifecycle: str
    steps: tuple[LifeStep, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """A life as one contract has it, and what operations require of it there."""

    life: Life
    needs: tuple[Needed, ...]

    def begins(self, step: LifeStep) -> str:
        """The state in which a resource begins, or that it is refused."""
        for row in self.life.rows:
            if row.when == "otherwise" or (row.rule is not None and holds(row.rule, step.known)):
                return f"refused with {row.refuse}" if row.refuse is not None else row.then or ""
        return self.life.initial or ""

    def answers(self, state: str, step: LifeStep) -> str:
        """The state after a step, or that it is refused for what it requires."""
        if step.kind == "operation":
            for one in self.needs:
                if one.operation == step.name and state not in one.states:
                    return f"refused with {one.otherwise}"
        left = step.seconds
        while True:
            found = self._transition(state, step, left)
            if found is None:
                return state
            state = found.to
            if step.kind != "wait":
                return state
            left -= float(found.cause[1])

    def _transition(self, state: str, step: LifeStep, left: float) -> Transition | None:
        found = [
            one for one in self.life.transitions if state in one.sources and _is_by(one, step, left)
        ]
        found.sort(key=lambda one: float(one.cause[1]) if step.kind == "wait" else 0)
        return next((one for one in found if holds(one.guard, step.known)), None)


def _is_by(transition: Transition, step: LifeStep, left: float) -> bool:
    kind, name = transition.cause
    if step.kind == "wait":
        return kind == "after" and float(name) <= left
    return (kind, name) == (step.kind, step.name)


def witness(old: Side, new: Side, shows: Callable[[LifeStep], bool]) -> LifeWitness | None:
    """The shortest row of steps that ends with one that `shows` a change and after which the two sides differ."""
    alphabet = list(steps(old, new))
    waiting: deque[tuple[str, tuple[LifeStep, ...], tuple[str, ...]]] = deque()
    for make in makings(old, new):
        was, now = old.begins(make), new.begins(make)
        if was != now:
            if shows(make):
                return LifeWitness(new.life.name, (make,), (was,), (now,))
            continue
        if not was.startswith("refused"):
            waiting.append((was, (make,), (was,)))
    seen = {state for state, _, _ in waiting}
    while waiting:
        state, taken, states = waiting.popleft()
        for step in alphabet:
            was, now = old.answers(state, step), new.answers(state, step)
            if was != now and shows(step):
                return LifeWitness(new.life.name, (*taken, step), (*states, was), (*states, now))
            if was == now and was not in seen and not was.startswith("refused"):
                seen.add(was)
                waiting.append((was, (*taken, step), (*states, was)))
    return None


def makings(old: Side, new: Side) -> Iterator[LifeStep]:
    """Creations, one for each way in which the rules of their outcomes decide; the plain one first."""
    rules = [row.rule for side in (old, new) for row in side.life.rows if row.rule is not None]
    if not any(holds(rule, ()) for rule in rules):
        yield LifeStep("make")
    for known in deciding(rules) if rules else ():
        if any(holds(rule, known) for rule in rules):
            yield LifeStep("make", known=known)


def steps(old: Side, new: Side) -> Iterator[LifeStep]:
    """Everything that may happen under either side, with values that decide its guards in every way."""
    causes = dict.fromkeys(one.cause for side in (old, new) for one in side.life.transitions)
    for kind, name in causes:
        if kind == "after":
            yield LifeStep("wait", seconds=float(name))
            continue
        guards = _guards((old, new), (kind, name))
        step: StepKind = "operation" if kind == "operation" else "event"
        for known in deciding(guards) if guards else [()]:
            yield LifeStep(step, str(name), known=known)
    moving = {name for kind, name in causes if kind == "operation"}
    for one in (*old.needs, *new.needs):
        if one.operation not in moving:
            yield LifeStep("operation", one.operation)


def _guards(sides: Sequence[Side], cause: tuple[str, str | float]) -> list[str]:
    found = (
        one.guard
        for side in sides
        for one in side.life.transitions
        if one.cause == cause and one.guard is not None
    )
    return list(dict.fromkeys(found))
