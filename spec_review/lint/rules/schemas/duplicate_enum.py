"""Whether a value is listed twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import REMOVED
from spec_review.output.wording import listed_values
from spec_review.reading.contract import Contract
from spec_review.reading.values import elements, mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find values that an enum lists a second time."""
    document = contract.document
    for place in document.objects("schema"):
        seen: set[str] = set()
        for index, value in enumerate(elements(mapping(document.value(place)).get("enum"))):
            # 1 and 1.0 are one number, true and 1 are not one value.
            written = json.dumps(
                float(value) if type(value) is int and abs(value) < 2**53 else value
            )
            if written in seen:
                yield Fault(
                    (*place, "enum", index),
                    f"{listed_values([value])} is listed a second time",
                    "leave it out",
                    fix=REMOVED,
                )
            seen.add(written)


RULE: Final = Rule(
    id="duplicate-enum",
    severity="warning",
    sentence="An enum lists every value once.",
    why="Generators make two constants of one value, and the second was often meant to be another.",
    breaks=shop(
        ("schema: {type: string}\n      example: en", "schema: {type: string, enum: [en, el, ▸en]}")
    ),
    keeps=shop(
        ("schema: {type: string}\n      example: en", "schema: {type: string, enum: [en, el]}")
    ),
    faults=faults,
)
