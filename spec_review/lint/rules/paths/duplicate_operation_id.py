"""Whether an operationId is given twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.samples import LATEST
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.places import line_of
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find operationIds that two operations have."""
    document = contract.document
    first: dict[str, Pointer] = {}
    for place in document.objects("operation"):
        name = mapping(document.value(place)).get("operationId")
        if not isinstance(name, str):
            continue
        at = (*place, "operationId")
        if name in first:
            line = line_of(document.position(first[name]), document.position(at))
            yield Fault(
                at,
                f"{name} is the operationId of two operations, first in {line}",
                "give one of them another name",
            )
        first.setdefault(name, at)


RULE: Final = Rule(
    id="duplicate-operation-id",
    severity="error",
    sentence="No two operations have the same operationId.",
    why="Servers and clients find operations by it; of two, one silently runs for both.",
    breaks=shop(
        (
            "components:\n  parameters:",
            LATEST.replace("/things/latest", "/latest").replace("getLatest", "▸getThing")
            + "components:\n  parameters:",
        )
    ),
    keeps=shop(
        (
            "components:\n  parameters:",
            LATEST.replace("/things/latest", "/latest") + "components:\n  parameters:",
        )
    ),
    faults=faults,
)
