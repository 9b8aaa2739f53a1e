"""Whether a state that is not final can be left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.lives.samples import orders
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find states without a transition out of them that are not called final."""
    for life in contract.lives:
        left = {state for one in life.transitions for state in one.sources}
        for state in life.states if life.transitions else ():
            if state not in left and state not in life.final:
                yield Fault(
                    (*life.pointer, "states", state),
                    f"nothing leads out of {state}, and it is not final",
                    "write `final: true`, or add a transition",
                    at_key=True,
                )


RULE: Final = Rule(
    id="life-state-exit",
    severity="warning",
    sentence="A state of a resource is final, or a transition leads out of it.",
    why="Whether a resource is stuck or done is told to nobody; the judge holds final states to be for ever.",
    breaks=orders(("        Sent: {final: true}\n", "        ▸Sent: {}\n")),
    keeps=orders(),
    faults=faults,
    preset="recommended",
)
