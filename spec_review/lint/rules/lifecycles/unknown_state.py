"""Whether a row or a silence names a state that is not declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.output.wording import did_you_mean, joined
from spec_review.reading.contract import Contract
from spec_review.reading.values import text


def faults(contract: Contract) -> Iterator[Fault]:
    """Find states that are named and not declared."""
    for lifecycle in contract.lifecycles:
        names = lifecycle.state_names
        for outcome in lifecycle.outcomes if names else ():
            if outcome.then and outcome.then not in names:
                yield Fault(
                    (*outcome.pointer, "then"),
                    f"{lifecycle.name} has no state {outcome.then}",
                    did_you_mean(outcome.then, names, f"its states are {joined(names)}"),
                )
    every = {name for lifecycle in contract.lifecycles for name in lifecycle.state_names}
    for silence in contract.silences:
        for index, other in enumerate(silence.instead):
            name = text(other.get("state"))
            if name and name not in every:
                yield Fault(
                    (*silence.pointer, "instead", index, "state"),
                    f"no lifecycle has a state {name}",
                    did_you_mean(name, every, f"the states are {joined(sorted(every))}"),
                )


RULE: Final = Rule(
    id="unknown-state",
    severity="error",
    sentence="Every state that a row or a silence names is declared.",
    why="The server would answer a state of which nobody knows whether it is final or saved.",
    breaks=parcels(
        ("then: Conflict, source", "then: ▸Conflit, source"),
        ("        Conflict: {}\n", ""),
        ("Duplicate, Conflict, Failed]}", "Duplicate, Failed]}"),
        ("alternatives: [Conflict]", "alternatives: [Failed]"),
    ),
    keeps=parcels(),
    faults=faults,
)
