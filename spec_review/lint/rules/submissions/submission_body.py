"""Whether a submission takes a JSON array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.parts import CHOICES, parts, single


def faults(contract: Contract) -> Iterator[Fault]:
    """Find submissions that take nothing a lifecycle could judge."""
    for submission in contract.submissions:
        operation = submission.operation
        if "requestBody" not in operation.value:
            yield Fault(
                submission.pointer,
                f"{operation.name} is a submission without a body",
                "add a requestBody with an array of items",
                at_key=True,
            )
            continue
        schema = contract.body_schema(submission)
        if schema is None or single(parts(contract.document, schema, CHOICES), "items") is None:
            yield Fault(
                schema or (*operation.pointer, "requestBody"),
                f"the body of {operation.name} is no JSON array of items",
                "let its application/json schema be {type: array, items: ...}",
                at_key=True,
            )


RULE: Final = Rule(
    id="submission-body",
    severity="error",
    sentence="The body of a submission is a JSON array of items.",
    why="There is nothing else for a lifecycle to judge.",
    breaks=parcels(
        (
            "            schema: {type: array, items: {$ref: '#/components/schemas/Parcel'}}",
            "            ▸schema: {type: object}",
        ),
        ("light: {value: [{number: a1, weight: 2, lifters: 1}]}", "light: {value: {number: a1}}"),
        (
            "              lonely: {x-breaks: liftable, value: [{number: a2, weight: 30, lifters: 1}]}\n",
            "",
        ),
        (
            "              example: {number: a1, weight: 2, lifters: 1}\n",
            "              examples:\n"
            "                good: {value: {number: a1, weight: 2, lifters: 1}}\n"
            "                lonely: {x-breaks: liftable, "
            "value: {number: a2, weight: 30, lifters: 1}}\n",
        ),
    ),
    keeps=parcels(),
    faults=faults,
)
