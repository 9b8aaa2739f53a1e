"""Whether examples fit their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.validators import Misfit

LONGEST: Final = 160
"""How many letters of a validator's sentence are told."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find examples and defaults that their schema refuses."""
    for example in contract.examples:
        name = "default" if example.pointer[-1] == "default" else "example"
        for misfit in contract.validators.causes(example.schema, example.value):
            yield Fault(
                (*example.pointer, *misfit.path),
                f"the {name} {difference(misfit)}",
                "write it in quotes" if misfit.types == ("string",) else "",
            )


def difference(misfit: Misfit) -> str:
    """How a value does not fit, in words."""
    if misfit.is_undecided:
        return "cannot be compared with the pattern of its schema in a reasonable time"
    return f"does not fit its schema: {misfit.sentence[:LONGEST]}"


RULE: Final = Rule(
    id="example-schema",
    severity="error",
    sentence="Every example and every default fits its schema.",
    why="People copy examples; one that is refused costs each of them an hour.",
    breaks=shop(("example: {id: a1, price: 5}", "example: {id: a1, price: ▸-5}")),
    keeps=shop(("example: {id: a1, price: 5}", "example: {id: a1, price: 0}")),
    faults=faults,
)
