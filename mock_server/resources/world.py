"""The world of one partner: it takes submissions, settles what is due, and tells how things stand.

Nothing runs in the background. Whatever is due by the partner's clock is settled, in the order of acceptance, one
transaction a submission, before the next read or write of that partner is answered.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from mock_server.clock import MICROSECONDS, Clock, real_now
from mock_server.contracts.validation import Check, Profile
from mock_server.http import bodies
from mock_server.resources import judging, lifecycle
from mock_server.resources.judging import Items, Outcomes
from mock_server.resources.lifecycle import Lifecycle, Outcome
from mock_server.storage.store import KeyReused, NewRecord, NewSubmission, Store, Submission, Wanted


@dataclass(frozen=True)
class Work:
    """How the items of one operation are judged."""

    lifecycle: Lifecycle
    check: Callable[[Profile], Check]
    spelling: str | None


class Standing(NamedTuple):
    """How a submission stands; `outcomes` is None while it is pending."""

    submission: Submission
    raw: list[bytes]
    outcomes: Outcomes | None


class Explained(NamedTuple):
    """A submission with what is needed to say why."""

    standing: Standing
    work: Work | None


class World:
    """The worlds of all partners; each method is about one of them. All may be called from any thread."""

    def __init__(self, store: Store, work: Mapping[str, Work], processing_delay: float) -> None:
        """Take the store, what is known of each operation by name, and the delay in seconds."""
        self._store = store
        self._work = work
        self._settling: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self.delay = round(processing_delay * MICROSECONDS)

    # -- writing ---------------------------------------------------------------------------------

    def accept_and_settle(
        self, submission: NewSubmission, profile: Profile
    ) -> Standing | KeyReused:
        """Accept a submission and judge it at once, after everything that was accepted before it."""
        work = self._work[submission.operation]
        items = _items(work, submission.body, profile)
        while True:
            self._settle_all(profile)
            with self._store.begin_write() as connection:
                clock = self._store.lock(connection, submission.partner)
                if self._store.has_unsettled(connection, submission.partner, set(self._work)):
                    continue  # another process accepted one in between
                real = real_now()
                (answer,), _ = self._store.accept_in(connection, [submission], real)
                if isinstance(answer, KeyReused):
                    return answer
                stored = self._store.read_in(connection, answer.id)
                if stored.settled_at is None:
                    self._judge(connection, stored, work, items, clock.now(real))
                    stored = self._store.read_in(connection, answer.id)
                return standing(stored)

    # -- settling --------------------------------------------------------------------------------

    def settle_due(self, profile: Profile) -> None:
        """Settle what is due by the partner's clock."""
        self._settle(profile, lambda submission, clock: submission.due_at <= clock.now(real_now()))

    def _settle_all(self, profile: Profile) -> None:
        self._settle(profile, lambda _submission, _clock: True)

    def _settle(self, profile: Profile, ripe: Callable[[Submission, Clock], bool]) -> None:
        """Settle the partner's submissions in order until one is not ripe."""
        # Requests of one partner that come at once need not read the same items side by side.
        with self._settling[profile.client_id]:
            self._settle_in_turn(profile, ripe)

    def _settle_in_turn(self, profile: Profile, ripe: Callable[[Submission, Clock], bool]) -> None:
        after = 0
        while True:
            submission, clock = self._store.first_unsettled(profile.client_id, after)
            if submission is None or not ripe(submission, clock):
                return
            work = self._work.get(submission.operation)
            if work is None:  # accepted under a contract that is not served now; it waits
                after = submission.sequence
                continue
            items = _items(work, submission.body, profile)
            with self._store.begin_write() as connection:
                clock = self._store.lock(connection, profile.client_id)
                # Another thread or process may have been faster, or the world may have been reset.
                if self._store.is_unsettled(connection, submission.id):
                    at = min(submission.due_at, clock.now(real_now()))
                    self._judge(connection, submission, work, items, at)

    def _judge(
        self,
        connection: sa.Connection,
        submission: Submission,
        work: Work,
        items: Items,
        at: int,
    ) -> None:
        candidates = items.candidates
        keys = list(dict.fromkeys(item.key for item in candidates if item.key is not None))
        saved = self._store.saved(connection, submission.partner, work.lifecycle.records, keys)
        outcomes = lifecycle.judge(work.lifecycle, candidates, saved)
        records = _records(work.lifecycle, items, outcomes)
        self._store.save(connection, submission, work.lifecycle.records, records, at)
        self._store.settle(connection, submission.id, judging.write(work.lifecycle, outcomes), at)

    # -- reading ---------------------------------------------------------------------------------

    def status(self, profile: Profile, submission: str) -> Standing | None:
        """Return how a submission of this partner stands now; None when it has no such."""
        wanted = [Wanted(profile.client_id, submission)]
        (looked,) = self._store.look(wanted)
        if looked.due.is_due(real_now()):
            self.settle_due(profile)
            (looked,) = self._store.look(wanted)
        return standing(looked.submission) if looked.submission else None

    def record(
        self, profile: Profile, declared: Lifecycle, named: Mapping[str, Any]
    ) -> bytes | None:
        """Return the item saved last whose members have these values, as it was sent."""
        self._settle_if_due(profile)
        if named.keys() == set(declared.key):
            key = judging.record_key([named[member] for member in declared.key])
            return self._store.record(profile.client_id, declared.records, key)
        # The path names other members than the key: rare enough to look at each record.
        for data in self._store.records(profile.client_id, declared.records):
            item = bodies.comparable(data)
            if all(name in item and item[name] == value for name, value in named.items()):
                return data
        return None

    def explain(self, profile: Profile, submission: str) -> Explained | None:
        """Return a submission with what decided each of its items."""
        found = self.status(profile, submission)
        if found is None:
            return None
        return Explained(found, self._work.get(found.submission.operation))

    def counts(
        self, profile: Profile
    ) -> tuple[Counter[str], Counter[str], list[Mapping[str, Any]], int]:
        """Return the items by state, the records by collection, what is not settled, and the number of submissions."""
        self._settle_if_due(profile)
        states: Counter[str] = Counter()
        waiting = []
        rows = self._store.submissions(profile.client_id)
        for row in rows:
            if row["outcomes"] is None:
                work = self._work.get(row["operation"])
                states[(work and work.lifecycle.initial) or "Pending"] += row["item_count"]
                waiting.append(row)
            else:
                outcomes = judging.read(row["outcomes"])
                states.update(outcomes.state(item) for item in outcomes.items)
        records = Counter(self._store.record_counts(profile.client_id))
        return states, records, waiting, len(rows)

    def _settle_if_due(self, profile: Profile) -> None:
        if self._store.due(profile.client_id).is_due(real_now()):
            self.settle_due(profile)

    # -- the clock -------------------------------------------------------------------------------

    def clock(self, profile: Profile) -> tuple[Clock, int]:
        """Return the partner's clock and its instant."""
        self._settle_if_due(profile)
        clock = self._store.due(profile.client_id).clock
        return clock, clock.now(real_now())

    def change_clock(
        self, profile: Profile, change: Callable[[Clock, int], Clock]
    ) -> tuple[Clock, int]:
        """Change the partner's clock and settle what has become due.

        Raises OverflowError, and changes nothing, for an instant that no clock shows.
        """
        self._settle_if_due(profile)
        with self._store.begin_write() as connection:
            real = real_now()
            clock = change(self._store.lock(connection, profile.client_id), real)
            self._store.set_clock(connection, profile.client_id, clock)
        self._settle_if_due(profile)
        return clock, clock.now(real_now())

    def reset(self, profile: Profile) -> None:
        """Make the partner's world as it was on the first day."""
        self._store.reset(profile.client_id)


def _items(work: Work, body: bytes, profile: Profile) -> Items:
    return judging.read_items(body, work.lifecycle, work.check(profile), work.spelling)


def _records(declared: Lifecycle, items: Items, outcomes: Sequence[Outcome]) -> list[NewRecord]:
    saving = {name for name, state in declared.states.items() if state.saved}
    return [
        NewRecord(candidate.key, candidate.identity, items.raw[position], position)
        for position, (candidate, outcome) in enumerate(
            zip(items.candidates, outcomes, strict=True)
        )
        if outcome.row.then in saving and candidate.key is not None
    ]


def standing(submission: Submission) -> Standing:
    """Return how a submission stands by what is stored of it."""
    outcomes = judging.read(submission.outcomes) if submission.outcomes is not None else None
    return Standing(submission, judging.split(submission.body), outcomes)
