"""What a resource becomes, by the life that its contract declares. Pure: states and facts in, states out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from contract_tests.judging import life_catalogue as catalogue
from contract_tests.reading.expressions import holds_for
from contract_tests.reading.lives import Creation, Life, Transition
from contract_tests.reading.requirements import Requirement

Facts = Mapping[str, object]
"""What expressions know: self, request, partner, now, parent."""


class Kind(Enum):
    """What may move a resource."""

    OPERATION = "operation"
    EVENT = "event"
    TIME = "time"


@dataclass(frozen=True)
class Cause:
    """Something that happens to a resource: an operation, an event, or so many seconds that pass.

    `to` is the state that a change of its representation asks for.
    """

    kind: Kind
    name: str = ""
    seconds: float = 0.0
    to: str | None = None

    @property
    def told(self) -> str:
        """Return it in words."""
        return f"{self.seconds:g} s" if self.kind is Kind.TIME else self.name


def causes(life: Life) -> list[Cause]:
    """Return everything that moves something in a life, each once."""
    found = []
    for one in life.transitions:
        if one.operation is not None:
            found.append(Cause(Kind.OPERATION, one.operation, to=one.to))
        elif one.event is not None:
            found.append(Cause(Kind.EVENT, one.event))
        elif one.after is not None:
            found.append(Cause(Kind.TIME, seconds=one.after.total_seconds()))
    return list(dict.fromkeys(found))


def is_by(transition: Transition, cause: Cause) -> bool:
    """Whether a transition is caused so."""
    if cause.kind is Kind.OPERATION:
        return transition.operation == cause.name and cause.to in {None, transition.to}
    if cause.kind is Kind.EVENT:
        return transition.event == cause.name
    return transition.after is not None and transition.after.total_seconds() <= cause.seconds


def transition(life: Life, state: str, cause: Cause, facts: Facts) -> Transition | None:
    """Return the transition that a cause leads to from a state, None where it leads nowhere."""
    found = [one for one in life.transitions if state in one.sources and is_by(one, cause)]
    found.sort(key=lambda one: one.after.total_seconds() if one.after is not None else 0)
    fulfilled = (one for one in found if one.guard is None or holds_for(one.guard, facts))
    return next(fulfilled, None)


def becomes(life: Life, state: str, cause: Cause, facts: Facts) -> str:
    """Return the state that a cause leads to; where time passes, one transition may follow another."""
    left = cause.seconds
    while True:
        found = transition(life, state, Cause(cause.kind, cause.name, left, cause.to), facts)
        if found is None:
            return state
        state = found.to
        if found.after is None:
            return state
        left -= found.after.total_seconds()


def held_back(life: Life, state: str, cause: Cause, facts: Facts) -> frozenset[str]:
    """Return the states to which a cause would lead if guards did not hold it back."""
    return frozenset(
        one.to
        for one in life.transitions
        if state in one.sources
        and is_by(one, cause)
        and one.guard is not None
        and not holds_for(one.guard, facts)
    )


def may_follow(life: Life, state: str) -> frozenset[str]:
    """Return the states that a resource may have by now on which time and others work unseen."""
    found, new = {state}, {state}
    while new:
        by_itself = (one for one in life.transitions if one.operation is None)
        new = {one.to for one in by_itself if new & set(one.sources)} - found
        found |= new
    return frozenset(found)


def row(life: Life, facts: Facts, *, twin: bool = False, rival: bool = False) -> Creation | None:
    """Return the row that decides what a creation becomes, None where there is none and it begins as usual."""
    conditions = {"twin-saved": twin, "rival-saved": rival, "otherwise": True}
    for one in life.rows:
        if holds_for(one.rule, facts) if one.rule is not None else conditions.get(one.when, False):
            return one
    return None


def broken_by(
    life: Life, before: str, cause: Cause, facts: Facts, after: str
) -> Requirement | None:
    """Return the requirement that is broken where a cause led from one state to another; None where none is."""
    wanted = becomes(life, before, cause, facts)
    if after == wanted:
        return None
    if after not in life.states:
        return catalogue.STATE
    if before in life.final:
        return catalogue.FINAL
    if wanted != before and after == before:
        return _OF_KIND[cause.kind]
    if wanted == before and after in held_back(life, before, cause, facts):
        return catalogue.GUARD
    return catalogue.TRANSITION


_OF_KIND = {
    Kind.OPERATION: catalogue.OPERATION,
    Kind.EVENT: catalogue.EVENT,
    Kind.TIME: catalogue.DEADLINE,
}
