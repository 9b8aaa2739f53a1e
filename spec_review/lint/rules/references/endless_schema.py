"""Whether a schema demands itself for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed_or_none
from spec_review.reading.values import count, elements, mapping, texts


def faults(contract: Contract) -> Iterator[Fault]:
    """Find schemas of which every instance would hold another instance of itself for ever."""
    document = contract.document
    seen: set[Pointer] = set()
    for name in mapping(document.value(("components", "schemas"))):
        place: Pointer = ("components", "schemas", name)
        way = way_back(document, place) if place not in seen else []
        if way:
            seen |= set(way)
            yield Fault(
                way[-1],
                f"every {name} must hold another {name}, so there can be none",
                "make a member on the way optional, or allow null or an empty array",
            )


def way_back(document: Document, start: Pointer) -> list[Pointer]:
    """Return the way by which a schema demands an instance of itself, [] when it does not.

    The last place is the one that leads back to the start.
    """
    reached_by: dict[Pointer, tuple[Pointer, Pointer]] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for place in demanded(document, here):
            target = followed_or_none(document, place)
            if target == start:
                return [*way_to(here, reached_by), place]
            if target is not None and target not in reached_by:
                reached_by[target] = (here, place)
                waiting.append(target)
    return []


def way_to(place: Pointer, reached_by: dict[Pointer, tuple[Pointer, Pointer]]) -> list[Pointer]:
    """Return the schemas on the way to a place."""
    way = [place]
    while place in reached_by:
        place = reached_by[place][0]
        way.insert(0, place)
    return way


def demanded(document: Document, schema: Pointer) -> list[Pointer]:
    """Return the schemas of which every instance of a schema holds an instance."""
    value = mapping(document.value(schema))
    below: list[Pointer] = []
    if value.get("type") == "object":
        members = mapping(value.get("properties"))
        below += [
            (*schema, "properties", name)
            for name in texts(value.get("required"))
            if name in members
        ]
    below += [(*schema, "allOf", index) for index in range(len(elements(value.get("allOf"))))]
    if value.get("type") == "array" and count(value.get("minItems")) and "items" in value:
        below.append((*schema, "items"))
    return below


RULE: Final = Rule(
    id="endless-schema",
    severity="error",
    sentence="No schema demands another instance of itself for ever.",
    why="Nothing fits such a schema, so the operation can never be called or answered.",
    breaks=parcels(
        (
            "        note: {type: string, description: What else is to say.}",
            "        note: {$ref: '#/components/schemas/Box'}",
        ),
        (
            "    Accepted:\n      type: object",
            "    Box:\n      type: object\n      description: A box.\n      required: [inner]\n"
            "      properties:\n        ▸inner: {$ref: '#/components/schemas/Box'}\n"
            "    Accepted:\n      type: object",
        ),
    ),
    keeps=parcels(
        (
            "        note: {type: string, description: What else is to say.}",
            "        note: {$ref: '#/components/schemas/Box'}",
        ),
        (
            "    Accepted:\n      type: object",
            "    Box:\n      type: object\n      description: A box.\n"
            "      properties:\n        inner: {$ref: '#/components/schemas/Box'}\n"
            "    Accepted:\n      type: object",
        ),
    ),
    faults=faults,
)
