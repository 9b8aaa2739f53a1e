"""Whether every item becomes final."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.vocabulary import Lifecycle


def faults(contract: Contract) -> Iterator[Fault]:
    """Find lifecycles whose items may never become final."""
    for lifecycle in contract.lifecycles:
        initial = [state for state in lifecycle.states if state.is_initial]
        if lifecycle.states and len(initial) == len(lifecycle.states):
            yield Fault(
                (*lifecycle.pointer, "states"),
                f"{lifecycle.name} has no final state, so its items stay {initial[0].name} for ever",
                "add a state that is not initial, and a row that leads to it",
                at_key=True,
            )
        else:
            yield from second_beginnings(lifecycle)


def second_beginnings(lifecycle: Lifecycle) -> Iterator[Fault]:
    """Find a second initial state, and rows that lead back to one."""
    initial = [state for state in lifecycle.states if state.is_initial]
    for state in initial[1:]:
        yield Fault(
            state.pointer,
            f"{lifecycle.name} has a second initial state, besides {initial[0].name}",
            "let one of them be final",
            at_key=True,
        )
    for outcome in lifecycle.outcomes:
        if outcome.then in [state.name for state in initial]:
            yield Fault(
                (*outcome.pointer, "then"),
                f"this row leads to {outcome.then}, which is not final",
                "lead to a final state: an outcome is for ever",
            )


RULE: Final = Rule(
    id="final-state",
    severity="error",
    sentence="A lifecycle has one initial state at most, and every row leads to a final one.",
    why="An item that never becomes final keeps its partner asking for ever.",
    breaks=parcels(
        ("then: Failed, source: guide 2", "then: ▸Pending, source: guide 2"),
        ("        Failed: {}\n", ""),
        ("Duplicate, Conflict, Failed]}", "Duplicate, Conflict]}"),
    ),
    keeps=parcels(),
    faults=faults,
)
