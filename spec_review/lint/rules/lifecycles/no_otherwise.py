"""Whether the decision table ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.lifecycles.samples import OTHERWISE
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find lifecycles that leave items undecided."""
    for lifecycle in contract.lifecycles:
        asked = [outcome.when for outcome in lifecycle.outcomes]
        if asked and "otherwise" not in asked:
            yield Fault(
                (*lifecycle.pointer, "outcomes"),
                f"{lifecycle.name} does not say what becomes of an item that no row decides",
                "end with {when: otherwise, then: ...}",
                at_key=True,
            )


RULE: Final = Rule(
    id="no-otherwise",
    severity="error",
    sentence="The decision table ends with otherwise.",
    why="Without it some items have no outcome, and each server gives them another.",
    breaks=parcels(
        (OTHERWISE, ""),
        ("      outcomes:\n", "      ▸outcomes:\n"),
        ("then: Failed, source", "then: Completed, source"),
        ("        Failed: {}\n", ""),
        ("Duplicate, Conflict, Failed]}", "Duplicate, Conflict]}"),
    ),
    keeps=parcels(),
    faults=faults,
)
