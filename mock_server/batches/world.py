"""The world of a partner as it stands: its clock, its records, and counts of what it holds."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa

from mock_server.batches import stored_outcomes
from mock_server.batches.items import record_key, split
from mock_server.batches.settlement import Settlement
from mock_server.clock import Change, Clock, real_now
from mock_server.contracts.callers import Caller
from mock_server.contracts.lifecycles import Lifecycle
from mock_server.http.json_bodies import comparable
from mock_server.storage.database import Unavailable
from mock_server.storage.store import Store
from mock_server.storage.submission_tables import Due, Listed
from mock_server.storage.tallies import ITEMS, RECORDS, SUBMISSIONS

_MOST_WAITING = 1000


class Counts(NamedTuple):
    """How much a world holds: items by state, records by collection, and the first of what is not settled yet."""

    submissions: int
    items: Counter[str]
    records: Mapping[str, int]
    waiting: list[Listed]


class Worlds:
    """The worlds of all partners; each method is about one of them, as it stands.

    All may be called from any thread.
    """

    def __init__(self, store: Store, settlement: Settlement) -> None:
        """Take the store and what settles."""
        self._store = store
        self._settlement = settlement

    def record(
        self, caller: Caller, lifecycle: Lifecycle, named: Mapping[str, object]
    ) -> bytes | None:
        """Return the item saved last whose members have these values, as it was sent."""
        if named.keys() == set(lifecycle.key):
            key = record_key([named[member] for member in lifecycle.key])
            found = self._store.records.last(caller.client_id, lifecycle.records, key)
            return split(found[0])[found[1]] if found is not None else None
        # The path names other members than the key: rare enough to look at each record.
        for data in self._all(caller, lifecycle):
            item = comparable(data)
            if all(name in item and item[name] == value for name, value in named.items()):
                return data
        return None

    def _all(self, caller: Caller, lifecycle: Lifecycle) -> Iterator[bytes]:
        """Yield all records as they were sent, the newest first."""
        places = self._store.records.places(caller.client_id, lifecycle.records)
        for submission, in_it in itertools.groupby(places, attrgetter("submission")):
            items = split(self._store.submissions.body(submission) or b"[]")
            yield from (items[place.position] for place in in_it if items)

    def counts(self, caller: Caller) -> Counts:
        """Return how much the world holds."""
        partner = caller.client_id
        by_kind: dict[str, Counter[str]] = {
            kind: Counter() for kind in (SUBMISSIONS, ITEMS, RECORDS)
        }
        for kind, name, count in self._store.tallies.of(partner):
            by_kind[kind][name] = count
        submissions = by_kind[SUBMISSIONS].total()
        waiting = self._store.submissions.counts_of_waiting(partner)
        for operation, (count, items) in waiting.items():
            submissions += count
            by_kind[ITEMS][initial_state(self._settlement.lifecycle_of(operation))] += items
        shown = self._store.submissions.waiting(partner, _MOST_WAITING) if waiting else []
        return Counts(submissions, by_kind[ITEMS], by_kind[RECORDS], shown)

    def latest(self, caller: Caller, most: int) -> list[tuple[Listed, Counter[str]]]:
        """Return the partner's last submissions, the last one first, each with its items by state."""
        submissions = self._store.submissions.latest(caller.client_id, most)
        return [(submission, self._states(submission)) for submission in submissions]

    def _states(self, submission: Listed) -> Counter[str]:
        if submission.outcomes is None:
            lifecycle = self._settlement.lifecycle_of(submission.operation)
            return Counter({initial_state(lifecycle): submission.items})
        outcomes = stored_outcomes.read(submission.outcomes)
        return Counter(outcomes.state(item) for item in outcomes.items)

    # -- the clock -------------------------------------------------------------------------------

    def clock(self, caller: Caller) -> tuple[Clock, int]:
        """Return the partner's clock and its instant."""
        clock = self._store.submissions.due(caller.client_id).clock
        return clock, clock.now(real_now())

    def change_clock_at_once(self, caller: Caller, change: Change) -> Due | None:
        """Change the partner's clock where that takes no time; else return None, and change nothing.

        What becomes due by it is for who calls to settle. Raises OverflowError for an instant that no clock shows.
        """
        with self._store.database.begin_at_once() as connection:
            if connection is None:
                return None
            due, real = self._store.submissions.due_in(connection, caller.client_id), real_now()
            if due.is_due(real):
                return None
            changed = due._replace(clock=change(due.clock, real))
            self._store.partners.set_clock(connection, caller.client_id, changed.clock)
        return changed

    def _changed(self, connection: sa.Connection, caller: Caller, change: Change) -> Clock:
        clock = change(self._store.partners.lock(connection, caller.client_id), real_now())
        self._store.partners.set_clock(connection, caller.client_id, clock)
        return clock

    def change_clock(self, caller: Caller, change: Change) -> tuple[Clock, int]:
        """Change the partner's clock, after what is due by it was settled, and settle what has become due.

        Raises OverflowError, and changes nothing, for an instant that no clock shows.
        """
        self._settlement.settle_if_due(caller)
        with self._store.database.begin_write() as connection:
            clock = self._changed(connection, caller, change)
        with contextlib.suppress(Unavailable):  # the clock is changed, whatever comes of the rest
            self._settlement.settle_if_due(caller)
        return clock, clock.now(real_now())

    def reset(self, caller: Caller) -> None:
        """Make the partner's world as it was on the first day."""
        self._store.reset(caller.client_id)


UNKNOWN_STATE = "unknown"
"""The state of items whose contract is not served any more."""


def initial_state(lifecycle: Lifecycle | None) -> str:
    """Return the state of an item that is not settled yet."""
    return (lifecycle.initial if lifecycle else None) or UNKNOWN_STATE
