"""The schemas that speak about each place of an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openapi_documents import Document, Pointer
from spec_review.reading.parts import BRANCHES, Part, listed_names, parts, properties
from spec_review.reading.values import mapping

Path = tuple[str | int, ...]
"""A place inside a value: member names and indices."""

Spot = tuple[Pointer, ...]
"""The places in the document of the schemas that speak about one place of an item."""


class Said:
    """What the schemas of one spot say together."""

    def __init__(self, document: Document, spot: Spot) -> None:
        found = {
            part.pointer: part for pointer in spot for part in parts(document, pointer, BRANCHES)
        }
        self.parts: Sequence[Part] = list(found.values())
        self.values: Sequence[Mapping[str, object]] = [part.value for part in self.parts]
        self.names: Mapping[str, None] = dict.fromkeys(listed_names(self.parts))
        self._members = properties(self.parts)
        self._items = self._with_schema("items")
        self._open = self._with_schema("additionalProperties")

    def below(self, step: str | int) -> Spot:
        """Where the schemas of a member or an element stand."""
        if isinstance(step, int):
            return tuple((*part.pointer, "items") for part in self._items)
        further = [
            (*part.pointer, "additionalProperties")
            for part in self._open
            if step not in mapping(part.value.get("properties"))
        ]
        return (*self._members.get(step, ()), *further)

    def _with_schema(self, word: str) -> list[Part]:
        return [part for part in self.parts if isinstance(part.value.get(word), dict)]


class ItemSchemas:
    """The schema of an item and all below it, asked by the place inside of the item.

    Places of an item about which the same schemas speak are one spot; each spot is looked at once.
    """

    def __init__(self, document: Document, root: Pointer) -> None:
        self.document = document
        self.root = root
        self._said: dict[Spot, Said] = {}
        self._below: dict[tuple[Spot, str | int], Spot] = {}

    def spot(self, path: Path) -> Spot:
        """Where the schemas of a place of an item stand."""
        spot: Spot = (self.root,)
        for step in path:
            key = (spot, step)
            if key not in self._below:
                self._below[key] = tuple(dict.fromkeys(self._said_at(spot).below(step)))
            spot = self._below[key]
        return spot

    def at(self, path: Path) -> Said:
        """What is said about this place of an item."""
        return self._said_at(self.spot(path))

    def _said_at(self, spot: Spot) -> Said:
        if spot not in self._said:
            self._said[spot] = Said(self.document, spot)
        return self._said[spot]
