"""Whether what a schema requires is a member that it knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import Fix
from spec_review.output.wording import nearest
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed
from spec_review.reading.parts import BRANCHES, parts, properties
from spec_review.reading.values import elements, mapping, texts

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
        named = mapping(schema.get("properties"))
        if all(name in named for name in texts(required)):
            continue  # at once, for most schemas
        if "$ref" in schema and document.version == "3.0":
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
        found = names_at(document, outer)
        if found is None:
            return frozenset()
        names |= found
    return frozenset(names)


@lru_cache(maxsize=1024)
def names_at(document: Document, schema: Pointer) -> frozenset[str] | None:
    """The members that a schema and all in it that speak of the same value name; None when it takes any name."""
    side = parts(document, schema, (*BRANCHES, "if"))
    return None if any(takes_any_name(part.value) for part in side) else frozenset(properties(side))


def takes_any_name(schema: Mapping[str, object]) -> bool:
    """Whether a schema speaks of members that it does not name."""
    by_pattern = schema.get("patternProperties", {})
    if isinstance(schema.get("additionalProperties"), dict) or not isinstance(by_pattern, dict):
        return True
    # A reference in place of the whole map is what documents of others have.
    is_elsewhere = isinstance(mapping(schema.get("properties")).get("$ref"), str)
    return bool(by_pattern) or "dependentSchemas" in schema or is_elsewhere


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
