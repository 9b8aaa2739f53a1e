"""Which members a status answer has: read from the schema of the answer.

`docs/lifecycle.md` says how a member is recognised. What a schema leaves open has the names of the shipped contracts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mock_server.contracts.lifecycles import Lifecycle
from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import MemberPath, SchemaView
from openapi_documents import Document, Pointer


@dataclass(frozen=True)
class EntryForm:
    """The members of what is listed of one item: paths to its state and errors, its data and its url.

    `copied` are members of the item that stand in the entry itself. None is for what the schema does not have.
    """

    state: MemberPath = ("status", "state")
    errors: MemberPath | None = ("status", "validation_errors")
    data: str | None = "data"
    url: str | None = None
    copied: tuple[str, ...] = ()


class Overall(NamedTuple):
    """The member that says whether all items are judged, and what it says before and after."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class StatusForm:
    """The members of a status answer. `entries` lists the items, None where the answer is that list."""

    initial: str
    entry: EntryForm = field(default_factory=EntryForm)
    entries: str | None = "result"
    overall: Overall | None = None
    submission_id: str | None = None


def read_status_form(
    document: Document, operation: Operation, lifecycle: Lifecycle, items: Pointer
) -> StatusForm:
    """Return the members in which an operation tells how items of a lifecycle stand.

    `items` is the place of the schema of the items.
    """
    initial, default = lifecycle.initial or "", _default_overall(lifecycle)
    schema = operation.success.json_schema if operation.success is not None else None
    view = SchemaView(document.node(schema)) if schema is not None else None
    if view is None or not (view.properties or view.is_array):
        return StatusForm(initial, overall=default)
    reader = _EntryReader(lifecycle, SchemaView(document.node(items)))
    if view.is_array:
        return StatusForm(initial, reader.form(view.items), entries=None)
    entries = reader.entries_member(view)
    others = {name: member for name, member in view.properties.items() if name != entries}
    listed = view.properties.get(entries)
    return StatusForm(
        initial,
        reader.form(listed.items if listed is not None else None),
        entries,
        _overall(others, lifecycle),
        next((name for name, member in others.items() if member.format == "uuid"), None),
    )


class _EntryReader:
    """Recognises the members of an entry."""

    def __init__(self, lifecycle: Lifecycle, item: SchemaView) -> None:
        self._states = frozenset(lifecycle.states)
        self._item = item

    def entries_member(self, view: SchemaView) -> str:
        """Return the member that lists the items: the first array whose entries have a state, else the first array."""
        arrays = [name for name, member in view.properties.items() if member.is_array]
        for name in arrays:
            items = view.properties[name].items
            if items is not None and self._state(items) is not None:
                return name
        return next(iter(arrays), "result")

    def form(self, entry: SchemaView | None) -> EntryForm:
        """Return the members of an entry."""
        if entry is None or not entry.properties:
            return EntryForm()
        state = self._state(entry)
        if state is None:  # the schema does not say; the names are those of the shipped contracts
            return EntryForm(url=_url(entry))
        data = self._data(entry, state)
        shared = (name for name in entry.properties if name in self._item.properties)
        return EntryForm(
            state,
            self._errors(entry, state),
            data,
            _url(entry),
            tuple(name for name in shared if name != state[0]) if data is None else (),
        )

    def _members(self, entry: SchemaView) -> dict[MemberPath, SchemaView]:
        """Return the members of an entry at all levels, those of the item itself left out."""
        data = self._data(entry, ())
        return {path: view for path, view in entry.members() if path[0] != data}

    def _state(self, entry: SchemaView) -> MemberPath | None:
        """Return the first text that may be one of the states, else the first that is called state or status."""
        texts = {path: view for path, view in self._members(entry).items() if view.is_text}
        for path, view in texts.items():
            if self._states & set(view.texts):
                return path
        for word in ("state", "status"):
            for path, view in texts.items():
                if path[-1] == word and not view.texts:
                    return path
        return None

    def _errors(self, entry: SchemaView, state: MemberPath) -> MemberPath | None:
        """Return the first array of texts, one beside the state before all others."""
        found = [path for path, view in self._members(entry).items() if view.lists_texts]
        beside = [path for path in found if path[:-1] == state[:-1]]
        return next(iter([*beside, *found]), None)

    def _data(self, entry: SchemaView, state: MemberPath) -> str | None:
        """Return the member that has the item's schema, else the one called data, else the first other object."""
        for name, view in entry.properties.items():
            if view.place == self._item.place:
                return name
        if "data" in entry.properties:
            return "data"
        objects = (name for name, view in entry.properties.items() if view.is_object)
        return next((name for name in objects if name != state[0]), None) if state else None


def _url(entry: SchemaView) -> str | None:
    named = [name for name in entry.properties if name in ("url", "uri", "href")]
    uris = [name for name, view in entry.properties.items() if view.is_uri]
    return next(iter([*named, *uris]), None)


# -- whether all is judged -----------------------------------------------------------------------


def _overall(others: Mapping[str, SchemaView], lifecycle: Lifecycle) -> Overall | None:
    """Return the member that says it: the text of most values, else a flag, else the one called status."""
    texts = {name: view.texts for name, view in others.items() if view.is_text and view.texts}
    for name in sorted(texts, key=lambda name: -len(texts[name])):
        return _overall_of(name, texts[name], lifecycle)
    for name, view in others.items():
        if view.types == ("boolean",):
            return Overall(name, before=False, after=True)
    default = _default_overall(lifecycle)
    return default if default.name in others else None


def _overall_of(name: str, texts: Sequence[str], lifecycle: Lifecycle) -> Overall:
    """Return the two values: the initial and the saving state where they are among them, else the first and the last."""
    default = _default_overall(lifecycle)
    before = default.before if default.before in texts else texts[0]
    after = default.after if default.after in texts else texts[-1]
    return Overall(name, before, after)


def _default_overall(lifecycle: Lifecycle) -> Overall:
    saved = [state.name for state in lifecycle.states.values() if state.saved]
    return Overall("status", lifecycle.initial or "", next(iter(saved), ""))


# -- the filter ----------------------------------------------------------------------------------


def read_filter(operation: Operation, lifecycles: Sequence[Lifecycle]) -> str | None:
    """Return the query parameter that lists only items in one state: its values are states, else its name says so."""
    states = {name.lower() for lifecycle in lifecycles for name in lifecycle.states}
    queries = [one for one in operation.parameters if one.location == "query"]
    for parameter in queries:
        view = parameter.view
        if view is not None:
            texts = (view.items if view.is_array and view.items is not None else view).texts
            if texts and {text.lower() for text in texts} <= states:
                return parameter.name
    return next((one.name for one in queries if one.name in ("state", "status")), None)
