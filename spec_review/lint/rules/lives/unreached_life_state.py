"""Whether a resource ever comes to each of its states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.lives.samples import orders
from spec_review.reading.contract import Contract
from spec_review.reading.lives import Life


def faults(contract: Contract) -> Iterator[Fault]:
    """Find states that no creation and no transition leads to."""
    for life in contract.lives:
        reached = reached_states(life)
        for state in life.states:
            if state not in reached:
                yield Fault(
                    (*life.pointer, "states", state),
                    f"no {life.name} ever is {state}",
                    "add a transition that leads there, or leave the state out",
                    at_key=True,
                )


def reached_states(life: Life) -> set[str]:
    """The states to which a creation leads, or a transition from one of them."""
    found = {row.then for row in life.rows if row.then is not None} | {life.initial or ""}
    new = set(found)
    while new:
        new = {one.to for one in life.transitions if new & set(one.sources)} - found
        found |= new
    return found


RULE: Final = Rule(
    id="unreached-life-state",
    severity="error",
    sentence="A resource comes to each of its states: at its creation, or along transitions.",
    why="A state that nothing leads to is promised to partners and never comes.",
    breaks=orders(
        ("        Paid: {}\n", "        Paid: {}\n        ▸Lost: {final: true}\n"),
        ("Paid, Sent, Forgotten]", "Paid, Sent, Forgotten, Lost]"),
    ),
    keeps=orders(),
    faults=faults,
)
