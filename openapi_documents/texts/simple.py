"""The quick way through a YAML text that has nothing but mappings, sequences and scalars, as almost all have.

Anchors, tags, merge keys, a key that stands twice, and whatever is no YAML or too much, are looked at closely elsewhere.
"""

from __future__ import annotations

from typing import Any, Final, Protocol, TypeVar

import yaml

from openapi_documents.limits import DEEPEST, MOST_VALUES
from openapi_documents.texts.scalars import ScalarError

PARSER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MERGE: Final = "<<"
NOT_SIMPLE: Final = object()
"""What comes of a text that has to be looked at closely."""

Tree = TypeVar("Tree")
Member = TypeVar("Member")


class Maker(Protocol[Tree, Member]):
    """What is made of the events of a text: plain values, or the marks where they stand."""

    def scalar(self, event: yaml.ScalarEvent) -> Tree:
        """Return what a scalar is. Raises ScalarError."""

    def sequence(self, event: yaml.Event, items: list[Tree]) -> Tree:
        """Return what a sequence is that began with an event."""

    def member(self, key: yaml.Event, value: Tree) -> Member:
        """Return what stands in a mapping under a key."""

    def mapping(self, event: yaml.Event, members: dict[str, Member]) -> Tree:
        """Return what a mapping is that began with an event."""

    def members(self, tree: Tree) -> dict[str, Member] | None:
        """Return the members of a mapping, None for anything else."""

    def items(self, tree: Tree) -> list[Tree] | None:
        """Return the items of a sequence, None for anything else."""


def compose_simple(text: str, maker: Maker[Any, Any]) -> Any:
    """Return what the maker makes of a simple text, else NOT_SIMPLE."""
    try:
        parser = PARSER(text)
        found = _composed(parser.get_event, maker)
        parser.dispose()
    except (yaml.YAMLError, ScalarError):
        return NOT_SIMPLE
    return found


def _composed(get_event: Any, maker: Maker[Any, Any]) -> Any:  # noqa: PLR0912 - see below
    """One loop without calls of its own: a document of 3 MB has half a million events."""
    stack: list[tuple[Any, dict[str, Any] | None, list[Any], Any]] = []
    begun: Any = None
    members: dict[str, Any] | None = None
    items: list[Any] = []  # those of the text itself are its documents
    key: Any = None
    scalar, member = maker.scalar, maker.member
    left = MOST_VALUES
    while (event := get_event()) is not None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                return NOT_SIMPLE
            if members is not None and key is None:
                key = event
                if event.value in members or event.value == MERGE:
                    return NOT_SIMPLE
                continue
            made = scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            is_key = members is not None and key is None
            if is_key or event.anchor is not None or event.tag is not None:
                return NOT_SIMPLE
            stack.append((begun, members, items, key))
            begun, key = event, None
            members, items = ({}, []) if kind is yaml.MappingStartEvent else (None, [])
            left -= 1
            if len(stack) >= DEEPEST or left < 0:
                return NOT_SIMPLE
            continue
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            made = (
                maker.sequence(begun, items) if members is None else maker.mapping(begun, members)
            )
            begun, members, items, key = stack.pop()
        elif kind is yaml.AliasEvent:
            return NOT_SIMPLE
        else:
            continue
        left -= 1
        if members is None:
            items.append(made)
        else:
            members[key.value] = member(key, made)
            key = None
    return items[0] if len(items) == 1 and left >= 0 else NOT_SIMPLE
