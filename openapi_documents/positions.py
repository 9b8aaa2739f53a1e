"""Where each value of a text stands. Made only when somebody asks: most documents are never wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

import yaml

from openapi_documents.composing import compose, position_of
from openapi_documents.errors import DocumentError, Position
from openapi_documents.pointers import File, Pointer, index_of

_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


class Member(NamedTuple):
    """A key of a mapping and what stands under it."""

    key: Position
    mark: Mark


@dataclass(slots=True, eq=False)
class Mark:
    """Where a value begins, and the marks of what it holds."""

    position: Position
    members: dict[str, Member] | None = None
    items: list[Mark] | None = None

    @property
    def is_scalar(self) -> bool:
        """Whether nothing stands below the value."""
        return self.members is None and self.items is None

    def below(self, part: str | int | File) -> Member | None:
        """Return what stands under a key or index; None when nothing does."""
        if self.members is not None:
            return self.members.get(str(part))
        if self.items is not None and (index := index_of(part, len(self.items))) is not None:
            return Member(self.items[index].position, self.items[index])
        return None

    def put(self, part: str | int | File, member: Member) -> None:
        """Set what stands under a key, or under an index that is there."""
        if self.members is not None:
            self.members[str(part)] = member
        elif self.items is not None and isinstance(part, int):
            self.items[part] = member.mark

    def drop(self, part: str | int | File) -> None:
        """Forget what stands under a key or index."""
        if self.members is not None:
            del self.members[str(part)]
        elif self.items is not None and isinstance(part, int):
            del self.items[part]


class _Marks:
    """Makes marks."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _at(self, event: yaml.Event) -> Position:
        return position_of(event, self._name)

    def scalar(self, event: yaml.ScalarEvent) -> Mark:
        return Mark(self._at(event))

    def sequence(self, event: yaml.Event, items: list[Mark]) -> Mark:
        return Mark(self._at(event), items=items)

    def member(self, key: yaml.Event, value: Mark) -> Member:
        return Member(self._at(key), value)

    def mapping(self, event: yaml.Event, members: dict[str, Member]) -> Mark:
        return Mark(self._at(event), members=members)

    def members(self, tree: Mark) -> dict[str, Member] | None:
        return tree.members

    def items(self, tree: Mark) -> list[Mark] | None:
        return tree.items


def read(text: str, name: str) -> Mark:
    """Return the marks of a text that was read before.

    JSON that is no YAML (a key of more than 1,024 characters, say) has no marks but its beginning.
    """
    try:
        # Pairs of surrogates are JSON's alone; what stands in their place does not move anything.
        return compose(_SURROGATE.sub(r"\\u0020", text), name, _Marks(name))
    except DocumentError:
        return Mark(Position(name, 1, 1))


def key_position(root: Mark, pointer: Pointer) -> Position:
    """Return where the key of the pointer's last part stands (the item itself, in a sequence)."""
    return _found(root, pointer)[0]


def position(root: Mark, pointer: Pointer) -> Position:
    """Return where a scalar stands, or the key under which a mapping or sequence does.

    For a place at which nothing stands, the same of its nearest ancestor.
    """
    key, mark = _found(root, pointer)
    return mark.position if mark.is_scalar else key


def _found(root: Mark, pointer: Pointer) -> tuple[Position, Mark]:
    key, mark = root.position, root
    for part in pointer:
        member = mark.below(part)
        if member is None:
            break
        key, mark = member
    return key, mark
