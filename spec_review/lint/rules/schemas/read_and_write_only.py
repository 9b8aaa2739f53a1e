"""Whether a member travels at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find schemas that are readOnly and writeOnly; OpenAPI 3.0 forbids it, later ones make no sense of it."""
    document = contract.document
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        if schema.get("readOnly") is True and schema.get("writeOnly") is True:
            yield Fault(
                (*place, "writeOnly"),
                "what is readOnly and writeOnly stands neither in requests nor in answers",
                "leave out one of the two",
                at_key=True,
                severity=None if document.version == "3.0" else "warning",
            )


RULE: Final = Rule(
    id="read-and-write-only",
    severity="error",
    sentence="Nothing is readOnly and writeOnly at once.",
    why="It may be sent by nobody, so it is not there.",
    breaks=shop(
        ("openapi: 3.1.1", "openapi: 3.0.4"),
        ("price: {type: number,", "price: {type: number, readOnly: true, ▸writeOnly: true,"),
        ("example: {id: a1, price: 5}", "example: {id: a1}"),
    ),
    keeps=shop(
        ("openapi: 3.1.1", "openapi: 3.0.4"),
        ("price: {type: number,", "price: {type: number, readOnly: true, writeOnly: false,"),
    ),
    faults=faults,
)
