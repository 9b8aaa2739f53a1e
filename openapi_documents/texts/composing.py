"""Walks through the events of a YAML text and builds a tree of them, however deep it is.

One walk knows anchors, aliases, merge keys, repeated keys and the limits; what is built is the
maker's: plain values (`values.py`) or positions (`positions.py`). There is no recursion, so the depth
of a text costs no stack.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal

import yaml

from openapi_documents.errors import DocumentError, LimitError, Position
from openapi_documents.limits import DEEPEST, MOST_ALIASED_VALUES, MOST_VALUES
from openapi_documents.texts.collector import no_collector
from openapi_documents.texts.scalars import ScalarError
from openapi_documents.texts.simple import (
    MERGE,
    NOT_SIMPLE,
    PARSER,
    Maker,
    Member,
    Tree,
    compose_simple,
)

_MAPPING: Final = "tag:yaml.org,2002:map"
_SEQUENCE: Final = "tag:yaml.org,2002:seq"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was read though OpenAPI does not have it."""

    position: Position
    kind: Literal["anchor", "merge", "overlay-target", "overlay-extends"]
    reason: str


@dataclass(frozen=True, slots=True)
class _Anchored(Generic[Tree]):
    """What an alias repeats: how many values it has and how many levels."""

    tree: Tree
    values: int
    height: int


@dataclass(slots=True)
class _Open(Generic[Tree, Member]):
    """A mapping or sequence whose end was not read yet."""

    event: yaml.CollectionStartEvent
    is_mapping: bool
    before: int
    """Values that were counted before it."""
    height: int = 0
    items: list[Tree] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    merged: dict[str, Member] = field(default_factory=dict)
    keys: dict[str, yaml.Event] = field(default_factory=dict)
    key: yaml.Event | None = None


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
    with no_collector():
        simple: Tree = compose_simple(text, maker)
    if simple is not NOT_SIMPLE:
        return simple
    return _Composer(text, name, maker, [] if notes is None else notes).document()


class _Composer(Generic[Tree, Member]):
    def __init__(self, text: str, name: str, maker: Maker[Tree, Member], notes: list[Note]) -> None:
        self._text = text
        self._name = name
        self._maker = maker
        self._notes = notes
        self._anchors: dict[str, _Anchored[Tree] | None] = {}
        self._open: list[_Open[Tree, Member]] = []
        self._root: list[Tree] = []
        self._values = 0
        self._aliased = 0

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
            parser = PARSER(self._text)
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
        is_key = frame is not None and frame.is_mapping and frame.key is None
        if not is_key or event.anchor is not None:
            try:
                made = self._maker.scalar(event)
            except ScalarError as error:
                raise self._error(event, str(error)) from None
            if event.anchor is not None:
                self._note_anchor(event)
                self._anchors[event.anchor] = _Anchored(made, 1, 0)
        if frame is not None and is_key:
            self._take_key(frame, event)
        else:
            self._count(event, 1)
            self._put(made, 0)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:
            raise self._error(event, f"the alias *{event.anchor} names no anchor before it")
        found = self._anchors[event.anchor]
        if found is None:
            raise self._error(event, f"the alias *{event.anchor} stands inside what it names")
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.is_mapping and frame.key is None:
            raise self._error(event, "an alias stands where a key is expected")
        self._check_depth(event, found.height)
        self._count(event, found.values)
        self._aliased += found.values
        if self._aliased > MOST_ALIASED_VALUES:
            raise self._limit(
                event, f"aliases repeat more than {MOST_ALIASED_VALUES:,} values here"
            )
        self._put(found.tree, found.height)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if self._open and self._open[-1].is_mapping and self._open[-1].key is None:
            raise self._error(event, "a key is a text, not a mapping or sequence")
        is_mapping = type(event) is yaml.MappingStartEvent
        if event.tag not in (None, "!", _MAPPING if is_mapping else _SEQUENCE):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._error(event, f"the tag {tag} is not known to JSON")
        self._check_depth(event, 0)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
            self._note_anchor(event)
        self._open.append(_Open(event, is_mapping, self._values))
        self._count(event, 1)

    def _end(self, _event: yaml.Event) -> None:
        frame = self._open.pop()
        if not frame.is_mapping:
            made = self._maker.sequence(frame.event, frame.items)
        elif frame.merged:
            made = self._maker.mapping(frame.event, {**frame.merged, **frame.members})
        else:
            made = self._maker.mapping(frame.event, frame.members)
        if frame.event.anchor is not None:
            values = self._values - frame.before
            self._anchors[frame.event.anchor] = _Anchored(made, values, frame.height + 1)
        self._put(made, frame.height + 1)

    # -- what stands where -------------------------------------------------------------------------

    def _take_key(self, frame: _Open[Tree, Member], event: yaml.ScalarEvent) -> None:
        name = event.value
        if name != MERGE or not event.implicit[0]:
            first = frame.keys.setdefault(name, event)
            if first is not event:
                line = self._position(first).line
                raise self._error(
                    event, f"the key {name} stands here a second time, first in line {line}"
                )
        frame.key = event

    def _put(self, made: Tree, height: int) -> None:
        if not self._open:
            self._root.append(made)
            return
        frame = self._open[-1]
        frame.height = max(frame.height, height)
        if not frame.is_mapping:
            frame.items.append(made)
        elif frame.key is not None:
            self._put_member(frame, frame.key, made)
            frame.key = None

    def _put_member(self, frame: _Open[Tree, Member], key: Any, made: Tree) -> None:
        if key.value != MERGE or not key.implicit[0]:
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

    def _count(self, event: yaml.Event, values: int) -> None:
        self._values += values
        if self._values > MOST_VALUES:
            raise self._limit(event, f"more than {MOST_VALUES:,} values stand in the file")

    def _check_depth(self, event: yaml.Event, height: int) -> None:
        if len(self._open) + height >= DEEPEST:
            raise self._limit(event, f"this is nested deeper than {DEEPEST} levels")

    # -- sentences ---------------------------------------------------------------------------------

    def _note_anchor(self, event: Any) -> None:
        self._note(event, "anchor", f"the anchor &{event.anchor} is YAML's, not OpenAPI's")

    def _note(self, event: yaml.Event, kind: Literal["anchor", "merge"], reason: str) -> None:
        if all(note.kind != kind for note in self._notes):
            self._notes.append(Note(self._position(event), kind, reason))

    def _position(self, event: yaml.Event) -> Position:
        return position_of(event, self._name)

    def _limit(self, event: yaml.Event, reason: str) -> LimitError:
        return LimitError(self._position(event), reason)

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
