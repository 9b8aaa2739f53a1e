"""Whether a value that fits a schema can be built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents.schemas.sizes import Sizes
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find schemas of which not even the smallest value can be held."""
    document = contract.document
    sizes = Sizes(document)
    for place in document.objects("schema"):
        if isinstance(document.value(place), dict):
            for error in sizes.check(place):
                yield Fault(place, error.reason, position=error.position)


RULE: Final = Rule(
    id="schema-size",
    severity="error",
    sentence="A value that fits a schema can be held in memory.",
    why="Nobody can send it or answer it, and whoever tries falls over.",
    breaks=shop(
        (
            "        price: {",
            "        note: {type: string, description: A note., minLength: ▸900000000000}\n        price: {",
        )
    ),
    keeps=shop(
        (
            "        price: {",
            "        note: {type: string, description: A note., minLength: 900}\n        price: {",
        )
    ),
    faults=faults,
)
