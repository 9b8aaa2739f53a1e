"""What became of the items of a submission, as the store keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from mock_server.batches.outcomes import Outcome
from mock_server.contracts.lifecycles import Lifecycle, Row
from mock_server.storage.records import SavedRecord


class SettledItem(NamedTuple):
    """What became of an item; `row` is the number of the row that decided.

    `record` is the submission, the position and the instant of the saved record that it collided with.
    """

    row: int
    errors: tuple[str, ...]
    other_item: int | None
    record: tuple[str, int, int] | None


@dataclass(frozen=True)
class Outcomes:
    """What became of the items of a submission, with the rows as they stood when it was settled."""

    rows: dict[int, Row]
    items: list[SettledItem]
    saving: list[str]

    def saves(self, item: SettledItem) -> bool:
        """Tell whether an item was saved."""
        return self.state(item) in self.saving

    def state(self, item: SettledItem) -> str:
        """Return the state of an item."""
        return self.rows[item.row].then


_decoder = msgspec.json.Decoder(Outcomes)


def write(lifecycle: Lifecycle, outcomes: Sequence[Outcome]) -> bytes:
    """Write outcomes down for the store."""
    return msgspec.json.encode(
        {
            "rows": {row.number: row for row in lifecycle.rows},
            "saving": [state.name for state in lifecycle.states.values() if state.saved],
            "items": [
                (outcome.row.number, outcome.errors, outcome.other_item, _place(outcome.record))
                for outcome in outcomes
            ],
        }
    )


def read(written: bytes) -> Outcomes:
    """Read outcomes that were written down."""
    return _decoder.decode(written)


def _place(record: SavedRecord | None) -> tuple[str, int, int] | None:
    return (record.submission, record.position, record.saved_at) if record else None
