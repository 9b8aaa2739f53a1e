"""A schema as one looks at it: its members through references and `allOf`, whatever stands where it should not.

Nothing is checked and nothing raised here: who compiles a schema tells what is wrong with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import regex

from openapi_documents import DocumentError, Node

_LEVELS = 3
_ALTERNATIVES = 6
_KINDS: Mapping[type, str] = {
    str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object",
    type(None): "null",
}  # fmt: skip
_TELLING: Mapping[str, frozenset[str]] = {
    "object": frozenset({"properties", "additionalProperties", "patternProperties"}),
    "array": frozenset({"items", "prefixItems", "contains", "minItems", "maxItems"}),
    "number": frozenset(
        {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    ),
    "string": frozenset({"pattern", "minLength", "maxLength", "format", "contentMediaType"}),
}
"""Words that speak of values of one type only."""

_SCALARS = {"string", "integer", "number", "boolean", "null"}

# The names of members on the way to a value: ("status", "state").
MemberPath = tuple[str, ...]


@dataclass(frozen=True)
class SchemaView:
    """A view of the schema at a node, and of those `beside` it that the same value has to fit, as parts of an `allOf` say."""

    node: Node
    above: frozenset[object] = field(default=frozenset(), repr=False)
    beside: tuple[Node, ...] = ()

    @cached_property
    def parts(self) -> tuple[Node, ...]:
        """The schema and those that it is made of by `$ref` and `allOf`, itself first."""
        seen: set[object] = set()
        return tuple(part for node in (self.node, *self.beside) for part in self._parts(node, seen))

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
        for part in self.parts:
            if name in part.value:
                return part.value[name]
        return None

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
        found: dict[str, list[Node]] = {}
        for part in self.parts:
            properties = part.get("properties")
            if properties is not None and isinstance(properties.value, dict):
                for name, node in properties.members():
                    found.setdefault(name, []).append(node)
        return {name: _together(nodes) for name, nodes in found.items()}

    @cached_property
    def every_member(self) -> Mapping[str, SchemaView]:
        """The members that an object has, those of its alternatives included, some levels deep."""
        return dict(self._every_member(_ALTERNATIVES))

    def _every_member(self, levels: int) -> dict[str, SchemaView]:
        found = dict(self.properties)
        for option in self.alternatives if levels else ():
            for name, member in option._every_member(levels - 1).items():
                found.setdefault(name, member)
        return found

    @cached_property
    def alternatives(self) -> tuple[SchemaView, ...]:
        """The schemas of its `oneOf` and `anyOf`."""
        return tuple(
            SchemaView(option)
            for part in self.parts
            for word in ("oneOf", "anyOf")
            for option in _elements(part.get(word))
        )

    @cached_property
    def required(self) -> frozenset[str]:
        """The members that must be there, by this schema and those that it is made of."""
        listed = (part.value.get("required") for part in self.parts)
        names = (name for found in listed if isinstance(found, list) for name in found)
        return frozenset(name for name in names if isinstance(name, str))

    @cached_property
    def items(self) -> SchemaView | None:
        """What the items of an array fit."""
        found = [items for part in self.parts if (items := part.get("items")) is not None]
        return _together(found) if found else None

    @cached_property
    def first_items(self) -> tuple[SchemaView, ...]:
        """What the first items of an array fit, one by one (`prefixItems`)."""
        listed = (_elements(part.get("prefixItems")) for part in self.parts)
        return tuple(map(SchemaView, next((found for found in listed if found), ())))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts of an `enum` or `const`, or of all branches where each has such."""
        listed = self.word("enum")
        values = listed if isinstance(listed, list) else [self.word("const")]
        found = tuple(value for value in values if isinstance(value, str))
        branches = [option.texts for option in self.options]
        if found or not all(branches):
            return found
        return tuple(text for texts in branches for text in texts)

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
    def kinds(self) -> tuple[str, ...]:
        """The JSON types that a value may have, through branches too; empty when nothing is said of them."""
        types = self.word("type")
        listed = types if isinstance(types, list) else [types]
        found = [name for name in listed if isinstance(name, str)]
        if not found:
            found = [kind for option in self.options for kind in option.kinds]
        if not found:
            found = self._kinds_by_words()
        if found and self.word("nullable") is True:
            found.append("null")
        return tuple(dict.fromkeys(found))

    @cached_property
    def shapes(self) -> tuple[str, ...]:
        """What a value may be: `scalar`, `array`, `object`."""
        kinds = set(self.kinds)
        found = ["scalar"] if kinds & _SCALARS or not kinds else []
        return (*found, *(kind for kind in ("array", "object") if kind in kinds))

    def _kinds_by_words(self) -> list[str]:
        """Return what the words of a schema without a type tell of it."""
        listed = self.word("enum")
        values = listed if isinstance(listed, list) else []
        if any("const" in part.value for part in self.parts):
            values = [self.word("const")]
        if values:
            return [_KINDS[type(value)] for value in values if type(value) in _KINDS]
        words = {name for part in self.parts for name in part.value}
        return [kind for kind, telling in _TELLING.items() if telling & words]

    @cached_property
    def options(self) -> tuple[SchemaView, ...]:
        """The branches of the schema, none that it stands in itself."""
        if self.node.place in self.above:
            return ()
        above = self.above | {self.node.place}
        return tuple(
            SchemaView(option, above)
            for part in self.parts
            for word in ("oneOf", "anyOf")
            for option in _elements(part.get(word))
        )

    @cached_property
    def others(self) -> SchemaView | None:
        """What members fit that are not named (`additionalProperties`); None when that is any value, or none."""
        for word in ("additionalProperties", "unevaluatedProperties"):
            for part in self.parts:
                found = part.get(word)
                if found is not None and isinstance(found.value, dict):
                    return SchemaView(found)
        return None

    def named(self, name: str) -> SchemaView | None:
        """Return what a member of this name fits, by its name or a pattern; None when neither says anything of it."""
        if name in self.properties:
            return self.properties[name]
        return next((view for pattern, view in self.by_pattern if pattern.search(name)), None)

    @cached_property
    def by_pattern(self) -> tuple[tuple[regex.Pattern[str], SchemaView], ...]:
        """What members fit whose names have a pattern (`patternProperties`); those that cannot be compiled are left out."""
        found = []
        for part in self.parts:
            listed = part.get("patternProperties")
            if listed is not None and isinstance(listed.value, dict):
                for pattern, node in listed.members():
                    with contextlib.suppress(regex.error):
                        found.append((regex.compile(pattern), SchemaView(node)))
        return tuple(found)

    @property
    def takes_others(self) -> bool:
        """Whether it says that members may come which it does not name, or names none at all."""
        said = self.word("additionalProperties")
        named = self.properties or any(option.properties for option in self.options)
        return said not in (None, False) or (said is None and not named)


def _together(nodes: Sequence[Node]) -> SchemaView:
    return SchemaView(nodes[0], beside=tuple(nodes[1:]))


def _elements(node: Node | None) -> list[Node]:
    return node.elements() if node is not None and isinstance(node.value, list) else []
