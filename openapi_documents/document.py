"""An OpenAPI document that knows where each of its values stands, in whichever of its files.

Places are tuples (see `pointers.py`). The values are plain and never changed; `$ref`s stand in them
as written and are followed when somebody asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from openapi_documents.errors import (
    DanglingReferenceError,
    DocumentError,
    Position,
    UnresolvedError,
)
from openapi_documents.files.folders import Shelf
from openapi_documents.files.library import Files
from openapi_documents.files.source import Source
from openapi_documents.mending import did_you_mean
from openapi_documents.node import Node
from openapi_documents.objects import Objects, walked
from openapi_documents.operations import Operation, Parameter, operations_under, parameters_of
from openapi_documents.pointers import MISSING, File, Pointer, split_file
from openapi_documents.references import References
from openapi_documents.texts.collector import no_collector
from openapi_documents.texts.composing import Note

_VERSION: Final = re.compile(r"(3\.[012])\.\d+")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+\Z")
_SCHEMAS: Final = ("components", "schemas")


@dataclass(eq=False)
class Document:
    """A document. Made by `load` or `parse`, and never changed afterwards.

    Two documents are equal only when they are the same object, so that what is read from one can be
    kept by `functools.lru_cache`.
    """

    source: Source = field(repr=False)
    shelf: Shelf = field(repr=False)
    overlay_notes: tuple[Note, ...] = ()

    @property
    def name(self) -> str:
        """The root file as the user named it."""
        return self.source.name

    @property
    def path(self) -> str:
        """The absolute path of the root file, or the path at which it is taken to stand."""
        return self.source.path

    @property
    def text(self) -> str:
        """The text of the root file, without overlays."""
        return self.source.text

    @property
    def data(self) -> dict[str, Any]:
        """The plain value of the root file, with overlays."""
        value: dict[str, Any] = self.source.value
        return value

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was read though OpenAPI does not have it, and overlay targets that chose nothing.

        Of other files what they have that were read so far.
        """
        of_others: list[Note] = []
        for file in self.files:
            of_others += self.source_of((file,)).notes
        return (*self.source.notes, *self.overlay_notes, *of_others)

    @cached_property
    def full_version(self) -> str:
        """The OpenAPI version as written, "" when the document names none."""
        return str(self.data.get("openapi", ""))

    @cached_property
    def version(self) -> str:
        """The OpenAPI version as major.minor: 3.0, 3.1 or 3.2; "" for any other."""
        found = _VERSION.match(self.full_version)
        return found.group(1) if found else ""

    @cached_property
    def root(self) -> Node:
        """The whole document as a node."""
        return Node(self, (), self.data)

    def node(self, pointer: Pointer) -> Node:
        """Return the node at a place. Raises DocumentError when nothing stands there."""
        value = self.value(pointer)
        if value is MISSING:
            raise self.error(pointer, f"{pointer[-1] if pointer else 'it'} is missing here")
        return Node(self, pointer, value)

    # -- references --------------------------------------------------------------------------------

    @cached_property
    def _references(self) -> References:
        return References(Files(self.source, self.shelf, has_resources=self.version != "3.0"))

    @property
    def files(self) -> tuple[File, ...]:
        """The other files that were read so far, in the order in which they were met."""
        return self._references.files.others

    def source_of(self, pointer: Pointer) -> Source:
        """Return the file in which a place stands. Raises DocumentError when it was not read."""
        return self._references.files.source(split_file(pointer)[0])

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place, MISSING when there is none. `$ref` is not followed."""
        return self._references.value(pointer)

    def follow(self, pointer: Pointer) -> Pointer:
        """Return the place with every `$ref` on the way and at its end replaced by its target.

        Raises UnresolvedError for one that leads nowhere or to a broken file, and LimitError.
        """
        return self._references.follow(pointer)

    def resolved(self, pointer: Pointer) -> Any:
        """Return the value at the place with every `$ref` followed, or MISSING."""
        try:
            return self.value(self.follow(pointer))
        except UnresolvedError:
            return MISSING

    def target(self, pointer: Pointer, reference: str) -> Pointer:
        """Return where a reference leads that stands at a place. Raises as `follow` does."""
        return self._references.target(pointer, reference)

    def members(self, pointer: Pointer) -> dict[str, Pointer]:
        """Return the names in the mapping at a place, and where what they name stands.

        When there is a `$ref`, also in place of a whole map, the names behind it come after those
        beside it. Raises as `follow` does.
        """
        found: dict[str, Pointer] = {}
        for place in self._references.chain(pointer):
            value = self.value(place)
            for name, inner in value.items() if isinstance(value, dict) else ():
                if name != "$ref" or not isinstance(inner, str):
                    found.setdefault(name, (*place, name))
        return found

    def elements(self, pointer: Pointer) -> tuple[Pointer, ...]:
        """Return the places of the items of a list, behind a `$ref` if need be. Raises likewise."""
        place = self.follow(pointer)
        value = self.value(place)
        return tuple(
            (*place, index) for index in range(len(value) if isinstance(value, list) else 0)
        )

    # -- other ways to refer -----------------------------------------------------------------------

    def external_value(self, example: Pointer) -> bytes:
        """Return what the file holds that `externalValue` of an Example Object names.

        It may lead where any reference may. Raises as `follow` does.
        """
        place = (*example, "externalValue")
        return self._references.content(place, self.node(place).text())

    def mapping(self, schema: Pointer) -> dict[str, Pointer]:
        """Return the schemas that `discriminator.mapping` of a schema names, by value.

        Raises as `follow` does.
        """
        place = (*schema, "discriminator", "mapping")
        value = self.value(place)
        names = value if isinstance(value, dict) else {}
        return {name: self.mapped((*place, name)) for name in names}

    def mapped(self, pointer: Pointer) -> Pointer:
        """Return the schema that a text in `discriminator.mapping` (or `defaultMapping`) names.

        It is the name of a schema in the components, else a reference. Raises as `follow` does.
        """
        name = self.node(pointer).text()
        if name in (schemas := self.members(_SCHEMAS)):
            return schemas[name]
        try:
            return self.target(pointer, name)
        except DanglingReferenceError as error:
            if not _NAME.match(name):
                raise
            raise DanglingReferenceError(
                error.position, pointer, name,
                f"there is neither a schema {name} in the components nor such a file",
                did_you_mean(name, schemas),
            ) from None  # fmt: skip

    def linked_operation(self, link: Pointer) -> Pointer:
        """Return the operation that a Link Object names, by `operationRef` or `operationId`.

        Raises UnresolvedError when it names none.
        """
        reference = self.node(link).get("operationRef")
        if reference is not None:
            return self.follow(self.target(reference.place, reference.text()))
        named = self.node(link)["operationId"]
        found = self._by_id.get(named.text())
        if found is None:
            raise DanglingReferenceError(
                named.position, named.place, named.text(),
                f"there is no operation {named.text()}", did_you_mean(named.text(), self._by_id),
            )  # fmt: skip
        return found

    @cached_property
    def _by_id(self) -> dict[str, Pointer]:
        found: dict[str, Pointer] = {}
        for place in self.objects("operation"):
            name = self.value((*place, "operationId"))
            if isinstance(name, str):
                found.setdefault(name, place)
        return found

    # -- positions ---------------------------------------------------------------------------------

    def position(self, pointer: Pointer) -> Position:
        """Return where a scalar stands, or the key of a mapping or sequence; else an ancestor."""
        return self.source_of(pointer).position(split_file(pointer)[1])

    def key_position(self, pointer: Pointer) -> Position:
        """Return where the key of the place stands (the item itself, in a sequence)."""
        return self.source_of(pointer).key_position(split_file(pointer)[1])

    def error(self, pointer: Pointer, reason: str, mend: str = "") -> DocumentError:
        """Return the error that a fault at a place makes."""
        return DocumentError(self.position(pointer), reason, mend)

    # -- operations --------------------------------------------------------------------------------

    def operations(self) -> tuple[Operation, ...]:
        """Return the operations under `paths`, in document order; what has no form is left out."""
        return self._operations

    @cached_property
    def _operations(self) -> tuple[Operation, ...]:
        with no_collector():
            return operations_under(self, "paths")

    def webhooks(self) -> tuple[Operation, ...]:
        """Return the operations under `webhooks`; their path is the webhook's name."""
        return operations_under(self, "webhooks")

    def parameters(self, operation: Operation) -> tuple[Parameter, ...]:
        """Return the parameters of an operation; its own replace the path's of the same name."""
        return parameters_of(self, operation)

    # -- kinds -------------------------------------------------------------------------------------

    def objects(self, kind: str) -> tuple[Pointer, ...]:
        """Return the places of all objects of a kind (one of KINDS), references among them.

        Those of the root file come first, in its order; then what stands in other files, or where
        the grammar has no place for it, as references reach it. What has the wrong type is left out.
        """
        return tuple(self.walked.places[kind])

    @cached_property
    def walked(self) -> Objects:
        """Everything that the walk through all files has found."""
        with no_collector():
            return walked(self)

    def broken_references(self) -> tuple[DocumentError, ...]:
        """Return an error for each reference of an object that leads nowhere, or too far."""
        return tuple(self.walked.broken)
