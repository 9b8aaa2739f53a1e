"""A schema as one looks at it: its members through references and `allOf`, whatever stands where it should not.

Nothing is checked and nothing raised here: who compiles a schema tells what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openapi_documents import DocumentError, Node

_SCALARS = ("string", "any")
_LEVELS = 3

# The names of members on the way to a value: ("status", "state").
MemberPath = tuple[str, ...]


@dataclass(frozen=True)
class SchemaView:
    """A view of the schema at a node."""

    node: Node
    above: frozenset[object] = field(default=frozenset(), repr=False)

    @cached_property
    def parts(self) -> tuple[Node, ...]:
        """The schema and those that it is made of by `$ref` and `allOf`, itself first."""
        return tuple(self._parts(self.node, set()))

    def _parts(self, node: Node, seen: set[object]) -> Iterator[Node]:
        if node.place in seen or not isinstance(node.value, dict):
            return
        seen.add(node.place)
        yield node
        try:
            followed = node.follow()
        except DocumentError:
            followed = node
        yield from self._parts(followed, seen)
        together = node.get("allOf")
        for part in _elements(together):
            yield from self._parts(part, seen)

    def word(self, name: str) -> Any:
        """Return the value of a keyword, from the first part that has it; None when none has."""
        return next((part.value[name] for part in self.parts if name in part.value), None)

    @cached_property
    def place(self) -> object:
        """Where the schema stands when its references are followed: equal for one schema named twice."""
        ends = [part.place for part in self.parts if "$ref" not in part.value]
        return ends[0] if ends else self.node.place

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types that the schema allows, without `null`; empty when it does not say."""
        found = self.word("type")
        listed = found if isinstance(found, list) else [found]
        return tuple(name for name in listed if isinstance(name, str) and name != "null")

    @cached_property
    def properties(self) -> Mapping[str, SchemaView]:
        """The members that an object has, in the order of the document."""
        found: dict[str, SchemaView] = {}
        for part in self.parts:
            properties = part.get("properties")
            if properties is not None and isinstance(properties.value, dict):
                for name, node in properties.members():
                    found.setdefault(name, SchemaView(node))
        return found

    @cached_property
    def items(self) -> SchemaView | None:
        """What the items of an array fit."""
        for part in self.parts:
            items = part.get("items")
            if items is not None:
                return SchemaView(items)
        return None

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts of an `enum` or `const`."""
        listed = self.word("enum")
        values = listed if isinstance(listed, list) else [self.word("const")]
        return tuple(value for value in values if isinstance(value, str))

    @property
    def is_array(self) -> bool:
        """Whether it is an array, by its type or by its items."""
        return "array" in self.types or (not self.types and self.items is not None)

    @property
    def is_object(self) -> bool:
        """Whether it is an object, by its type or by its members."""
        return "object" in self.types or (not self.types and bool(self.properties))

    @property
    def is_text(self) -> bool:
        """Whether it is a text, by its type or by what it may be."""
        return self.types == ("string",) or (not self.types and bool(self.texts))

    @property
    def lists_texts(self) -> bool:
        """Whether it is an array of texts."""
        return self.is_array and self.items is not None and self.items.is_text

    @property
    def format(self) -> str:
        """The format, "" when the schema names none."""
        found = self.word("format")
        return found if isinstance(found, str) else ""

    @property
    def is_uri(self) -> bool:
        """Whether it is a text that is a URI, by its format."""
        return "uri" in self.format

    def members(self) -> Iterator[tuple[MemberPath, SchemaView]]:
        """Yield the members of an object and of the objects in it, some levels deep, those nearest first."""
        level: list[tuple[MemberPath, SchemaView]] = [
            ((name,), view) for name, view in self.properties.items()
        ]
        for _ in range(_LEVELS):
            yield from level
            level = [
                ((*path, name), view)
                for path, above in level
                for name, view in above.properties.items()
            ]

    @cached_property
    def kind(self) -> str:
        """The JSON type that the text of a parameter is turned into."""
        if len(self.types) == 1:
            return self.types[0]
        for option in self._options():
            if option.kind not in _SCALARS:
                return option.kind
        listed = self.word("enum")
        values = listed if isinstance(listed, list) else [self.word("const")]
        if values and all(
            isinstance(value, int) and not isinstance(value, bool) for value in values
        ):
            return "integer"
        return "string"

    def _options(self) -> Iterator[SchemaView]:
        """Yield the branches of the schema, none that it stands in itself."""
        if self.node.place in self.above:
            return
        above = self.above | {self.node.place}
        for part in self.parts:
            for word in ("oneOf", "anyOf"):
                for option in _elements(part.get(word)):
                    yield SchemaView(option, above)


def _elements(node: Node | None) -> list[Node]:
    return node.elements() if node is not None and isinstance(node.value, list) else []
