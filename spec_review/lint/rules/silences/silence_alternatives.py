"""Whether each alternative of a silence is said as data too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find silences whose `instead` has more or fewer entries than there are alternatives."""
    for silence in contract.silences:
        told, as_data = len(silence.alternatives), len(silence.instead)
        if told and as_data and told != as_data:
            yield Fault(
                (*silence.pointer, "instead"),
                f"{silence.id} has {told} alternatives for people and {as_data} as data",
                "the n-th entry of instead says what the n-th alternative says",
                at_key=True,
            )


RULE: Final = Rule(
    id="silence-alternatives",
    severity="error",
    sentence="A silence says each of its alternatives once for people, and once as data.",
    why="The judge would allow something that nobody wrote down, or refuse what somebody did.",
    breaks=parcels(
        (
            "    alternatives: [Conflict]\n",
            "    alternatives: [Conflict, Failed]\n    ▸instead: [{state: Conflict}]\n",
        )
    ),
    keeps=parcels(
        (
            "    alternatives: [Conflict]\n",
            "    alternatives: [Conflict, Failed]\n    instead: [{state: Conflict}, {state: Failed}]\n",
        )
    ),
    faults=faults,
)
