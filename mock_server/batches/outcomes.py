"""Decides the outcome of each item of a submission by a declared lifecycle.

A pure function over values, linear in the number of items: it knows no HTTP, no SQL, no clock.
`docs/lifecycle.md` is its specification.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from mock_server.contracts.lifecycles import Lifecycle, Row
from mock_server.storage.records import SavedRecord


class Candidate(NamedTuple):
    """What the decision needs to know of an item.

    `identity` is equal for identical items and for no others; `key` likewise for the key. An item that lacks a member of
    the key has the key None; nothing but `invalid` can hold for it, so it has at least one error.
    """

    identity: bytes
    key: str | None
    errors: tuple[str, ...]


class Outcome(NamedTuple):
    """What became of an item: the row that decided, and what it collided with."""

    row: Row
    errors: tuple[str, ...]
    other_item: int | None = None
    record: SavedRecord | None = None


def decide(
    lifecycle: Lifecycle,
    items: Sequence[Candidate],
    saved: Mapping[str, Sequence[SavedRecord]],
) -> list[Outcome]:
    """Return the outcome of each item, in request order.

    `saved` holds, by key, the records that this partner saved earlier; keys that no item has may be missing.
    """
    # Looked up once, for a submission may have 10,000 items.
    rows = [(row, _CONDITIONS[row.when], _errors(lifecycle, row)) for row in lifecycle.rows]
    entangled = _entangled(items, saved)
    request = _request(entangled, saved)
    usual: Outcome | None = None
    outcomes: list[Outcome] = []
    for position, item in enumerate(items):
        if position in entangled:
            outcomes.append(_decide(rows, request, item, position))
            continue
        if usual is None:  # to every condition, all of these are alike
            usual = _decide(rows, _request({position: item}, saved), item, position)
        outcomes.append(usual)
    return outcomes


def _entangled(
    items: Sequence[Candidate], saved: Mapping[str, Sequence[SavedRecord]]
) -> dict[int, Candidate]:
    """Return the items, by position, that are invalid or share their key with another item or a record."""
    times = Counter(item.key for item in items)
    return {
        position: item
        for position, item in enumerate(items)
        if item.errors or times[item.key] > 1 or item.key in saved
    }


def ended_as(lifecycle: Lifecycle, items: Sequence[Candidate], state: str) -> list[Outcome]:
    """Return outcomes by which every item ends in a state, by the first row that leads to it."""
    row = next(row for row in lifecycle.rows if row.then == state)
    errors = () if lifecycle.saves(state) else (row.message or _CHOSEN,)
    return [Outcome(row, errors) for _ in items]


_CHOSEN = "a scenario of the sandbox wants it so"


def _decide(rows: Sequence[_Rule], request: _Request, item: Candidate, position: int) -> Outcome:
    for row, condition, errors in rows:
        collision = condition(request, item, position)
        if collision is not None:
            return Outcome(row, item.errors if errors is None else errors, *collision)
    raise ValueError("no row of the outcomes holds; the last one must be `otherwise`")


def _errors(lifecycle: Lifecycle, row: Row) -> tuple[str, ...] | None:
    """Return what an item that a row decides is told; None for its own errors."""
    if lifecycle.saves(row.then):
        return ()
    return None if row.when == "invalid" else (row.message or _DEFAULT_MESSAGES[row.when],)


# -- a request as the conditions see it ----------------------------------------------------------


class _Group:
    """The items of one key: the first of them, and the first that differs from it."""

    __slots__ = ("first", "identity", "rival")

    def __init__(self, first: int, identity: bytes) -> None:
        self.first = first
        self.identity = identity
        self.rival: int | None = None


class _Request(NamedTuple):
    """The items by key, the first position of each identity, and the records that have these keys."""

    groups: Mapping[str, _Group]
    firsts: Mapping[bytes, int]
    saved: Mapping[str, Sequence[SavedRecord]]


def _request(
    items: Mapping[int, Candidate], saved: Mapping[str, Sequence[SavedRecord]]
) -> _Request:
    return _Request(_groups(items), _firsts(items), saved)


def _groups(items: Mapping[int, Candidate]) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for position, item in items.items():
        if item.key is None:
            continue
        group = groups.get(item.key)
        if group is None:
            groups[item.key] = _Group(position, item.identity)
        elif group.rival is None and group.identity != item.identity:
            group.rival = position
    return groups


def _firsts(items: Mapping[int, Candidate]) -> dict[bytes, int]:
    firsts: dict[bytes, int] = {}
    for position, item in items.items():
        firsts.setdefault(item.identity, position)
    return firsts


# -- the conditions ------------------------------------------------------------------------------

# What an item collided with: the position of another item, or a record. None when a condition does not hold.
_Collision = tuple[int | None, SavedRecord | None] | None
_NOTHING: _Collision = (None, None)
_Condition = Callable[[_Request, Candidate, int], _Collision]
# A row, its condition, and what an item that it decides is told.
_Rule = tuple[Row, _Condition, tuple[str, ...] | None]


def _invalid(_request: _Request, item: Candidate, _position: int) -> _Collision:
    return _NOTHING if item.errors else None


def _rival_in_request(request: _Request, item: Candidate, _position: int) -> _Collision:
    if item.key is None:
        return None
    group = request.groups[item.key]
    if group.rival is None:
        return None
    is_like_first = group.identity == item.identity
    return (group.rival if is_like_first else group.first, None)


def _twin_in_request(request: _Request, item: Candidate, position: int) -> _Collision:
    first = request.firsts[item.identity]
    return (first, None) if first < position and item.key is not None else None


def _twin_saved(request: _Request, item: Candidate, _position: int) -> _Collision:
    for record in request.saved.get(item.key or "", ()):
        if record.identity == item.identity:
            return (None, record)
    return None


def _rival_saved(request: _Request, item: Candidate, _position: int) -> _Collision:
    for record in request.saved.get(item.key or "", ()):
        if record.identity != item.identity:
            return (None, record)
    return None


def _otherwise(_request: _Request, _item: Candidate, _position: int) -> _Collision:
    return _NOTHING


_CONDITIONS: Mapping[str, _Condition] = {
    "invalid": _invalid,
    "rival-in-request": _rival_in_request,
    "twin-in-request": _twin_in_request,
    "twin-saved": _twin_saved,
    "rival-saved": _rival_saved,
    "otherwise": _otherwise,
}
_DEFAULT_MESSAGES = {
    "rival-in-request": "another item of this request has the same key and different data",
    "twin-in-request": "an identical item stands before this one in the same request",
    "twin-saved": "an identical record was saved before",
    "rival-saved": "a record with the same key was saved before",
    "otherwise": "the contract lets no such item be saved",
}
