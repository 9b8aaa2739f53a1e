"""Judges a batch by a declared lifecycle: a pure function over values, linear in the number of items.

It knows no HTTP, no SQL, no clock. `lifecycle.md` section 2 is its specification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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


# What an item collided with: the position of another item, or a record. None when a condition does not hold.
_Collision = tuple[int | None, SavedRecord | None] | None
_NOTHING: _Collision = (None, None)


class _Batch(NamedTuple):
    """A request as the conditions see it; each method is one of the conditions."""

    groups: Mapping[str, _Group]
    firsts: Mapping[bytes, int]
    saved: Mapping[str, Sequence[SavedRecord]]

    def invalid(self, item: Candidate, _position: int) -> _Collision:
        return _NOTHING if item.errors else None

    def rival_in_request(self, item: Candidate, _position: int) -> _Collision:
        if item.key is None:
            return None
        group = self.groups[item.key]
        if group.rival is None:
            return None
        is_like_first = group.identity == item.identity
        return (group.rival if is_like_first else group.first, None)

    def twin_in_request(self, item: Candidate, position: int) -> _Collision:
        first = self.firsts[item.identity]
        return (first, None) if first < position and item.key is not None else None

    def twin_saved(self, item: Candidate, _position: int) -> _Collision:
        for record in self.saved.get(item.key or "", ()):
            if record.identity == item.identity:
                return (None, record)
        return None

    def rival_saved(self, item: Candidate, _position: int) -> _Collision:
        for record in self.saved.get(item.key or "", ()):
            if record.identity != item.identity:
                return (None, record)
        return None

    def otherwise(self, _item: Candidate, _position: int) -> _Collision:
        return _NOTHING


def judge(
    lifecycle: Lifecycle,
    items: Sequence[Candidate],
    saved: Mapping[str, Sequence[SavedRecord]],
) -> list[Outcome]:
    """Return the outcome of each item, in request order.

    `saved` holds, by key, the records that this partner saved earlier; keys that no item has may be missing.
    """
    batch = _Batch(_groups(items), _firsts(items), saved)
    # Looked up once, for a submission may have 10,000 items.
    rows = [
        (row, getattr(batch, row.when.replace("-", "_")), _errors(lifecycle, row))
        for row in lifecycle.rows
    ]
    return [_decide(rows, item, position) for position, item in enumerate(items)]


def _decide(rows: Sequence[Any], item: Candidate, position: int) -> Outcome:
    for row, condition, errors in rows:
        collision = condition(item, position)
        if collision is not None:
            return Outcome(row, item.errors if errors is None else errors, *collision)
    raise ValueError("no row of the outcomes holds; the last one must be `otherwise`")


def _errors(lifecycle: Lifecycle, row: Row) -> tuple[str, ...] | None:
    """Return what an item that a row decides is told; None for its own errors."""
    if lifecycle.saves(row.then):
        return ()
    return None if row.when == "invalid" else (row.message or _DEFAULT_MESSAGES[row.when],)


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


_DEFAULT_MESSAGES = {
    "rival-in-request": "another item of this request has the same key and different data",
    "twin-in-request": "an identical item stands before this one in the same request",
    "twin-saved": "an identical record was saved before",
    "rival-saved": "a record with the same key was saved before",
    "otherwise": "the contract lets no such item be saved",
}
