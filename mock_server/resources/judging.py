"""From the bytes of a submission to the outcome of each item, and from outcomes to bytes.

Items are compared by value and echoed as the bytes that were sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from mock_server.contracts.validation import Check
from mock_server.http import bodies
from mock_server.resources.lifecycle import Candidate, Lifecycle, Outcome, Row, SavedRecord

_LONGEST_KEY = 200
_raw_items = msgspec.json.Decoder(list[msgspec.Raw])
_canonical = msgspec.json.Encoder(order="deterministic")


class Items(NamedTuple):
    """The items of a submission: what the judgement needs, and each as it was sent."""

    candidates: list[Candidate]
    raw: list[bytes]


class Settled(NamedTuple):
    """What became of an item, as it is written down: `row` is the number of the row that decided."""

    row: int
    errors: tuple[str, ...]
    other_item: int | None
    record: tuple[str, int, int] | None


@dataclass(frozen=True)
class Outcomes:
    """What became of the items of a submission, with the rows as they stood when it was settled."""

    rows: dict[int, Row]
    items: list[Settled]

    saving: list[str]

    def saves(self, item: Settled) -> bool:
        """Tell whether an item was saved."""
        return self.state(item) in self.saving

    def state(self, item: Settled) -> str:
        """Return the state of an item."""
        return self.rows[item.row].then


_outcomes_decoder = msgspec.json.Decoder(Outcomes)


def split(body: bytes) -> list[bytes]:
    """Return each item of a submission as the bytes that were sent."""
    return [bytes(item) for item in _raw_items.decode(body)]


def read_items(body: bytes, lifecycle: Lifecycle, check: Check, spelling: str | None) -> Items:
    """Read the items of a submission and find their faults; nothing depends on what is saved."""
    # One by one, so that a long submission gives way to other threads.
    raw = split(body)
    values = map(bodies.comparable, raw)
    return Items([_candidate(value, lifecycle.key, check, spelling) for value in values], raw)


def record_key(members: Sequence[Any]) -> str:
    """Return the text that equals for equal keys; a long one is digested, for an index holds it."""
    text = canonical(list(members)).decode()
    return text if len(text) <= _LONGEST_KEY else hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> bytes:
    """Return bytes that are equal for equal JSON values, read by `bodies.comparable`."""
    try:
        return _canonical.encode(value)
    except OverflowError:  # an integer beyond 64 bits; equal values take the same way
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _candidate(
    value: Mapping[str, Any], key: Sequence[str], check: Check, spelling: str | None
) -> Candidate:
    identity = hashlib.blake2b(canonical(value), digest_size=20).digest()
    errors: tuple[str, ...] = ()
    if not check.accepts(value):
        errors = tuple(violation.named(spelling) for violation in check.violations(value))
    if not key:
        return Candidate(identity, identity.hex(), errors)
    try:
        members = [value[member] for member in key]
    except KeyError as missing:
        return Candidate(identity, None, errors or (f"{missing.args[0]} is part of the key",))
    return Candidate(identity, record_key(members), errors)


def write(lifecycle: Lifecycle, outcomes: Sequence[Outcome]) -> bytes:
    """Write outcomes down for the store."""
    rows = {row.number: row for row in lifecycle.rows}
    return msgspec.json.encode(
        {
            "rows": rows,
            "saving": [state.name for state in lifecycle.states.values() if state.saved],
            "items": [
                (outcome.row.number, outcome.errors, outcome.other_item, _place(outcome.record))
                for outcome in outcomes
            ],
        }
    )


def _place(record: SavedRecord | None) -> tuple[str, int, int] | None:
    return (record.submission, record.position, record.saved_at) if record else None


def read(written: bytes) -> Outcomes:
    """Read outcomes that were written down."""
    return _outcomes_decoder.decode(written)
