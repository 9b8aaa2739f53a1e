"""The operations of a document with their parameters, whichever file they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from openapi_documents.errors import UnresolvedError
from openapi_documents.grammar import METHODS
from openapi_documents.pointers import Pointer


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; `value` is the Operation Object, `id` its operationId or "".

    `item` is the place of the Path Item that holds it, references followed.
    """

    pointer: Pointer
    path: str
    method: str
    id: str
    value: Mapping[str, Any] = field(repr=False)
    item: Pointer = field(repr=False)

    @property
    def name(self) -> str:
        """The operation as one writes it in a sentence: its id, or ``POST /a``."""
        return self.id or f"{self.method.upper()} {self.path}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation: its place after following `$ref`, and its value."""

    pointer: Pointer
    name: str
    where: str
    value: Mapping[str, Any] = field(repr=False)


class Linked(Protocol):
    """What is asked of the document."""

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place, or MISSING."""

    def follow(self, pointer: Pointer) -> Pointer:
        """Return where a place leads."""

    def members(self, pointer: Pointer) -> dict[str, Pointer]:
        """Return the names in a mapping, and where what they name stands."""

    def elements(self, pointer: Pointer) -> tuple[Pointer, ...]:
        """Return the places of the items of a list."""


def operations_under(document: Linked, member: str) -> tuple[Operation, ...]:
    """Return the operations under `paths` or `webhooks`; what has no form is left out."""
    return tuple(_under(document, member))


def parameters_of(document: Linked, operation: Operation) -> tuple[Parameter, ...]:
    """Return the parameters of an operation; its own replace the path's of the same name."""
    found: dict[tuple[str, str], Parameter] = {}
    for holder in (operation.item, operation.pointer):
        with suppress(UnresolvedError):
            for listed in document.elements((*holder, "parameters")):
                place = _followed(document, listed)
                value = None if place is None else document.value(place)
                if place is not None and isinstance(value, dict):
                    name, where = str(value.get("name", "")), str(value.get("in", ""))
                    found[where, name] = Parameter(place, name, where, value)
    return tuple(found.values())


def _under(document: Linked, member: str) -> Iterator[Operation]:
    for path, place in _members(document, (member,)).items():
        if not (member == "paths" and path.startswith("x-")):
            yield from _of_item(document, path, place)


def _of_item(document: Linked, path: str, place: Pointer) -> Iterator[Operation]:
    item = _followed(document, place)
    if item is None:
        return
    members = _members(document, place)
    named: list[tuple[str, Pointer]] = [(one, members[one]) for one in METHODS if one in members]
    if "additionalOperations" in members:
        named += _members(document, members["additionalOperations"]).items()
    for method, holder in named:
        pointer = _followed(document, holder)
        value = None if pointer is None else document.value(pointer)
        if pointer is not None and isinstance(value, dict):
            name = value.get("operationId")
            yield Operation(
                pointer, path, method, name if isinstance(name, str) else "", value, item
            )


def _members(document: Linked, pointer: Pointer) -> dict[str, Pointer]:
    value = document.value(pointer)
    if isinstance(value, dict) and "$ref" not in value:
        return {name: (*pointer, name) for name in value}
    try:
        return document.members(pointer)
    except UnresolvedError:
        return {}


def _followed(document: Linked, pointer: Pointer) -> Pointer | None:
    """Return where a place leads that stands behind no reference, None when nowhere."""
    value = document.value(pointer)
    if isinstance(value, dict) and "$ref" not in value:
        return pointer
    try:
        return document.follow(pointer)
    except UnresolvedError:
        return None
