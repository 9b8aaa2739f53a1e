"""Whether an XML Object says one thing twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find `attribute` and `wrapped` beside the `nodeType` that replaces them (OpenAPI 3.2)."""
    document = contract.document
    for place in document.objects("schema"):
        xml = mapping(mapping(document.value(place)).get("xml"))
        for word in ("attribute", "wrapped"):
            if "nodeType" in xml and word in xml:
                yield Fault(
                    (*place, "xml", word),
                    f"{word} must not stand beside nodeType",
                    "leave it out: nodeType says it",
                    at_key=True,
                )


RULE: Final = Rule(
    id="xml-exclusion",
    severity="error",
    sentence="An xml object has nodeType, or attribute and wrapped, not both (OpenAPI 3.2).",
    why="The specification forbids it, because the two may contradict each other.",
    breaks=shop(
        ("openapi: 3.1.1", "openapi: 3.2.0"),
        (
            "id: {type: string, d",
            "id: {type: string, xml: {nodeType: attribute, ▸attribute: true}, d",
        ),
    ),
    keeps=shop(
        ("openapi: 3.1.1", "openapi: 3.2.0"),
        ("id: {type: string, d", "id: {type: string, xml: {nodeType: attribute}, d"),
    ),
    faults=faults,
)
