"""OpenAPI Overlay 1.0 and 1.1: actions on a document that stands untouched beside them.

Each action chooses places by a JSONPath (RFC 9535) and updates, removes or (1.1) copies there. What
an overlay brings keeps the position that it has in the overlay's own file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from jsonpath_rfc9535 import JSONPathError, find

from openapi_documents import positions, values
from openapi_documents.composing import Note
from openapi_documents.errors import Position
from openapi_documents.node import Node
from openapi_documents.pointers import Pointer
from openapi_documents.positions import Mark, Member
from openapi_documents.source import Source
from openapi_documents.sources import open_source

_VERSION: Final = re.compile(r"1\.(?P<minor>[01])\.\d+\Z")
_ACTION: Final = ("target", "description", "update", "remove", "copy")


@dataclass(frozen=True, slots=True)
class Tree:
    """A value and its marks, side by side."""

    value: Any
    mark: Mark

    def at(self, place: Pointer) -> Tree:
        """Return the tree at a place that is known to be there."""
        value, mark = self.value, self.mark
        for part in place:
            value = value[part]
            member = mark.below(part)
            mark = mark if member is None else member.mark
        return Tree(value, mark)

    def below(self) -> Iterator[tuple[str | int, Tree]]:
        """Yield what stands in a mapping or sequence, with its key or index."""
        parts: Iterable[str | int] = ()
        if isinstance(self.value, dict):
            parts = self.value
        elif isinstance(self.value, list):
            parts = range(len(self.value))
        for part in parts:
            yield part, self.at((part,))

    def key(self, part: str | int) -> Position:
        """Return where the key of something below stands."""
        member = self.mark.below(part)
        return self.mark.position if member is None else member.key

    def copied(self) -> Tree:
        """Return a tree of its own, in which anchors and aliases share nothing."""
        inner = {part: one.copied() for part, one in self.below()}
        mark = Mark(self.mark.position)
        if isinstance(self.value, dict):
            mark.members = {
                str(part): Member(self.key(part), one.mark) for part, one in inner.items()
            }
            return Tree({part: one.value for part, one in inner.items()}, mark)
        if isinstance(self.value, list):
            mark.items = [one.mark for one in inner.values()]
            return Tree([one.value for one in inner.values()], mark)
        return Tree(self.value, mark)


@dataclass(eq=False)
class Overlay:
    """An overlay that was read."""

    source: Source = field(repr=False)
    actions: list[Node]

    # What a Node asks of its document.

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place of the overlay."""
        return Tree(self.source.value, self.source.marks).at(pointer).value

    def follow(self, pointer: Pointer) -> Pointer:
        """Return the place itself: an overlay has no references."""
        return pointer

    def position(self, pointer: Pointer) -> Position:
        """Return where a value of the overlay stands."""
        return positions.position(self.source.marks, pointer)

    def key_position(self, pointer: Pointer) -> Position:
        """Return where a key of the overlay stands."""
        return positions.key_position(self.source.marks, pointer)


def load(name: str) -> Overlay:
    """Return an overlay. Raises DocumentError for a file that is none."""
    opened = open_source(name)
    value, notes = values.read(opened.text, opened.name)
    overlay = Overlay(Source(None, opened.name, opened.path, opened.text, value, notes), [])
    root = Node(overlay, (), value)
    root.mapping()
    version = root.get("overlay")
    if version is None or not _VERSION.match(str(version.value)):
        raise (version or root).error(
            "`overlay` is missing, so this is no overlay"
            if version is None
            else f"`overlay` is {version.value}",
            "Overlay 1.0 and 1.1 are read",
        )
    for action in root["actions"].elements():
        for word, node in action.members():
            if word not in _ACTION and not word.startswith("x-"):
                raise node.error(f"the action has no member {word}", f"It has {', '.join(_ACTION)}")
        action["target"].text()
        overlay.actions.append(action)
    return overlay


def applied(tree: Tree, overlay: Overlay) -> tuple[Tree, list[Note]]:
    """Return the tree that an overlay makes of one, and a note for each target that chose nothing."""
    result = tree.copied()
    notes: list[Note] = []
    for action in overlay.actions:
        places = list(_chosen(result.value, action["target"]))
        if not places:
            reason = f"the target {action['target'].text()} chooses nothing"
            notes.append(Note(action["target"].position, "overlay-target", reason))
        remove = action.get("remove")
        copy, update = action.get("copy"), action.get("update")
        if remove is not None and remove.boolean():
            for place in sorted(places, key=_order, reverse=True):
                _removed(result, place, action)
            continue
        for place in places:
            if copy is not None:
                result = _updated(result, place, _copied(result, copy))
            if update is not None:
                brought = Tree(overlay.source.value, overlay.source.marks).at(update.place)
                result = _updated(result, place, brought.copied())
    return result, notes


def _chosen(value: Any, target: Node) -> Iterator[Pointer]:
    try:
        yield from (tuple(node.location) for node in find(target.text(), value))
    except (JSONPathError, RecursionError) as error:
        said = str(error).splitlines()[0] if str(error) else "too deep"
        raise target.error(f"the target {target.text()} is no JSONPath: {said}") from None


def _copied(tree: Tree, copy: Node) -> Tree:
    places = list(_chosen(tree.value, copy))
    if len(places) != 1:
        raise copy.error(f"the copy {copy.text()} chooses {len(places)} places, one is expected")
    return tree.at(places[0]).copied()


def _order(place: Pointer) -> tuple[tuple[int, str, int], ...]:
    return tuple((1, "", part) if isinstance(part, int) else (0, str(part), 0) for part in place)


def _removed(tree: Tree, place: Pointer, action: Node) -> None:
    if not place:
        raise action["target"].error("the whole document cannot be removed")
    above, last = tree.at(place[:-1]), _last(place)
    del above.value[last]
    above.mark.drop(last)


def _updated(tree: Tree, place: Pointer, update: Tree) -> Tree:
    merged = _merged(tree.at(place), update)
    if not place:
        return merged
    above, last = tree.at(place[:-1]), _last(place)
    above.value[last] = merged.value
    above.mark.put(last, Member(above.key(last), merged.mark))
    return tree


def _merged(target: Tree, update: Tree) -> Tree:
    """Return the target with the update in it: mappings merged, lists longer, the rest replaced."""
    if isinstance(target.value, dict) and isinstance(update.value, dict):
        for name, brought in update.below():
            known = name in target.value
            one = _merged(target.at((name,)), brought) if known else brought
            key = target.key(name) if known and not one.mark.is_scalar else update.key(name)
            target.value[name] = one.value
            target.mark.put(name, Member(key, one.mark))
        return target
    if isinstance(target.value, list):
        several = isinstance(update.value, list)
        brought_items = [one for _, one in update.below()] if several else [update]
        target.value.extend(one.value for one in brought_items)
        if target.mark.items is not None:
            target.mark.items.extend(one.mark for one in brought_items)
        return target
    return update


def _last(place: Pointer) -> str | int:
    last = place[-1]
    return last if isinstance(last, int) else str(last)
