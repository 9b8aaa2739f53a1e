"""Schemas that speak about the same value: those in a schema (`allOf` and its kin), and behind `$ref`.

JSON Schema calls them in-place applicators. From them come the members that one side of a talk need
not send, and the circles in which a validator would ask the same question for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from openapi_documents.document import Document
from openapi_documents.errors import DocumentError
from openapi_documents.grammar import IN_PLACE
from openapi_documents.pointers import Pointer
from openapi_documents.schemas.closure import Closure, Names

Side = Literal["request", "response", "both"]
CONDITIONS: Final = ("not", "if")
"""Words whose schema decides about another: whoever asks less there, refuses more."""

_HIDING: Final = {"request": "readOnly", "response": "writeOnly"}
_IN_PLACE: Final = frozenset(IN_PLACE)
_REFERENCES: Final = ("$ref", "$dynamicRef")
_LEADING_ON: Final = frozenset({*IN_PLACE, *_REFERENCES})
_REQUIRING: Final = _LEADING_ON | {"required", "dependentRequired"}


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a schema says about its value without looking behind references."""

    flags: Names
    """`readOnly` and `writeOnly`."""
    required: Names
    members: list[tuple[str, Pointer, Any]]
    ways: list[Pointer]
    """Where its references lead."""
    conditions: list[Pointer]
    """Where those in conditions lead."""


@dataclass(eq=False)
class InPlace:
    """What the schemas of a document say together with those that speak about the same value."""

    document: Document = field(repr=False)
    _parts_of: dict[Pointer, _Parts] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._flags = Closure(self._ways, lambda place: self._parts(place).flags)
        self._required = Closure(self._ways, lambda place: self._parts(place).required)
        self._circles = Closure(self._all_ways, lambda _: ())
        self._hidden = {side: self._hiding(word) for side, word in _HIDING.items()}

    def hidden(self, place: Pointer, side: Side) -> Names:
        """Return the members that a value of this side need not have, whatever `required` says."""
        return self._hidden[side].names(place) if side in self._hidden else frozenset()

    def required(self, place: Pointer, side: Side) -> Names:
        """Return the members that a value of this side needs."""
        return self._required.names(place) - self.hidden(place, side)

    def circle(self, place: Pointer) -> int:
        """Return a number that is the same for schemas which lead back to each other in place."""
        return self._circles.circle(place)

    def _ways(self, place: Pointer) -> list[Pointer]:
        return self._parts(place).ways

    def _all_ways(self, place: Pointer) -> list[Pointer]:
        return [*self._parts(place).ways, *self._parts(place).conditions]

    def _hiding(self, word: str) -> Closure:
        return Closure(self._ways, lambda place: self._own_hidden(place, word))

    def _own_hidden(self, place: Pointer, word: str) -> Iterator[str]:
        for name, holder, value in self._parts(place).members:
            if _LEADING_ON.isdisjoint(value):
                if value.get(word) is True:
                    yield name
            elif word in self._flags.names(holder):
                yield name

    def _parts(self, place: Pointer) -> _Parts:
        known = self._parts_of.get(place)
        if known is None:
            known = self._parts_of[place] = self._read(place)
        return known

    def _read(self, place: Pointer) -> _Parts:
        is_old = self.document.version == "3.0"
        flags: set[str] = set()
        required: set[str] = set()
        members: list[tuple[str, Pointer, Any]] = []
        ways: list[Pointer] = []
        conditions: list[Pointer] = []
        waiting = [(place, self.document.value(place), ways)]
        while waiting:
            here, value, into = waiting.pop()
            if not isinstance(value, dict):
                continue
            if not _LEADING_ON.isdisjoint(value):
                into.extend(self._targets(here, value))
                if is_old and isinstance(value.get("$ref"), str):
                    continue
                for word in _IN_PLACE.intersection(value):
                    held = conditions if word in CONDITIONS else into
                    waiting += [(*one, held) for one in _below(here, word, value[word])]
            if into is ways:
                flags.update(word for word in _HIDING.values() if value.get(word) is True)
                required.update(required_by(value))
                members += _members(here, value.get("properties"))
        return _Parts(frozenset(flags), frozenset(required), members, ways, conditions)

    def _targets(self, place: Pointer, value: dict[str, Any]) -> Iterator[Pointer]:
        for word in _REFERENCES:
            reference = value.get(word)
            if isinstance(reference, str):
                with suppress(DocumentError):  # whoever needs the schema is told
                    yield self.document.target(place, reference)


def _members(place: Pointer, properties: Any) -> Iterator[tuple[str, Pointer, Any]]:
    for name, value in properties.items() if isinstance(properties, dict) else ():
        if isinstance(value, dict):
            yield name, (*place, "properties", name), value


def may_require(schema: Any) -> bool:
    """Tell whether a schema can ask for members at all, in place."""
    return isinstance(schema, dict) and not _REQUIRING.isdisjoint(schema)


def required_by(value: dict[str, Any]) -> Iterator[str]:
    """Yield the members that a schema itself asks for, now or when another is there."""
    depending = value.get("dependentRequired")
    for names in (
        value.get("required"),
        *(depending.values() if isinstance(depending, dict) else ()),
    ):
        if isinstance(names, list):
            yield from (name for name in names if isinstance(name, str))


def _below(place: Pointer, word: str, value: Any) -> list[tuple[Pointer, Any]]:
    if isinstance(value, list):
        return [((*place, word, index), item) for index, item in enumerate(value)]
    if isinstance(value, dict) and word == "dependentSchemas":
        return [((*place, word, name), item) for name, item in value.items()]
    return [((*place, word), value)] if isinstance(value, dict) else []
