"""Whether a `$ref` leads back to itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Pointer, UnresolvedError, text_of
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.references.walk import references
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find circles of references, each once, where it stands first."""
    document = contract.document
    seen: set[Pointer] = set()
    for reference in references(document):
        circle = circle_from(document, reference.holder, seen)
        if circle:
            first = min(circle, key=lambda link: document.position((*link, "$ref")))
            start = circle.index(first)
            way = " -> ".join(text_of(link) for link in (*circle[start:], *circle[:start], first))
            yield Fault(
                (*first, "$ref"),
                f"the reference leads back to itself: {way}",
                "say in one of these places what the thing is",
            )


def circle_from(document: Document, start: Pointer, seen: set[Pointer]) -> list[Pointer]:
    """Return the places of a circle of references that nothing interrupts, [] when it ends.

    What was `seen` has been told or ends; the places on the way are added to it.
    """
    way: dict[Pointer, int] = {}
    place = start
    while place not in way:
        reference = mapping(document.value(place)).get("$ref")
        if place in seen or not isinstance(reference, str):
            return []
        seen.add(place)
        way[place] = len(way)
        try:
            place = document.target(place, reference)
        except UnresolvedError:
            return []
    return list(way)[way[place] :]


RULE: Final = Rule(
    id="circular-reference",
    severity="error",
    sentence="No $ref leads back to itself.",
    why="A circle of references says nothing, and a reader that follows it never comes back.",
    breaks=shop(
        (
            "    Problem:\n      type: object",
            "    Circle: {$ref: ▸'#/components/schemas/Round'}\n"
            "    Round: {$ref: '#/components/schemas/Circle'}\n"
            "    Problem:\n      type: object",
        ),
        (
            "price: {type: number, description: What it costs., minimum: 0}",
            "price: {$ref: '#/components/schemas/Circle'}",
        ),
    ),
    keeps=shop(
        (
            "price: {type: number, description: What it costs., minimum: 0}",
            "price: {type: number, description: What it costs., minimum: 0}\n"
            "        parts: {type: array, description: What it is made of., "
            "items: {$ref: '#/components/schemas/Thing'}}",
        )
    ),
    faults=faults,
)
