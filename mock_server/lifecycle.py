"""Judges a batch by a declared lifecycle: a pure function over values, linear in the number of items.

It knows no HTTP, no SQL, no clock. `lifecycle.md` section 2 is its specification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

CONDITIONS = (
    "invalid",
    "rival-in-request",
    "twin-in-request",
    "twin-saved",
    "rival-saved",
    "otherwise",
)


class State(NamedTuple):
    """A declared state of an item."""

    name: str
    initial: bool
    saved: bool


class Row(NamedTuple):
    """One row of a lifecycle's outcomes; `number` counts from 1."""

    number: int
    when: str
    then: str
    message: str | None
    source: str | None
    silence: tuple[str, ...]


@dataclass(frozen=True)
class Lifecycle:
    """What a contract declares of the fate of its items."""

    name: str
    key: tuple[str, ...]
    records: str
    states: Mapping[str, State]
    rows: tuple[Row, ...]

    @property
    def initial(self) -> str | None:
        """The state that an item has until it is judged, if there is one."""
        return next((state.name for state in self.states.values() if state.initial), None)

    def saves(self, state: str) -> bool:
        """Tell whether an item in this state is saved."""
        return self.states[state].saved


class Candidate(NamedTuple):
    """What the judgement needs to know of an item.

    `identity` is equal for identical items and for no others; `key` likewise for the key. An item that lacks a member of
    the key has the key None; nothing but `invalid` can hold for it, so it has at least one error.
    """

    identity: bytes
    key: str | None
    errors: tuple[str, ...]


class SavedRecord(NamedTuple):
    """A record that an earlier submission of the same partner saved."""

    identity: bytes
    submission: str
    position: int
    saved_at: int


class Outcome(NamedTuple):
    """What became of an item: the row that decided, and what it collided with."""

    row: Row
    errors: tuple[str, ...]
    other_item: int | None = None
    record: SavedRecord | None = None


class _Group:
    """The items of one key: the first of them, and the first that differs from it."""

    __slots__ = ("first", "identity", "rival")

    def __init__(self, first: int, identity: bytes) -> None:
        self.first = first
        self.identity = identity
        self.rival: int | None = None


class _Batch(NamedTuple):
    """A request as the conditions see it."""

    groups: Mapping[str, _Group]
    firsts: Mapping[bytes, int]
    saved: Mapping[str, Sequence[SavedRecord]]

    def matches(self, row: Row, item: Candidate, position: int) -> Outcome | None:
        """Return the outcome of an item by one row, None when the row's condition does not hold."""
        if row.when == "otherwise":
            return _because(row)
        if row.when == "invalid" or item.key is None:
            return Outcome(row, item.errors) if row.when == "invalid" and item.errors else None
        if row.when == "rival-in-request":
            return self._rival_in_request(row, item, item.key)
        if row.when == "twin-in-request":
            first = self.firsts[item.identity]
            return _because(row, other_item=first) if first < position else None
        return self._saved_before(row, item, item.key)

    def _saved_before(self, row: Row, item: Candidate, key: str) -> Outcome | None:
        identical = row.when == "twin-saved"
        for record in self.saved.get(key, ()):
            if (record.identity == item.identity) is identical:
                return _because(row, record=record)
        return None

    def _rival_in_request(self, row: Row, item: Candidate, key: str) -> Outcome | None:
        group = self.groups[key]
        if group.rival is None:
            return None
        is_like_first = group.identity == item.identity
        return _because(row, other_item=group.rival if is_like_first else group.first)


def judge(
    lifecycle: Lifecycle,
    items: Sequence[Candidate],
    saved: Mapping[str, Sequence[SavedRecord]],
) -> list[Outcome]:
    """Return the outcome of each item, in request order.

    `saved` holds, by key, the records that this partner saved earlier; keys that no item has may be missing.
    """
    batch = _Batch(_groups(items), _firsts(items), saved)
    return [_decide(lifecycle, batch, item, position) for position, item in enumerate(items)]


def _decide(lifecycle: Lifecycle, batch: _Batch, item: Candidate, position: int) -> Outcome:
    for row in lifecycle.rows:
        outcome = batch.matches(row, item, position)
        if outcome is not None:
            return outcome._replace(errors=()) if lifecycle.saves(row.then) else outcome
    raise ValueError("no row of the outcomes holds; the last one must be `otherwise`")


def _groups(items: Sequence[Candidate]) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for position, item in enumerate(items):
        if item.key is None:
            continue
        group = groups.get(item.key)
        if group is None:
            groups[item.key] = _Group(position, item.identity)
        elif group.rival is None and group.identity != item.identity:
            group.rival = position
    return groups


def _firsts(items: Sequence[Candidate]) -> dict[bytes, int]:
    firsts: dict[bytes, int] = {}
    for position, item in enumerate(items):
        firsts.setdefault(item.identity, position)
    return firsts


def _because(row: Row, other_item: int | None = None, record: SavedRecord | None = None) -> Outcome:
    return Outcome(row, (row.message or _DEFAULT_MESSAGES[row.when],), other_item, record)


_DEFAULT_MESSAGES = {
    "rival-in-request": "another item of this request has the same key and different data",
    "twin-in-request": "an identical item stands before this one in the same request",
    "twin-saved": "an identical record was saved before",
    "rival-saved": "a record with the same key was saved before",
    "otherwise": "the contract lets no such item be saved",
}
