"""Whether a silence is referred to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find silences that nothing refers to."""
    mentioned = {mention.id for mention in contract.mentions}
    for silence in contract.silences:
        if silence.id and silence.id not in mentioned:
            yield Fault(
                (*silence.pointer, "id"),
                f"nothing in the contract refers to {silence.id}",
                f"write silence: {silence.id} or x-silence: {silence.id} at what it decided",
            )


RULE: Final = Rule(
    id="unused-silence",
    severity="error",
    sentence="Every silence is referred to where it was decided.",
    why="A choice that nothing refers to has been forgotten, or was made for something else.",
    breaks=parcels(
        (
            "x-silences:\n",
            "x-silences:\n  - id: ▸P2\n    question: Where?\n    choice: Here.\n"
            "    alternatives: [there]\n    basis: Nobody says.\n",
        )
    ),
    keeps=parcels(),
    faults=faults,
)
