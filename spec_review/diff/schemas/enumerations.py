"""Listed values, whether an `enum`, a `const` or alternatives of one value each list them.

The latter are annotated enumerations (OpenAPI 3.1.1, "Annotated Enumerations"): each value has words of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from openapi_documents import Pointer
from spec_review.reading.parts import DESCRIPTIVE, Part, branches, is_among, without
from spec_review.reading.values import elements, mapping

ALTERNATIVES: Final = ("oneOf", "anyOf")
"""Keywords that list alternatives."""

BESIDE: Final = DESCRIPTIVE | {"const", "enum", "type", "deprecated", "format"}
"""What an alternative may say that is one value of an enumeration."""


def allowed_values(side: Sequence[Part]) -> Sequence[object] | None:
    """The values that are listed, None when any is taken."""
    allowed: Sequence[object] | None = None
    for part in side:
        for listed in lists(part):
            allowed = listed if allowed is None else without(allowed, without(allowed, listed))
    return allowed


def lists(part: Part) -> Iterator[Sequence[object]]:
    """The lists of values that a part gives."""
    if "const" in part.value:
        yield [part.value["const"]]
    elif isinstance(part.value.get("enum"), list):
        yield elements(part.value["enum"])
    for word in ALTERNATIVES:
        if is_enumeration(part, word):
            yield [value for _, value in annotated(part, word)]


def is_enumeration(part: Part, word: str) -> bool:
    """Whether the alternatives of a part are single values."""
    forms = elements(part.value.get(word))
    return bool(forms) and all(
        {"const", "enum"} & mapping(form).keys()
        and all(name in BESIDE or name.startswith("x-") for name in mapping(form))
        for form in forms
    )


def annotated(part: Part, word: str) -> Iterator[tuple[Pointer, object]]:
    """The values of an annotated enumeration, each with its place."""
    for index, form in enumerate(elements(part.value.get(word))):
        said = mapping(form)
        if "const" in said:
            yield (*part.pointer, word, index, "const"), said["const"]
        else:
            for at, value in enumerate(elements(said.get("enum"))):
                yield (*part.pointer, word, index, "enum", at), value


def forms(side: Sequence[Part], word: str) -> list[Pointer]:
    """The places of the alternatives that a keyword lists, but those of an annotated enumeration."""
    return branches([part for part in side if not is_enumeration(part, word)], word)


def place_of_value(side: Sequence[Part], value: object) -> Pointer | None:
    """Where a listed value stands."""
    for part in side:
        for index, element in enumerate(elements(part.value.get("enum"))):
            if is_among(value, [element]):
                return (*part.pointer, "enum", index)
        for word in ALTERNATIVES:
            for place, other in annotated(part, word) if is_enumeration(part, word) else ():
                if is_among(value, [other]):
                    return place
    return None
