"""Whether a state is both initial and saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find saved states that nothing saves to, which `unreachable-state` does not tell."""
    for lifecycle in contract.lifecycles:
        for state in lifecycle.states:
            if state.is_saved and state.is_initial:
                yield Fault(
                    state.pointer,
                    f"{state.name} is initial and saved, but an item is saved when it is judged",
                    "let a final state be saved",
                    at_key=True,
                )


RULE: Final = Rule(
    id="saved-state",
    severity="error",
    sentence="No state is both initial and saved.",
    why="An item is saved when it is judged; before that there is nothing to save.",
    breaks=parcels(
        ("        Pending: {initial: true}", "        ▸Pending: {initial: true, saved: true}")
    ),
    keeps=parcels(),
    faults=faults,
)
