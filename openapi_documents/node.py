"""A located value: made for readers that must tell a wrong type and never stumble over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from openapi_documents.errors import DocumentError, Position
from openapi_documents.pointers import MISSING, Missing, Pointer, child, text_of


class Located(Protocol):
    """What a node asks its document."""

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place, or MISSING."""

    def follow(self, pointer: Pointer) -> Pointer:
        """Return where a place leads."""

    def members(self, pointer: Pointer) -> dict[str, Pointer]:
        """Return the names in a mapping, and where what they name stands."""

    def position(self, pointer: Pointer) -> Position:
        """Return where a value stands."""

    def key_position(self, pointer: Pointer) -> Position:
        """Return where a key stands."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value, the document it belongs to, and its place there."""

    document: Located = field(repr=False)
    place: Pointer
    value: Any = field(repr=False, compare=False, hash=False)

    # -- down --------------------------------------------------------------------------------------

    def get(self, part: str | int) -> Node | None:
        """Return what stands under a key or index; None when nothing does."""
        name, value = child(self.value, part)
        return None if value is MISSING else Node(self.document, (*self.place, name), value)

    def __getitem__(self, part: str | int) -> Node:
        """Return what stands under a key or index. Raises DocumentError when nothing does."""
        if isinstance(part, str):
            self.mapping()
        found = self.get(part)
        if found is None:
            raise self.error(f"{part} is missing here")
        return found

    def __contains__(self, part: str | int) -> bool:
        return child(self.value, part)[1] is not MISSING

    def members(self) -> Iterator[tuple[str, Node]]:
        """Yield the members of a mapping. Raises DocumentError when it is none."""
        for name, value in self.mapping().items():
            yield name, Node(self.document, (*self.place, name), value)

    def elements(self) -> list[Node]:
        """Return the items of a sequence. Raises DocumentError when it is none."""
        if not isinstance(self.value, list):
            raise self._wrong("a list")
        return [
            Node(self.document, (*self.place, index), item) for index, item in enumerate(self.value)
        ]

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Yield what a map holds, also where a `$ref` stands in place of the whole map or beside members.

        Raises DocumentError when it is no map, UnresolvedError when the reference leads nowhere.
        """
        self.mapping()
        for name, place in self.document.members(self.place).items():
            yield name, Node(self.document, place, self.document.value(place))

    def listed(self) -> list[Node]:
        """Return the items of a list, also where a `$ref` stands in its place. Raises as `entries` does."""
        behind = self.follow()
        if not isinstance(behind.value, list):
            raise behind._wrong("a list")
        return behind.elements()

    def follow(self) -> Node:
        """Return what stands behind `$ref`, itself when it has none. Raises UnresolvedError."""
        place = self.document.follow(self.place)
        return (
            self if place == self.place else Node(self.document, place, self.document.value(place))
        )

    # -- values ------------------------------------------------------------------------------------

    def mapping(self) -> dict[str, Any]:
        """Return the value of a mapping. Raises DocumentError when it is none."""
        if not isinstance(self.value, dict):
            raise self._wrong("a mapping")
        return self.value

    def text(self) -> str:
        """Return the value of a text. Raises DocumentError when it is none."""
        if not isinstance(self.value, str):
            raise self._wrong("a text")
        return self.value

    def boolean(self) -> bool:
        """Return the value of a boolean. Raises DocumentError when it is none."""
        if not isinstance(self.value, bool):
            raise self._wrong("true or false")
        return self.value

    def integer(self) -> int:
        """Return the value of an integer. Raises DocumentError when it is none."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self._wrong("an integer")
        return self.value

    def number(self) -> int | float:
        """Return the value of a number. Raises DocumentError when it is none."""
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            raise self._wrong("a number")
        return self.value

    # -- place -------------------------------------------------------------------------------------

    @property
    def pointer(self) -> str:
        """The place as a reference: `#/paths/~1a`, or `paths/a.yaml#/get`."""
        return text_of(self.place)

    @property
    def position(self) -> Position:
        """Where it stands: a scalar itself, or the key of a mapping or sequence."""
        return self.document.position(self.place)

    @property
    def key_position(self) -> Position:
        """Where its key stands (the item itself, in a sequence)."""
        return self.document.key_position(self.place)

    def error(self, reason: str, mend: str = "") -> DocumentError:
        """Return the error that a fault here makes."""
        return DocumentError(self.position, reason, mend)

    def _wrong(self, expected: str) -> DocumentError:
        return self.error(self.expected(expected))

    def expected(self, what: str) -> str:
        """Return the sentence that tells what stands here, and what is expected instead."""
        name = self.place[-1] if self.place else ""
        under = f" under {name}" if isinstance(name, str) and name else ""
        return f"{described(self.value)} stands here{under}, {what} is expected"


def described(value: Any) -> str:
    """Return a value as a sentence names it: `the number 5`, `a mapping`, `nothing (null)`."""
    match value:
        case None | Missing():
            return "nothing" if value is MISSING else "nothing (null)"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {_short(str(value))}"
        case str():
            return f"the text '{_short(value)}'"
        case dict():
            return "a mapping" if value else "an empty mapping"
        case _:
            return "a list" if value else "an empty list"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."
