"""Whether a silence that is referred to is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.output.wording import did_you_mean
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find references to silences that are not there."""
    known = [silence.id for silence in contract.silences]
    for mention in contract.mentions:
        if mention.id not in known:
            yield Fault(
                mention.pointer,
                f"there is no silence {mention.id} in x-silences",
                did_you_mean(mention.id, known, "add a row, or name another"),
            )


RULE: Final = Rule(
    id="unknown-silence",
    severity="error",
    sentence="Every silence that is referred to stands in x-silences.",
    why="The reader looks for a question and a choice and finds nothing.",
    breaks=parcels(
        (
            "      summary: Send parcels\n",
            "      summary: Send parcels\n      x-silence: [P1, ▸P7]\n",
        )
    ),
    keeps=parcels(
        ("      summary: Send parcels\n", "      summary: Send parcels\n      x-silence: [P1]\n")
    ),
    faults=faults,
)
