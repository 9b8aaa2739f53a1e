"""Whether bodies and parameters have examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.bodies import is_json
from spec_review.reading.contract import Contract
from spec_review.reading.parts import CHOICES, parts
from spec_review.reading.places import last_name
from spec_review.reading.values import mapping

SHOWING: Final = frozenset(("example", "examples", "default", "enum", "const"))
"""Members of a schema that show a value."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find JSON bodies and parameters of which no value is shown."""
    document = contract.document
    for place in document.objects("media type"):
        media = last_name(place)
        if is_json(media) and lacks_example(document, place):
            sentence = f"this {media} body has no example"
            yield Fault(place, sentence, "add an example", at_key=True, kind="body")
    for place in document.objects("parameter"):
        if lacks_example(document, place):
            name = mapping(document.value(place)).get("name")
            sentence = f"the parameter {name} has no example"
            yield Fault(place, sentence, "add an example", at_key=True, kind="parameter")


def lacks_example(document: Document, place: Pointer) -> bool:
    """Tell whether something has a schema and shows no value of it."""
    value = mapping(document.value(place))
    if "schema" not in value or {"example", "examples"} & set(value):
        return False
    return not any(
        SHOWING & set(part.value) or part.value.get("type") == "boolean"
        for part in parts(document, (*place, "schema"), CHOICES)
    )


RULE: Final = Rule(
    id="missing-example",
    severity="warning",
    sentence="Every JSON body and every parameter has an example, or a schema that shows one.",
    why="Most people read the example first, and many read nothing else.",
    breaks=shop(
        (
            "            application/json:\n              schema: {$ref: '#/components/schemas/Thing'}\n"
            "              example: {id: a1, price: 5}\n",
            "            ▸application/json:\n              schema: {$ref: '#/components/schemas/Thing'}\n",
        )
    ),
    keeps=shop(),
    faults=faults,
    preset="strict",
    kinds=("body", "parameter"),
)
