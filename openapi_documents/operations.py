"""The operations of a document with their parameters, whichever file they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openapi_documents.errors import UnresolvedError
from openapi_documents.grammar import METHODS
from openapi_documents.node import Located
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


def operations_under(document: Located, member: str) -> tuple[Operation, ...]:
    """Return the operations under `paths` or `webhooks`; what has no form is left out."""
    return tuple(_under(document, member))


def parameters_of(document: Located, operation: Operation) -> tuple[Parameter, ...]:
    """Return the parameters of an operation; its own replace the path's of the same name."""
    found: dict[tuple[str, str], Parameter] = {}
    for holder in (operation.item, operation.pointer):
        listed = document.value((*holder, "parameters"))
        for index in range(len(listed)) if isinstance(listed, list) else ():
            place = _followed(document, (*holder, "parameters", index))
            value = None if place is None else document.value(place)
            if place is not None and isinstance(value, dict):
                name, where = str(value.get("name", "")), str(value.get("in", ""))
                found[where, name] = Parameter(place, name, where, value)
    return tuple(found.values())


def _under(document: Located, member: str) -> Iterator[Operation]:
    paths = document.value((member,))
    for path in paths if isinstance(paths, dict) else ():
        item = None if path.startswith("x-") else _followed(document, (member, path))
        value = None if item is None else document.value(item)
        if item is not None and isinstance(value, dict):
            yield from _of_item(document, path, item, value)


def _of_item(
    document: Located, path: str, item: Pointer, value: Mapping[str, Any]
) -> Iterator[Operation]:
    more = value.get("additionalOperations")
    members: list[tuple[str, ...]] = [(method,) for method in METHODS if method in value]
    if isinstance(more, dict):
        members += [("additionalOperations", method) for method in more]
    for member in members:
        place = _followed(document, (*item, *member))
        operation = None if place is None else document.value(place)
        if place is not None and isinstance(operation, dict):
            name = operation.get("operationId")
            yield Operation(
                place, path, member[-1], name if isinstance(name, str) else "", operation, item
            )


def _followed(document: Located, pointer: Pointer) -> Pointer | None:
    try:
        return document.follow(pointer)
    except UnresolvedError:
        return None
