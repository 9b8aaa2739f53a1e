"""The objects of a document by their kinds, in all of its files: one walk, made when first asked for.

It begins at the root and follows references wherever they stand: where OpenAPI has them, and also
in place of a whole map (`paths: {$ref: paths.yaml}`), because documents of others have them there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from openapi_documents.errors import DocumentError
from openapi_documents.grammar import GRAMMAR, KINDS, REFERABLE, Shape
from openapi_documents.pointers import Pointer

_REFERRING: Final = frozenset({"$ref", "$dynamicRef", "discriminator", "operationRef"})
"""Members that may hold references."""


class Linked(Protocol):
    """What the walk asks the document."""

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place, or MISSING."""

    def target(self, pointer: Pointer, reference: str) -> Pointer:
        """Return where a reference leads."""

    def mapped(self, pointer: Pointer) -> Pointer:
        """Return the schema that a text in a discriminator names."""


@dataclass(frozen=True)
class Objects:
    """What stands in a document."""

    places: dict[str, list[Pointer]]
    """The places of the objects of each kind: mappings, and of schemas booleans."""
    misfits: list[tuple[Pointer, str]] = field(default_factory=list)
    """The places of what cannot be what the grammar has there, and what is expected."""
    broken: list[DocumentError] = field(default_factory=list)
    """The references that lead nowhere, or where nothing may be read."""
    stray: list[Pointer] = field(default_factory=list)
    """The places that hold a `$ref` which OpenAPI does not have there."""


class _Place(NamedTuple):
    """Something that the grammar has at a place."""

    shape: Shape
    kind: str
    pointer: Pointer
    value: Any


def walked(document: Linked) -> Objects:
    """Return the objects of a document."""
    found = Objects({kind: [] for kind in KINDS})
    seen: set[tuple[Shape, str, Pointer]] = set()
    later = deque([_Place("one", "document", (), document.value(()))])
    while later:
        waiting = [later.popleft()]
        while waiting:
            place = waiting.pop()
            if place[:3] in seen:
                continue
            seen.add(place[:3])
            if not _fits(place):
                found.misfits.append((place.pointer, _expected(place)))
                continue
            if place.shape == "one":
                found.places[place.kind].append(place.pointer)
            below = list(_below(place))
            below.reverse()
            waiting += below
            if isinstance(place.value, dict) and not _REFERRING.isdisjoint(place.value):
                later += _followed(document, place, found)
    return found


def _followed(document: Linked, place: _Place, found: Objects) -> Iterator[_Place]:
    """Yield what the references of a place lead to; note those that lead nowhere, or are stray."""
    if isinstance(place.value.get("$ref"), str) and _is_stray(place):
        found.stray.append(place.pointer)
    for pointer, reference in _references(place):
        try:
            yield _referred(document, place, pointer, reference)
        except DocumentError as error:
            found.broken.append(error)


def _fits(place: _Place) -> bool:
    if isinstance(place.value, dict):
        return place.shape != "list" or isinstance(place.value.get("$ref"), str)
    if place.shape == "list":
        return isinstance(place.value, list)
    return place.shape == "one" and place.kind == "schema" and isinstance(place.value, bool)


def _expected(place: _Place) -> str:
    return "a list" if place.shape == "list" else "a mapping"


def _below(place: _Place) -> Iterator[_Place]:
    """Yield what a place holds itself."""
    if isinstance(place.value, list):
        for index, item in enumerate(place.value):
            yield _Place("one", place.kind, (*place.pointer, index), item)
    elif isinstance(place.value, dict):
        yield from _members(place)


def _members(place: _Place) -> Iterator[_Place]:
    is_open = place.shape == "extensible map" or place.kind == "callback"
    grammar = GRAMMAR[place.kind] if place.shape == "one" else {}
    for name, inner in place.value.items():
        pointer = (*place.pointer, name)
        if name in grammar:
            yield _Place(*grammar[name], pointer, inner)
        elif (is_open and name.startswith("x-")) or (name == "$ref" and isinstance(inner, str)):
            continue
        elif place.shape != "one":
            yield _Place("one", place.kind, pointer, inner)
        elif place.kind == "callback":
            yield _Place("one", "path item", pointer, inner)


# -- references ------------------------------------------------------------------------------------


def _references(place: _Place) -> Iterator[tuple[Pointer, str]]:
    """Yield the references that an object holds, each with the place where it counts as standing."""
    value = place.value
    words = [("$ref", place.pointer)]
    if place.shape == "one" and place.kind == "schema":
        words.append(("$dynamicRef", place.pointer))
        yield from _mapped(place)
    if place.shape == "one" and place.kind == "link":
        words.append(("operationRef", (*place.pointer, "operationRef")))
    for word, pointer in words:
        if isinstance(value.get(word), str):
            yield pointer, value[word]


def _mapped(place: _Place) -> Iterator[tuple[Pointer, str]]:
    discriminator = place.value.get("discriminator")
    if not isinstance(discriminator, dict):
        return
    here = (*place.pointer, "discriminator")
    mapping = discriminator.get("mapping")
    for value, name in mapping.items() if isinstance(mapping, dict) else ():
        if isinstance(name, str):
            yield (*here, "mapping", value), name
    if isinstance(discriminator.get("defaultMapping"), str):
        yield (*here, "defaultMapping"), discriminator["defaultMapping"]


def _referred(document: Linked, place: _Place, pointer: Pointer, reference: str) -> _Place:
    if "discriminator" in pointer[len(place.pointer) :]:
        target = document.mapped(pointer)
        return _Place("one", "schema", target, document.value(target))
    target = document.target(pointer, reference)
    kind = "operation" if place.kind == "link" and pointer != place.pointer else place.kind
    return _Place(place.shape, kind, target, document.value(target))


def _is_stray(place: _Place) -> bool:
    return place.shape != "one" or place.kind not in REFERABLE
