"""Whether what a schema requires is a member that it knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import Fix
from spec_review.output.wording import nearest
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed
from spec_review.reading.parts import BRANCHES, parts, properties
from spec_review.reading.values import elements, mapping

IN_PLACE: Final = frozenset(("allOf", "anyOf", "oneOf", "not", "if", "then", "else"))
"""Keywords whose schemas speak of the same value as the schema that has them."""

DEEPEST: Final = 60
"""How many schemas around one are looked at."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find required members that no schema of the same value names."""
    document = contract.document
    users = users_of(document)
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        required = elements(schema.get("required"))
        if not required or ("$ref" in schema and document.version == "3.0"):
            continue
        known = known_members(document, place, users)
        for index, name in enumerate(required if known else ()):
            if isinstance(name, str) and name not in known:
                near = nearest(name, known)
                yield Fault(
                    (*place, "required", index),
                    f"{name} is required, and no schema here says what it is",
                    f"did you mean {near}?" if near else f"add {name} to properties",
                    fix=Fix(near) if near else None,
                )


def users_of(document: Document) -> Mapping[Pointer, list[Pointer]]:
    """For each schema the ones that refer to it and speak of the same value."""
    users: dict[Pointer, list[Pointer]] = {}
    for place in document.objects("schema"):
        if "$ref" in mapping(document.value(place)):
            users.setdefault(followed(document, place), []).append(place)
    return users


def known_members(
    document: Document, place: Pointer, users: Mapping[Pointer, list[Pointer]]
) -> frozenset[str]:
    """The members that a schema, and those around it, name; nothing when one of them takes any name."""
    around = schemas_around(place, users)
    if len(around) > DEEPEST:
        return frozenset()
    names: set[str] = set()
    for outer in around:
        side = parts(document, outer, (*BRANCHES, "if"))
        for part in side:
            if isinstance(part.value.get("additionalProperties"), dict) or not isinstance(
                part.value.get("patternProperties", {}), dict
            ):
                return frozenset()
            if mapping(part.value.get("patternProperties")) or "dependentSchemas" in part.value:
                return frozenset()
            if isinstance(mapping(part.value.get("properties")).get("$ref"), str):
                return (
                    frozenset()
                )  # a reference in place of the whole map, which documents of others have
        names |= set(properties(side))
    return frozenset(names)


def schemas_around(place: Pointer, users: Mapping[Pointer, list[Pointer]]) -> list[Pointer]:
    """A schema and all that speak of the same value from outside, by keywords or by reference."""
    found: dict[Pointer, None] = {}
    waiting = [place]
    while waiting and len(found) <= DEEPEST:
        here = waiting.pop()
        if here in found:
            continue
        found[here] = None
        if here[-1:] and here[-1] in IN_PLACE:
            waiting.append(here[:-1])
        elif len(here) > 2 and isinstance(here[-1], int) and here[-2] in IN_PLACE:
            waiting.append(here[:-2])
        waiting += [user for user in users.get(here, ()) if user != here]
    return list(found)


RULE: Final = Rule(
    id="unknown-required",
    severity="warning",
    sentence="A required member is one that the schema describes.",
    why="A name that is misspelt or was renamed in one place only refuses every value that is right.",
    breaks=shop(
        ("      required: [id]\n", "      required: [id, ▸prise]\n"),
        ("example: {id: a1, price: 5}", "example: {id: a1, price: 5, prise: 5}"),
    ),
    keeps=shop(("      required: [id]\n", "      required: [id, price]\n")),
    faults=faults,
)
