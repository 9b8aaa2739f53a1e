"""Walks through the events of a YAML text and builds a tree of them, however deep it is.

One walk knows anchors, aliases, merge keys, repeated keys and the limits; what is built is the
maker's: plain values (`values.py`) or positions (`positions.py`). There is no recursion, so the depth
of a text costs no stack.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, Protocol, TypeVar

import yaml

from openapi_documents.errors import DocumentError, LimitError, Position
from openapi_documents.limits import DEEPEST, MOST_ALIASED_VALUES, MOST_VALUES
from openapi_documents.scalars import ScalarError

_PARSER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE: Final = "<<"
_COLLECTIONS: Final = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "!", None)

Tree = TypeVar("Tree")
Member = TypeVar("Member")


class Maker(Protocol[Tree, Member]):
    """What is made of the events of a text."""

    def scalar(self, event: yaml.ScalarEvent) -> Tree:
        """Return what a scalar is. May raise ScalarError."""

    def sequence(self, event: yaml.Event, items: list[Tree]) -> Tree:
        """Return what a sequence is."""

    def member(self, key: yaml.Event, value: Tree) -> Member:
        """Return what a mapping keeps under a key."""

    def mapping(self, event: yaml.Event, members: dict[str, Member]) -> Tree:
        """Return what a mapping is."""

    def members(self, tree: Tree) -> dict[str, Member] | None:
        """Return the members of a mapping; None when it is none."""

    def items(self, tree: Tree) -> list[Tree] | None:
        """Return the items of a sequence; None when it is none."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was read though OpenAPI does not have it."""

    position: Position
    kind: Literal["anchor", "merge", "overlay-target"]
    reason: str


@dataclass(slots=True)
class _Size:
    """How many values a tree has, how many of them by aliases, and how deep it is."""

    values: int = 1
    aliased: int = 0
    height: int = 0


@dataclass(slots=True)
class _Open(Generic[Tree, Member]):
    """A mapping or sequence whose end was not read yet."""

    event: yaml.CollectionStartEvent
    is_mapping: bool
    size: _Size = field(default_factory=_Size)
    items: list[Tree] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    merged: dict[str, Member] = field(default_factory=dict)
    keys: dict[str, yaml.Event] = field(default_factory=dict)
    key: yaml.Event | None = None


@contextmanager
def no_collector() -> Iterator[None]:
    """Keep Python's garbage collector off: it takes two thirds of the time of reading a large text."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def position_of(event: yaml.Event, name: str) -> Position:
    """Return where an event begins in the file of a name."""
    mark: Any = event.start_mark
    return Position(name, mark.line + 1, mark.column + 1)


def compose(
    text: str, name: str, maker: Maker[Tree, Member], notes: list[Note] | None = None
) -> Tree:
    """Return what the maker makes of the one document in a text.

    `name` is the file that positions carry. What OpenAPI does not have is added to `notes`.
    Raises DocumentError for a text that is no YAML, and LimitError for one beyond the limits.
    """
    return _Composer(text, name, maker, [] if notes is None else notes).document()


class _Composer(Generic[Tree, Member]):
    def __init__(self, text: str, name: str, maker: Maker[Tree, Member], notes: list[Note]) -> None:
        self._text = text
        self._name = name
        self._maker = maker
        self._notes = notes
        self._anchors: dict[str, tuple[Tree, _Size] | None] = {}
        self._open: list[_Open[Tree, Member]] = []
        self._root: list[Tree] = []

    def document(self) -> Tree:
        steps: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceEndEvent: self._end,
            yaml.MappingEndEvent: self._end,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            parser = _PARSER(self._text)
            with no_collector():
                while (event := parser.get_event()) is not None:
                    step = steps.get(type(event))
                    if step is not None:
                        step(event)
            parser.dispose()
        except yaml.YAMLError as error:
            raise self._no_yaml(error) from None
        if not self._root:
            raise DocumentError(Position(self._name, 1, 1), "the file is empty")
        return self._root[0]

    # -- events ------------------------------------------------------------------------------------

    def _document(self, event: yaml.Event) -> None:
        if self._root:
            raise self._error(event, "a second document begins here, one is expected")

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.is_mapping and frame.key is None:
            self._take_key(frame, event)
            return
        try:
            made = self._maker.scalar(event)
        except ScalarError as error:
            raise self._error(event, str(error)) from None
        size = _Size()
        if event.anchor is not None:
            self._anchor(event, made, size)
        self._put(made, size)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:
            raise self._error(event, f"the alias *{event.anchor} names no anchor before it")
        found = self._anchors[event.anchor]
        if found is None:
            raise self._error(event, f"the alias *{event.anchor} stands inside what it names")
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.is_mapping and frame.key is None:
            raise self._error(event, "an alias stands where a key is expected")
        made, size = found
        self._check_depth(event, size.height)
        self._put(made, _Size(size.values, size.values, size.height))

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if self._open and self._open[-1].is_mapping and self._open[-1].key is None:
            raise self._error(event, "a key is a text, not a mapping or sequence")
        if event.tag not in _COLLECTIONS:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._error(event, f"the tag {tag} is not known to JSON")
        self._check_depth(event, 0)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
            self._note(event, "anchor", f"the anchor &{event.anchor} is YAML's, not OpenAPI's")
        self._open.append(_Open(event, type(event) is yaml.MappingStartEvent))

    def _end(self, _event: yaml.Event) -> None:
        frame = self._open.pop()
        if frame.is_mapping:
            members = {
                name: member for name, member in frame.merged.items() if name not in frame.members
            }
            members.update(frame.members)
            made = self._maker.mapping(frame.event, members)
        else:
            made = self._maker.sequence(frame.event, frame.items)
        frame.size.height += 1
        if frame.event.anchor is not None:
            self._anchors[frame.event.anchor] = (made, frame.size)
        self._put(made, frame.size)

    # -- what stands where -------------------------------------------------------------------------

    def _take_key(self, frame: _Open[Tree, Member], event: yaml.ScalarEvent) -> None:
        name = event.value
        if name != _MERGE or not event.implicit[0]:
            first = frame.keys.setdefault(name, event)
            if first is not event:
                line = self._position(first).line
                raise self._error(
                    event, f"the key {name} stands here a second time, first in line {line}"
                )
        frame.key = event

    def _put(self, made: Tree, size: _Size) -> None:
        if not self._open:
            self._root.append(made)
            return
        frame = self._open[-1]
        if not frame.is_mapping:
            frame.items.append(made)
        elif frame.key is not None:
            self._put_member(frame, frame.key, made)
            frame.key = None
        whole = frame.size
        whole.values += size.values
        whole.aliased += size.aliased
        whole.height = max(whole.height, size.height)
        if whole.aliased > MOST_ALIASED_VALUES:
            raise LimitError(
                self._position(frame.event),
                f"aliases repeat more than {MOST_ALIASED_VALUES:,} values here",
            )
        if whole.values > MOST_VALUES:
            raise LimitError(
                self._position(frame.event), f"more than {MOST_VALUES:,} values stand here"
            )

    def _put_member(self, frame: _Open[Tree, Member], key: Any, made: Tree) -> None:
        if key.value != _MERGE or not key.implicit[0]:
            frame.members[key.value] = self._maker.member(key, made)
            return
        self._note(key, "merge", "the merge key << is YAML's, not OpenAPI's")
        sources = self._maker.items(made)
        for source in [made] if sources is None else sources:
            members = self._maker.members(source)
            if members is None:
                raise self._error(key, "something is merged here that is no mapping")
            for name, member in members.items():
                frame.merged.setdefault(name, member)

    def _anchor(self, event: Any, made: Tree, size: _Size) -> None:
        self._anchors[event.anchor] = (made, size)
        self._note(event, "anchor", f"the anchor &{event.anchor} is YAML's, not OpenAPI's")

    def _check_depth(self, event: yaml.Event, height: int) -> None:
        if len(self._open) + height >= DEEPEST:
            raise LimitError(self._position(event), f"this is nested deeper than {DEEPEST} levels")

    # -- sentences ---------------------------------------------------------------------------------

    def _note(self, event: yaml.Event, kind: Literal["anchor", "merge"], reason: str) -> None:
        if all(note.kind != kind for note in self._notes):
            self._notes.append(Note(self._position(event), kind, reason))

    def _position(self, event: yaml.Event) -> Position:
        return position_of(event, self._name)

    def _error(self, event: yaml.Event, reason: str) -> DocumentError:
        return DocumentError(self._position(event), reason)

    def _no_yaml(self, error: yaml.YAMLError) -> DocumentError:
        mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if mark is None:
            offset = getattr(error, "position", None) or 0
            before = self._text[:offset]
            line, column = before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
        else:
            line, column = mark.line + 1, mark.column + 1
        reason = getattr(error, "problem", None) or getattr(error, "reason", None)
        return DocumentError(
            Position(self._name, line, column),
            f"this is no YAML: {self._said(line, column, reason or str(error).splitlines()[0])}",
        )

    def _said(self, line: int, column: int, reason: str) -> str:
        """Return the reason, in words of its own where a tab is what is wrong."""
        lines = self._text.splitlines()
        here = lines[line - 1] if 0 < line <= len(lines) else ""
        if "cannot start any token" in reason and here[column - 1 : column] == "\t":
            return "a tab stands here, YAML is indented by spaces"
        return reason
