"""Whether every parameter has a type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed_or_none
from spec_review.reading.values import elements

DEEPEST: Final = 20
"""How many choices within each other are looked at."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find parameters of which nobody knows how to read them."""
    document = contract.document
    for place in document.objects("parameter"):
        value = document.value(place)
        if not isinstance(value, dict) or "$ref" in value:
            continue
        if "schema" not in value:
            continue  # a parameter with content; that it has neither is told by openapi-form
        if not has_type(document, (*place, "schema"), 0):
            yield Fault(
                (*place, "schema"),
                f"the parameter {value.get('name')} has no type",
                "add a type: everything in a URL is text until somebody says how to read it",
                at_key=True,
            )


def has_type(document: Document, schema: Pointer, depth: int) -> bool:
    """Tell whether a schema has a type, whichever of its alternatives holds."""
    place = followed_or_none(document, schema)
    if place is None:
        return True
    value = document.value(place)
    if not isinstance(value, dict) or depth > DEEPEST:
        return False
    if "type" in value:
        return True
    for word, of in (("allOf", any), ("oneOf", all), ("anyOf", all)):
        listed = elements(value.get(word))
        if word in value:
            return of(has_type(document, (*place, word, i), depth + 1) for i in range(len(listed)))
    return False


RULE: Final = Rule(
    id="parameter-type",
    severity="error",
    sentence="Every parameter has a type.",
    why="Everything in a URL or header is text; without a type nobody knows how to read it.",
    breaks=shop(
        (
            "      description: The language of the answer.\n      schema: {type: string}",
            "      description: The language of the answer.\n      ▸schema: {enum: [en, el]}",
        )
    ),
    keeps=shop(
        (
            "      description: The language of the answer.\n      schema: {type: string}",
            "      description: The language of the answer.\n      schema: {type: string, enum: [en, el]}",
        )
    ),
    faults=faults,
    preset="recommended",
)
