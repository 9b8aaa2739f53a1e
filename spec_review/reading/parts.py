"""The places that speak about one value: a schema, what it refers to, what is joined to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from openapi_documents import Document, Pointer
from spec_review.reading.following import followed
from spec_review.reading.values import elements, mapping, text_or_texts, texts

Direction = Literal["request", "response"]
"""Where a value travels: to the provider, or from it."""

TYPES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")
"""The types of JSON Schema."""

LOWER: Final = {
    "minimum": "maximum",
    "exclusiveMinimum": "exclusiveMaximum",
    "minLength": "maxLength",
    "minItems": "maxItems",
    "minProperties": "maxProperties",
}
"""Each lower limit with the upper one that belongs to it."""

DESCRIPTIVE: Final = frozenset(
    ("description", "title", "summary", "example", "examples", "$comment", "externalDocs", "xml")
)
"""Members that speak to people and decide nothing."""

JOINED: Final = ("allOf",)
"""Whose schemas all hold."""

CHOICES: Final = ("allOf", "anyOf", "oneOf")
"""Whose schemas all hold, or may."""

BRANCHES: Final = (*CHOICES, "then", "else")
"""Whose schemas hold of some values."""


Scalar = str | int | float | None
"""A value that holds no others."""


@dataclass(frozen=True, slots=True)
class Part:
    """One place that speaks about a value: a schema, or a member of its allOf."""

    pointer: Pointer
    value: Mapping[str, object]


@lru_cache(maxsize=1024)
def parts(
    document: Document, pointer: Pointer, through: tuple[str, ...] = JOINED
) -> tuple[Part, ...]:
    """The schema, what it refers to and what `through` joins to it, each once, in reading order."""
    found: dict[Pointer, Part] = {}
    waiting = [pointer]
    while waiting:
        here = waiting.pop()
        value = document.value(here)
        if here in found or not isinstance(value, dict):
            continue
        found[here] = Part(here, value)
        below = [followed(document, here)] if isinstance(value.get("$ref"), str) else []
        for word in through:
            inner = value.get(word)
            below += [(*here, word)] if isinstance(inner, dict) else []
            below += [(*here, word, index) for index in range(len(elements(inner)))]
        waiting += reversed(below)
    return tuple(found.values())


def properties(side: Sequence[Part]) -> dict[str, list[Pointer]]:
    """The named members, each with the places of its schemas."""
    found: dict[str, list[Pointer]] = {}
    for part in side:
        for name in mapping(part.value.get("properties")):
            found.setdefault(name, []).append((*part.pointer, "properties", name))
    return found


def required(side: Sequence[Part]) -> dict[str, Pointer]:
    """The required members with the places that say so."""
    found: dict[str, Pointer] = {}
    for part in side:
        for index, name in enumerate(elements(part.value.get("required"))):
            if isinstance(name, str):
                found.setdefault(name, (*part.pointer, "required", index))
    return found


def single(side: Sequence[Part], word: str) -> Pointer | None:
    """Where the first part that has this keyword, with a schema, has it."""
    return next(
        ((*part.pointer, word) for part in side if isinstance(part.value.get(word), dict | bool)),
        None,
    )


def branches(side: Sequence[Part], word: str) -> list[Pointer]:
    """The places of the schemas that a keyword such as `oneOf` lists."""
    return [
        (*part.pointer, word, index)
        for part in side
        for index in range(len(elements(part.value.get(word))))
    ]


def named_types(side: Sequence[Part]) -> frozenset[str]:
    """The types that any part names."""
    return frozenset(kind for part in side for kind in text_or_texts(part.value.get("type")))


def types(side: Sequence[Part]) -> frozenset[str]:
    """The types that are taken; all of them when nothing is said."""
    taken = frozenset(TYPES)
    for part in side:
        named = text_or_texts(part.value.get("type"))
        if named:
            more = {"integer"} if "number" in named else set()
            null = {"null"} if part.value.get("nullable") is True else set()
            taken &= frozenset(named) | more | null
    return taken


def types_of(value: object) -> tuple[str, ...]:
    """The types of a value."""
    if isinstance(value, bool):
        return ("boolean",)
    kinds = {str: "string", dict: "object", list: "array", type(None): "null"}
    return (kinds[type(value)],) if type(value) in kinds else ("integer", "number")


DEEPEST: Final = 4
"""How many alternatives within alternatives are looked at."""


def taken_types(document: Document, schema: Pointer, depth: int = DEEPEST) -> frozenset[str]:
    """The types that a schema takes, its alternatives included."""
    side = parts(document, schema)
    taken = types(side)
    listed = enumerated(side)
    if listed is not None:
        taken &= {kind for value in listed[1] for kind in types_of(value)}
    for word in ("oneOf", "anyOf"):
        forms = branches(side, word) if depth else ()
        if forms:
            taken &= frozenset().union(*(taken_types(document, form, depth - 1) for form in forms))
    return taken


def enumerated(side: Sequence[Part]) -> tuple[Pointer, Sequence[object]] | None:
    """The place and the values of the first `enum` or `const`."""
    for part in side:
        values = part.value.get("enum")
        if isinstance(values, list):
            return (*part.pointer, "enum"), values
        if "const" in part.value:
            return (*part.pointer, "const"), [part.value["const"]]
    return None


def only_direction(document: Document, pointer: Pointer) -> Direction | None:
    """The only direction in which a readOnly or writeOnly member travels."""
    for value in (document.value(pointer), document.resolved(pointer)):
        if mapping(value).get("readOnly") is True:
            return "response"
        if mapping(value).get("writeOnly") is True:
            return "request"
    return None


def takes_everything(schema: object) -> bool:
    """Whether a schema takes every value."""
    return schema is True or schema == {}


def is_among(value: object, values: Sequence[object]) -> bool:
    """Whether a value is in a list, with true and 1 kept apart."""
    return any(
        value == other and isinstance(value, bool) == isinstance(other, bool) for other in values
    )


def without(values: Sequence[object], others: Sequence[object]) -> list[object]:
    """The values of a list that are not in another one, with true and 1 kept apart."""
    known = {(isinstance(one, bool), comparable(one)) for one in others}
    return [value for value in values if (isinstance(value, bool), comparable(value)) not in known]


def comparable(value: object) -> object:
    """What is equal, and has one hash, for equal values: thousands of objects are compared at once."""
    if isinstance(value, dict):
        return "{", frozenset((name, comparable(each)) for name, each in value.items())
    if isinstance(value, list):
        return "[", tuple(map(comparable, value))
    return value


def types_in_words(taken: frozenset[str]) -> str:
    """Types as one writes them in a sentence."""
    named = [kind for kind in TYPES if kind in taken]
    if "number" in named and "integer" in named:
        named.remove("integer")
    if len(named) >= len(TYPES) - 1:
        return "anything"
    return " or ".join(named) if named else "nothing"


def listed_names(side: Sequence[Part]) -> list[str]:
    """The members that schemas name, in `properties` or as required, each once."""
    names = (
        name
        for part in side
        for name in (*mapping(part.value.get("properties")), *texts(part.value.get("required")))
    )
    return list(dict.fromkeys(names))
