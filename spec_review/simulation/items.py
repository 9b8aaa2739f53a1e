"""The schemas that speak about each place of an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from openapi_documents import Document, Pointer
from spec_review.reading.parts import BRANCHES, Part, listed_names, parts, properties
from spec_review.reading.values import mapping

Path = tuple[str | int, ...]
"""A place inside a value: member names and indices."""


class ItemSchemas:
    """The schema of an item and all below it, asked by the place inside of the item."""

    def __init__(self, document: Document, root: Pointer) -> None:
        self.document = document
        self.root = root
        self._parts: dict[Path, list[Part]] = {}
        self._members: dict[Path, dict[str, list[Pointer]]] = {}

    def at(self, path: Path) -> list[Part]:
        """Every schema that speaks about this place of an item."""
        if path not in self._parts:
            pointers = self._below(path[:-1], path[-1]) if path else [self.root]
            self._parts[path] = self._together(pointers)
        return self._parts[path]

    def values_at(self, path: Path) -> list[Mapping[str, Any]]:
        """What these schemas say."""
        return [part.value for part in self.at(path)]

    def members(self, path: Path) -> list[str]:
        """The members that the schemas of this place name."""
        return listed_names(self.at(path))

    def _together(self, pointers: Iterable[Pointer]) -> list[Part]:
        found = {
            part.pointer: part
            for pointer in pointers
            for part in parts(self.document, pointer, BRANCHES)
        }
        return list(found.values())

    def _below(self, path: Path, step: str | int) -> list[Pointer]:
        if isinstance(step, int):
            return [
                (*part.pointer, "items")
                for part in self.at(path)
                if isinstance(part.value.get("items"), dict)
            ]
        if path not in self._members:
            self._members[path] = properties(self.at(path))
        named = self._members[path].get(step, [])
        further = [
            (*part.pointer, "additionalProperties")
            for part in self.at(path)
            if isinstance(part.value.get("additionalProperties"), dict)
            and step not in mapping(part.value.get("properties"))
        ]
        return [*named, *further]
