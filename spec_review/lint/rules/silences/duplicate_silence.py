"""Whether two silences have one id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.places import line_of
from spec_review.reading.vocabulary import Silence


def faults(contract: Contract) -> Iterator[Fault]:
    """Find ids that two silences have."""
    first: dict[str, Silence] = {}
    for silence in contract.silences:
        if silence.id and silence.id in first:
            place = (*silence.pointer, "id")
            other = contract.document.position((*first[silence.id].pointer, "id"))
            line = line_of(other, contract.document.position(place))
            yield Fault(
                place,
                f"{silence.id} is the id of two silences, first in {line}",
                "give one of them another id",
            )
        first.setdefault(silence.id, silence)


RULE: Final = Rule(
    id="duplicate-silence",
    severity="error",
    sentence="No two silences have the same id.",
    why="A reference to the id would mean either of two choices.",
    breaks=parcels(
        (
            "    basis: The guide does not say.\n",
            "    basis: The guide does not say.\n  - id: ▸P1\n    question: Where?\n"
            "    choice: Here.\n    alternatives: [there]\n    basis: Nobody says.\n",
        )
    ),
    keeps=parcels(
        (
            "    basis: The guide does not say.\n",
            "    basis: The guide does not say.\n  - id: P2\n    question: Where?\n"
            "    choice: Here.\n    alternatives: [there]\n    basis: Nobody says.\n",
        ),
        ("silence: P1}", "silence: [P1, P2]}"),
    ),
    faults=faults,
)
