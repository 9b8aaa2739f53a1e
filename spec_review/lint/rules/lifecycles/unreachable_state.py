"""Whether a state is never reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find states that no row leads to."""
    for lifecycle in contract.lifecycles:
        reached = {outcome.then for outcome in lifecycle.outcomes}
        for state in lifecycle.states:
            if not state.is_initial and state.name not in reached:
                yield Fault(
                    state.pointer,
                    f"no outcome row of {lifecycle.name} leads to {state.name}",
                    "add a row that leads there, or leave the state out",
                    at_key=True,
                )


RULE: Final = Rule(
    id="unreachable-state",
    severity="error",
    sentence="Every state is the initial one or the end of some outcome row.",
    why="A state that nothing leads to is promised to partners and never comes.",
    breaks=parcels(
        ("        Failed: {}\n", "        Failed: {}\n        ▸Lost: {}\n"),
        ("Duplicate, Conflict, Failed]}", "Duplicate, Conflict, Failed, Lost]}"),
    ),
    keeps=parcels(),
    faults=faults,
)
