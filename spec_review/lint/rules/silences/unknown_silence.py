"""Whether a silence that is referred to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.output.findings import Fix
from spec_review.output.wording import nearest
from spec_review.reading.contract import Contract

COUNTED: Final = re.compile(r"(?P<name>\D*)(?P<number>\d{1,9})")
"""A name that ends with a number."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find references to silences that are not there."""
    known = [silence.id for silence in contract.silences]
    for mention in contract.mentions:
        if mention.id not in known:
            near = nearest_silence(mention.id, known)
            yield Fault(
                mention.pointer,
                f"there is no silence {mention.id} in x-silences",
                f"did you mean {near}?" if near else "add a row, or name another",
                fix=Fix(near) if near else None,
            )


def nearest_silence(name: str, known: Sequence[str]) -> str | None:
    """The silence that is nearest: of those that are counted, by number, whatever the letters say."""
    wanted = COUNTED.fullmatch(name)
    found = [one for other in known if (one := COUNTED.fullmatch(other)) is not None]
    same = [one for one in found if wanted is not None and one["name"] == wanted["name"]]
    if wanted is None or not same:
        return nearest(name, known)
    return min(same, key=lambda one: abs(int(one["number"]) - int(wanted["number"])))[0]


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
