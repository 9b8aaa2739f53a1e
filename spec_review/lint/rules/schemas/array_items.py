"""Whether arrays say what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find arrays without items in OpenAPI 3.0, which requires them."""
    document = contract.document
    if document.version != "3.0":
        return
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        if schema.get("type") == "array" and "items" not in schema and "$ref" not in schema:
            yield Fault(
                (*place, "type"),
                "an array of OpenAPI 3.0 has items, and this one has none",
                "add items; items: {} takes anything",
            )


RULE: Final = Rule(
    id="array-items",
    severity="error",
    sentence="An array has items (OpenAPI 3.0).",
    why="The specification requires it, so validators refuse the document and generators guess.",
    breaks=shop(
        ("openapi: 3.1.1", "openapi: 3.0.4"),
        (
            "        price: {",
            "        tags: {type: ▸array, description: Its tags.}\n        price: {",
        ),
    ),
    keeps=shop(
        ("openapi: 3.1.1", "openapi: 3.0.4"),
        (
            "        price: {",
            "        tags: {type: array, description: Its tags., items: {}}\n        price: {",
        ),
    ),
    faults=faults,
)
