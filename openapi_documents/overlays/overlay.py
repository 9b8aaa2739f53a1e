"""OpenAPI Overlay 1.0 and 1.1: actions on a document that stands untouched beside them.

Each action chooses places by a JSONPath (RFC 9535) and updates, removes or (1.1) copies there. What
an overlay brings keeps the position that it has in the overlay's own file.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from openapi_documents.errors import LimitError, Position
from openapi_documents.files.source import Source
from openapi_documents.files.sources import open_source
from openapi_documents.files.uris import joined, neighbour
from openapi_documents.node import Node, described
from openapi_documents.overlays.draft import Draft, IncompatibleError, TooMuchError
from openapi_documents.pointers import Pointer, child, text_of
from openapi_documents.texts import values
from openapi_documents.texts.composing import Note
from openapi_documents.texts.origins import Origin

_VERSION: Final = re.compile(r"1\.(?P<minor>[01])\.\d+\Z")
_MEMBERS: Final = {
    "0": ("target", "description", "update", "remove"),
    "1": ("target", "description", "update", "remove", "copy"),
}
"""The members of an action, by the minor version."""


@dataclass(eq=False)
class Overlay:
    """An overlay that was read."""

    source: Source = field(repr=False)
    actions: list[Node] = field(default_factory=list)

    @property
    def root(self) -> Node:
        """The whole overlay."""
        return Node(self, (), self.source.value)

    # What a Node asks of its document.

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place of the overlay, or MISSING."""
        value = self.source.value
        for part in pointer:
            value = child(value, part)[1]
        return value

    def follow(self, pointer: Pointer) -> Pointer:
        """Return the place itself: an overlay has no references."""
        return pointer

    def members(self, pointer: Pointer) -> dict[str, Pointer]:
        """Return the names in a mapping of the overlay, and their places."""
        return {name: (*pointer, name) for name in self.value(pointer)}

    def position(self, pointer: Pointer) -> Position:
        """Return where a value of the overlay stands."""
        return self.source.position(pointer)

    def key_position(self, pointer: Pointer) -> Position:
        """Return where a key of the overlay stands."""
        return self.source.key_position(pointer)


def load(name: str) -> Overlay:
    """Return an overlay. Raises DocumentError for a file that is none."""
    opened = open_source(name)
    value, notes = values.read(opened.text, opened.name)
    overlay = Overlay(Source(None, opened.name, opened.path, opened.text, value, notes))
    root = overlay.root
    root.mapping()
    version = root.get("overlay")
    if version is None:
        raise root.error(
            "`overlay` is missing, so this is no overlay", "Overlay 1.0 and 1.1 are read"
        )
    found = _VERSION.match(str(version.value))
    if found is None:
        raise version.error(f"`overlay` is {version.value}", "Overlay 1.0 and 1.1 are read")
    known = _MEMBERS[found["minor"]]
    for action in root["actions"].elements():
        for word, node in action.members():
            if word not in known and not word.startswith("x-"):
                raise node.error(f"the action has no member {word}", f"It has {', '.join(known)}")
        action["target"].text()
        overlay.actions.append(action)
    return overlay


def applied(draft: Draft, path: str, overlay: Overlay) -> list[Note]:
    """Change a draft of the document at a path by an overlay; return what is to be noted."""
    notes = list(_other_document(overlay, path))
    for action in overlay.actions:
        draft.begin()
        places = list(dict.fromkeys(_chosen(draft.value, action["target"])))
        if not places:
            reason = f"the target {action['target'].text()} chooses nothing"
            notes.append(Note(action["target"].position, "overlay-target", reason))
        try:
            _act(draft, action, places, overlay)
        except TooMuchError as error:
            raise LimitError(action["target"].position, str(error)) from None
        except IncompatibleError as error:
            raise action["target"].error(
                f"{described(error.known)} stands at {text_of(error.place)}, "
                f"{described(error.value)} cannot be merged into it"
            ) from None
    return notes


def _act(draft: Draft, action: Node, places: list[Pointer], overlay: Overlay) -> None:
    remove, copy, update = action.get("remove"), action.get("copy"), action.get("update")
    if remove is not None and remove.boolean():
        for place in sorted(places, key=_order, reverse=True):
            if not place:
                raise action["target"].error("the whole document cannot be removed")
            draft.remove(place)
        return
    if copy is not None and update is not None:
        raise copy.error("the action has copy and update, one of them is expected")
    if copy is not None:
        sources = list(_chosen(draft.value, copy))
        if len(sources) != 1:
            raise copy.error(
                f"the copy {copy.text()} chooses {len(sources)} places, one is expected"
            )
        value, origin = draft.at(sources[0])
        for place in places:
            draft.update(place, value, origin)
    if update is not None:
        for place in places:
            draft.update(place, update.value, Origin(overlay.source, update.place))


def _other_document(overlay: Overlay, path: str) -> Iterator[Note]:
    """Yield a note when an overlay says by a file's name that it extends another document."""
    extends = overlay.root.get("extends")
    if extends is None:
        return
    source = overlay.source
    try:
        uri = joined(source.location, extends.text())
    except ValueError as error:
        raise extends.error(f"{extends.text()} is no URI ({error})") from None
    if not uri.startswith("file:"):
        return
    named = neighbour(source.location, source.path, uri)
    if named is None or (
        os.path.exists(path) and os.path.realpath(named) != os.path.realpath(path)
    ):
        reason = f"the overlay extends {extends.text()}, which is not this document"
        yield Note(extends.position, "overlay-extends", reason)


def _chosen(value: Any, target: Node) -> Iterator[Pointer]:
    # Most documents have no overlay, and what reads a JSONPath takes long to import.
    jsonpath = importlib.import_module("openapi_documents.overlays.jsonpath")
    try:
        yield from jsonpath.chosen(value, target.text())
    except ValueError as error:
        raise target.error(f"the target {target.text()} is no JSONPath: {error}") from None


def _order(place: Pointer) -> tuple[tuple[int, str, int], ...]:
    return tuple((1, "", part) if isinstance(part, int) else (0, str(part), 0) for part in place)
