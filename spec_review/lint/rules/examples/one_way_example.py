"""Whether examples show members that do not travel that way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed_or_none
from spec_review.reading.parts import CHOICES, Direction, only_direction, parts, properties, single
from spec_review.reading.values import elements, mapping

DEEPEST: Final = 40
"""How deep in a value is looked."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find members that are writeOnly in the example of an answer, or readOnly in that of a request."""
    document = contract.document
    ways: tuple[tuple[str, Direction], ...] = (
        ("response", "response"),
        ("request body", "request"),
    )
    for kind, direction in ways:
        for place in document.objects(kind):
            if is_the_other_way(place):
                continue
            for media in mapping(document.value((*place, "content"))):
                holder = followed_or_none(document, (*place, "content", media))
                for at in values_of(document, holder) if holder is not None else ():
                    yield from in_value(document, (*(holder or ()), "schema"), at, direction)


def is_the_other_way(place: Pointer) -> bool:
    """Tell whether the provider sends what stands at a place as a request: there the two words say nothing certain."""
    return place[:1] == ("webhooks",) or "callbacks" in place[:-1]


def values_of(document: Document, holder: Pointer) -> Iterator[Pointer]:
    """The places of the examples of a media type."""
    said = mapping(document.value(holder))
    if "schema" not in said:
        return
    if "example" in said:
        yield (*holder, "example")
    for name in mapping(said.get("examples")):
        place = followed_or_none(document, (*holder, "examples", name))
        for word in ("value", "dataValue"):
            if place is not None and word in mapping(document.value(place)):
                yield (*place, word)


def in_value(
    document: Document, schema: Pointer, place: Pointer, direction: Direction
) -> Iterator[Fault]:
    """Find members of an example that only travel the other way."""
    waiting: list[tuple[Pointer, Pointer, int]] = [(schema, place, 0)]
    while waiting:
        of, at, depth = waiting.pop()
        value: object = document.value(at)
        side = parts(document, of, CHOICES) if depth < DEEPEST else ()
        known = properties(side)
        for name in value if isinstance(value, dict) else ():
            for member in known.get(name, ())[:1]:
                if only_direction(document, member) not in (None, direction):
                    yield fault_of(name, (*at, name), direction)
                else:
                    waiting.append((member, (*at, name), depth + 1))
        inner = single(side, "items")
        for index in range(len(elements(value)) if inner is not None else 0):
            waiting.append((inner or (), (*at, index), depth + 1))


def fault_of(name: str, place: Pointer, direction: Direction) -> Fault:
    """Say that a member does not travel this way."""
    if direction == "response":
        said = f"{name} is writeOnly, and the example of an answer shows it"
    else:
        said = f"{name} is readOnly, and the example of a request sends it"
    return Fault(place, said, "leave it out of the example", at_key=True)


RULE: Final = Rule(
    id="one-way-example",
    severity="warning",
    sentence="No answer shows a member that is writeOnly, and no request one that is readOnly.",
    why="A password in an answer's example is copied into code that waits for it, or sends it.",
    breaks=shop(
        ("price: {type: number,", "price: {type: number, writeOnly: true,"),
        ("example: {id: a1, price: 5}", "example: {id: a1, ▸price: 5}"),
    ),
    keeps=shop(
        ("price: {type: number,", "price: {type: number, writeOnly: true,"),
        ("example: {id: a1, price: 5}", "example: {id: a1}"),
    ),
    faults=faults,
)
