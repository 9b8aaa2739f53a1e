"""Whether something has both `example` and `examples`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find media types, parameters and headers with both; in OpenAPI 3.0 and elsewhere."""
    document = contract.document
    for kind in ("media type", "parameter", "header"):
        for place in document.objects(kind):
            holder = mapping(document.value(place))
            if "example" in holder and "examples" in holder and "$ref" not in holder:
                yield Fault(
                    (*place, "example"),
                    "example and examples stand beside each other, which they must not",
                    "move the one into the others",
                    at_key=True,
                )
    for place in document.objects("example"):
        example = mapping(document.value(place))
        written = [word for word in ("value", "dataValue") if word in example]
        if written and "externalValue" in example and written == ["value"]:
            yield Fault(
                (*place, "externalValue"),
                "value and externalValue stand beside each other, which they must not",
                "leave out one of the two",
                at_key=True,
            )


RULE: Final = Rule(
    id="example-and-examples",
    severity="error",
    sentence="Something has example or examples, and an example has value or externalValue, never both.",
    why="The specification forbids it, and each tool shows another one.",
    breaks=shop(
        (
            "              example: {id: a1, price: 5}\n",
            "              ▸example: {id: a1, price: 5}\n"
            "              examples: {cheap: {value: {id: a2, price: 1}}}\n",
        )
    ),
    keeps=shop(
        (
            "              example: {id: a1, price: 5}\n",
            "              examples: {cheap: {value: {id: a2, price: 1}}}\n",
        )
    ),
    faults=faults,
)
