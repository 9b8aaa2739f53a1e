"""Where a value came from that overlays have changed: which file wrote it, and where it stood there.

What no overlay has touched needs no note of its own: it stands in its file as it always did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from openapi_documents.errors import Position
from openapi_documents.pointers import File, Pointer, index_of


class Located(Protocol):
    """A file that knows where its values stand."""

    def position(self, inner: Pointer) -> Position:
        """Return where a scalar stands, or the key of a mapping or sequence; else an ancestor."""

    def key_position(self, inner: Pointer) -> Position:
        """Return where the key of a place stands (the item itself, in a sequence)."""


class Key(NamedTuple):
    """The key of a value, by the file and place in which it was written."""

    file: Located
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was written; `members` or `items` say so of what stands in it now."""

    file: Located
    pointer: Pointer
    members: dict[str, tuple[Key, Origin]] | None = None
    items: list[Origin] | None = None

    def below(self, part: str | int | File) -> tuple[Key, Origin] | None:
        """Return the key and the origin of what stands under a part; None when nothing does."""
        if self.members is not None:
            return self.members.get(str(part))
        if self.items is not None:
            index = index_of(part, len(self.items))
            if index is None:
                return None
            one = self.items[index]
            return Key(one.file, one.pointer), one
        place = (*self.pointer, part)
        return Key(self.file, place), Origin(self.file, place)

    def opened(self, value: object) -> Origin:
        """Return the same with a note for each value that stands in it, to be changed."""
        if isinstance(value, dict):
            members = {name: one for name in value if (one := self.below(name)) is not None}
            return replace(self, members=members)
        if isinstance(value, list):
            items = [
                one[1] for index in range(len(value)) if (one := self.below(index)) is not None
            ]
            return replace(self, items=items)
        return self

    def position(self, pointer: Pointer) -> Position:
        """Return where a scalar stands, or the key of a mapping or sequence; else an ancestor."""
        key, here = Key(self.file, self.pointer), self
        for number, part in enumerate(pointer):
            if here.members is None and here.items is None:  # untouched from here on
                return here.file.position((*here.pointer, *pointer[number:]))
            found = here.below(part)
            if found is None:
                break
            key, here = found
        if here.members is None and here.items is None:
            return here.file.position(here.pointer)
        return key.file.key_position(key.pointer)

    def key_position(self, pointer: Pointer) -> Position:
        """Return where the key of a place stands (the item itself, in a sequence)."""
        key, here = Key(self.file, self.pointer), self
        for part in pointer:
            found = here.below(part)
            if found is None:
                break
            key, here = found
        return key.file.key_position(key.pointer)
