"""An OpenAPI document that knows where each of its values stands, in whichever of its files.

Places are tuples (see `pointers.py`). The values are plain and never changed; `$ref`s stand in them
as written and are followed when somebody asks.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openapi_documents.composing import Note
from openapi_documents.errors import DocumentError, Position, UnresolvedError
from openapi_documents.grammar import EXTENSIBLE_MAPS, GRAMMAR, KINDS
from openapi_documents.node import Node
from openapi_documents.operations import Operation, Parameter, operations_under, parameters_of
from openapi_documents.pointers import MISSING, File, Pointer, split_file
from openapi_documents.references import References
from openapi_documents.source import Source
from openapi_documents.sources import Shelf

_VERSION = re.compile(r"^(3\.[012])\.\d+")


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
        """What was read though OpenAPI does not have it, and overlay targets that chose nothing."""
        return self.source.notes + self.overlay_notes

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
        return References(self.source, self.shelf, has_resources=self.version != "3.0")

    @property
    def files(self) -> tuple[File, ...]:
        """The other files that were read so far, in the order in which they were met."""
        return self._references.files

    def source_of(self, pointer: Pointer) -> Source:
        """Return the file in which a place stands. Raises KeyError for a file that was not read."""
        return self._references.source(split_file(pointer)[0])

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

    # -- positions ---------------------------------------------------------------------------------

    def position(self, pointer: Pointer) -> Position:
        """Return where a scalar stands, or the key of a mapping or sequence; else an ancestor."""
        return self._references.position(pointer)

    def key_position(self, pointer: Pointer) -> Position:
        """Return where the key of the place stands (the item itself, in a sequence)."""
        return self._references.key_position(pointer)

    def error(self, pointer: Pointer, reason: str, mend: str = "") -> DocumentError:
        """Return the error that a fault at a place makes."""
        return DocumentError(self.position(pointer), reason, mend)

    # -- operations --------------------------------------------------------------------------------

    def operations(self) -> tuple[Operation, ...]:
        """Return the operations under `paths`, in document order; what has no form is left out."""
        return self._operations

    @cached_property
    def _operations(self) -> tuple[Operation, ...]:
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
        the grammar has no place for it, as references reach it.
        """
        return self._objects[kind]

    @cached_property
    def _objects(self) -> dict[str, tuple[Pointer, ...]]:
        found: dict[str, list[Pointer]] = {kind: [] for kind in KINDS}
        for kind, pointer in self._reached():
            found[kind].append(pointer)
        return {kind: tuple(places) for kind, places in found.items()}

    def _reached(self) -> Iterator[tuple[str, Pointer]]:
        seen: set[tuple[str, Pointer]] = set()
        later: deque[tuple[str, Pointer, Any]] = deque([("document", (), self.data)])
        while later:
            waiting = [later.popleft()]
            while waiting:
                kind, pointer, value = waiting.pop()
                if (kind, pointer) in seen:
                    continue
                seen.add((kind, pointer))
                yield kind, pointer
                if not isinstance(value, dict):
                    continue
                if isinstance(value.get("$ref"), str):
                    later.extend(self._referred(kind, pointer, value["$ref"]))
                waiting.extend(reversed(list(below(kind, pointer, value))))

    def _referred(
        self, kind: str, pointer: Pointer, reference: str
    ) -> Iterator[tuple[str, Pointer, Any]]:
        try:
            place = self.follow(self.target(pointer, reference))
        except DocumentError:
            return
        yield kind, place, self.value(place)


def below(kind: str, pointer: Pointer, value: dict[str, Any]) -> Iterator[tuple[str, Pointer, Any]]:
    """Yield the objects that an object of a kind holds itself: their kinds, places and values."""
    grammar = GRAMMAR[kind]
    if kind == "callback":
        for name, inner in value.items():
            if not name.startswith(("x-", "$")):
                yield "path item", (*pointer, name), inner
        return
    for member, inner in value.items():
        shape, held = grammar.get(member, ("", ""))
        if shape == "one" and isinstance(inner, dict | bool):
            yield held, (*pointer, member), inner
        elif shape == "map" and isinstance(inner, dict):
            for name, one in inner.items():
                if not (held in EXTENSIBLE_MAPS and name.startswith("x-")):
                    yield held, (*pointer, member, name), one
        elif shape == "list" and isinstance(inner, list):
            for index, one in enumerate(inner):
                yield held, (*pointer, member, index), one
