"""Where each value of a text stands. Made only when somebody asks: most documents are never wrong.

The marks are offsets in the text; line and column are counted when somebody wants to read them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import yaml

from openapi_documents.errors import DocumentError, Position
from openapi_documents.pointers import File, Pointer, index_of
from openapi_documents.texts import json_marks
from openapi_documents.texts.collector import no_collector
from openapi_documents.texts.composing import compose
from openapi_documents.texts.marks import Branch, Mark, Member, offset_of
from openapi_documents.texts.values import PAIR

_LINE_BREAK: Final = re.compile(r"\r\n?|\n")


class _Marks:
    """Makes marks of the events of YAML."""

    def scalar(self, event: yaml.ScalarEvent) -> Mark:
        return _offset(event)

    def sequence(self, event: yaml.Event, items: list[Mark]) -> Mark:
        return Branch(_offset(event), items=items)

    def member(self, key: yaml.Event, value: Mark) -> Member:
        return _offset(key), value

    def mapping(self, event: yaml.Event, members: dict[str, Member]) -> Mark:
        return Branch(_offset(event), members)

    def members(self, tree: Mark) -> dict[str, Member] | None:
        return tree.members if isinstance(tree, Branch) else None

    def items(self, tree: Mark) -> list[Mark] | None:
        return tree.items if isinstance(tree, Branch) else None


def _offset(event: Any) -> int:
    offset: int = event.start_mark.index
    return offset


@dataclass(eq=False)
class Positions:
    """Where the values of a text stand that was read before."""

    text: str = field(repr=False)
    name: str

    @cached_property
    def _root(self) -> Mark:
        with no_collector():
            marks = json_marks.read(self.text)
        if marks is not None:
            return marks
        for text in (self.text, PAIR.sub(r"\\u0020\\u0020", self.text)):  # of the same length
            with suppress(DocumentError):
                return compose(text, self.name, _Marks())
        return 0

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]

    def position(self, pointer: Pointer) -> Position:
        """Return where a scalar stands, or the key under which a mapping or sequence does.

        For a place at which nothing stands, the same of its nearest ancestor.
        """
        key, mark = self._found(pointer)
        return self._at(key if isinstance(mark, Branch) else mark)

    def key_position(self, pointer: Pointer) -> Position:
        """Return where the key of the pointer's last part stands (the item, in a sequence)."""
        return self._at(self._found(pointer)[0])

    def _found(self, pointer: Pointer) -> Member:
        """Return the offset of the key of a place, and its mark; those of the nearest ancestor."""
        mark = self._root
        found = offset_of(mark), mark
        for part in pointer:
            below = _below(found[1], part)
            if below is None:
                break
            found = below
        return found

    def _at(self, offset: int) -> Position:
        line = bisect_right(self._lines, offset)
        return Position(self.name, line, offset - self._lines[line - 1] + 1)


def _below(mark: Mark, part: str | int | File) -> Member | None:
    """Return what stands under a key or index; None when nothing does."""
    if not isinstance(mark, Branch):
        return None
    if mark.members is not None:
        return mark.members.get(str(part))
    items = mark.items or []
    index = index_of(part, len(items))
    return None if index is None else (offset_of(items[index]), items[index])
