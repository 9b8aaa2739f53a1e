"""Writes how a submission stands, in the members that its contract's schema has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from mock_server.batches.stored_outcomes import Outcomes, SettledItem
from mock_server.batches.submission_state import SubmissionState
from mock_server.contracts.schema_view import MemberPath
from mock_server.contracts.status_form import StatusForm

_REMEMBERED = 4096


class RecordUrl(NamedTuple):
    """Where a saved item is read: a path, and the members of the item that fill its templates."""

    path: str
    members: tuple[str, ...]

    def of(self, item: Mapping[str, object]) -> str | None:
        """Return the path of an item, None for one that lacks a member."""
        path = self.path
        for member in self.members:
            if member not in item:
                return None
            value = item[member]
            text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            path = path.replace("{" + member + "}", quote(text, safe=""))
        return path


class StatusBody:
    """Writes the bodies of one form. An item is echoed as the bytes that were sent."""

    def __init__(self, form: StatusForm, record_url: RecordUrl | None) -> None:
        """Take the members, and where saved items are read."""
        self._form = form
        self._entry_form = form.entry
        self._record_url = record_url if form.entry.url is not None else None
        self._data = _key(form.entry.data) if form.entry.data is not None else None
        self._tails: dict[tuple[str, tuple[str, ...]], bytes] = {}

    def written(self, standing: SubmissionState, wanted: frozenset[str] | None) -> bytes:
        """Return the body; `wanted` are the states to filter by, in lower case."""
        form = self._form
        entries = b"[" + b",".join(self._entries(standing, wanted)) + b"]"
        if form.entries is None:
            return entries
        members: dict[str, object] = {}
        if form.overall is not None:
            is_settled = standing.outcomes is not None
            members[form.overall.name] = form.overall.after if is_settled else form.overall.before
        if form.submission_id is not None:
            members[form.submission_id] = standing.submission.id
        return msgspec.json.encode({**members, form.entries: msgspec.Raw(entries)})

    def _entries(self, standing: SubmissionState, wanted: frozenset[str] | None) -> Iterator[bytes]:
        if standing.outcomes is None:
            if wanted is None or self._form.initial.lower() in wanted:
                tail = self._tail(self._form.initial, ())
                for raw in standing.raw:
                    yield self._entry(raw, None, tail)
            return
        outcomes = standing.outcomes
        for raw, item in zip(standing.raw, outcomes.items, strict=True):
            state = outcomes.state(item)
            if wanted is None or state.lower() in wanted:
                yield self._entry(
                    raw, self._url(raw, outcomes, item), self._tail(state, item.errors)
                )

    def _entry(self, raw: bytes, url: str | None, tail: bytes) -> bytes:
        first = b"{"
        if url is not None:
            first += _key(self._entry_form.url) + msgspec.json.encode(url) + b","
        if self._data is not None:
            return first + self._data + raw + tail
        if self._entry_form.copied:
            item = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
            copied = {name: item[name] for name in self._entry_form.copied if name in item}
            if copied:
                return first + msgspec.json.encode(copied)[1:-1] + tail
        return first + tail[1:]

    def _url(self, raw: bytes, outcomes: Outcomes, item: SettledItem) -> str | None:
        if self._record_url is None or not outcomes.saves(item):
            return None
        return self._record_url.of(msgspec.json.decode(raw))

    def _tail(self, state: str, errors: tuple[str, ...]) -> bytes:
        """Return the end of an entry: a comma, its state and errors, and the closing brace."""
        known = self._tails.get((state, errors))
        if known is None:
            members: dict[str, object] = {}
            put(members, self._entry_form.state, state)
            if self._entry_form.errors is not None:
                put(members, self._entry_form.errors, errors)
            known = b"," + msgspec.json.encode(members)[1:]
            if len(self._tails) < _REMEMBERED:
                self._tails[state, errors] = known
        return known


def put(members: dict[str, Any], path: MemberPath, value: object) -> None:
    """Set a value at a path of members."""
    *above, last = path
    for name in above:
        members = members.setdefault(name, {})
    members[last] = value


def _key(name: str | None) -> bytes:
    return msgspec.json.encode(name) + b":"
