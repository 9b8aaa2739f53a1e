"""Settles submissions: whatever is due by a partner's clock gets its outcomes.

No batch is settled in the background. What is due is settled, in the order of acceptance, before the next read or
write of that partner is answered: in one transaction where it is little, else in one for each submission.

Who enters where: `settle_due_at_once` is called in the event loop and `settle_due` in a writer's thread, both by
`on_demand` before anything of a partner is shown; `settle_if_due` by `world` before and after a clock is changed;
`accept_and_settle` by `submissions` for a synchronous one, and `choose` for a scenario that wants a state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from mock_server.batches import stored_outcomes
from mock_server.batches.outcomes import Candidate, Outcome, decide, ended_as
from mock_server.batches.processing import Processing
from mock_server.clock import MICROSECONDS, Clock, Micros, real_now
from mock_server.contracts.callers import Caller
from mock_server.contracts.lifecycles import Lifecycle
from mock_server.storage.database import PATIENCE
from mock_server.storage.records import NewRecord
from mock_server.storage.store import Store
from mock_server.storage.submission_tables import KeyReused, NewSubmission, Submission
from mock_server.storage.tallies import ITEMS, RECORDS, SUBMISSIONS, Tally

_MOST_AT_ONCE = 128
"""So many items are settled in about the time that two changes of threads and their looks take."""


class Settlement:
    """Settles the submissions of all partners.

    All methods may be called from any thread, and raise Unavailable where the store cannot be written.
    """

    def __init__(
        self, store: Store, processing: Mapping[str, Processing], delay_seconds: float
    ) -> None:
        """Take the store, how each operation (by name) is processed, and the delay until a submission is due."""
        self._store = store
        self._processing = processing
        self.delay = round(delay_seconds * MICROSECONDS)
        # By the id of a submission; a scenario lasts until the process ends, and so does what it chose.
        self._chosen: dict[str, str] = {}

    def lifecycle_of(self, operation: str) -> Lifecycle | None:
        """Return the lifecycle of an operation's submissions, None for one that is not served now."""
        known = self._processing.get(operation)
        return known.lifecycle if known else None

    def choose(self, submission: str, state: str) -> None:
        """Let the items of a submission that waits end in a state, whatever they are."""
        self._chosen[submission] = state

    # -- settling what waits ---------------------------------------------------------------------

    def settle_if_due(self, caller: Caller) -> None:
        """Settle what is due by the partner's clock, after a look whether anything is."""
        if self._store.submissions.due(caller.client_id).is_due(real_now()):
            self.settle_due(caller)

    def settle_due(self, caller: Caller, patience: float = PATIENCE) -> None:
        """Settle what is due by the partner's clock; wait for the store's lock for so many seconds."""

        def is_ripe(submission: Submission, clock: Clock) -> bool:
            return submission.due_at <= clock.now(real_now())

        self._settle(caller, is_ripe, patience)

    def settle_due_at_once(self, caller: Caller) -> bool:
        """Settle what is due, for the event loop: of few items, where nobody else writes. Return whether that is all."""
        left, after = _MOST_AT_ONCE, 0
        with self._store.database.begin_at_once() as connection:
            if connection is None:
                return False
            clock = self._store.partners.lock(connection, caller.client_id)
            while True:
                submission = self._store.submissions.next_unsettled(
                    connection, caller.client_id, after
                )
                if submission is None or submission.due_at > clock.now(real_now()):
                    return True
                after, left = submission.sequence, left - submission.items
                if left < 0:
                    return False
                processing = self._processing.get(submission.operation)
                if processing is not None:
                    items = processing.read(submission.body, caller)
                    at = min(submission.due_at, clock.now(real_now()))
                    self._write_outcomes(connection, submission, processing, items, at)

    def _settle_all(self, caller: Caller) -> None:
        self._settle(caller, lambda _submission, _clock: True, PATIENCE)

    def _settle(
        self, caller: Caller, is_ripe: Callable[[Submission, Clock], bool], patience: float
    ) -> None:
        """Settle the partner's submissions in order until one is not ripe."""
        after = 0
        while True:
            submission, clock = self._store.submissions.first_unsettled(caller.client_id, after)
            if submission is None or not is_ripe(submission, clock):
                return
            processing = self._processing.get(submission.operation)
            if processing is None:  # accepted under a contract that is not served now; it waits
                after = submission.sequence
            else:
                self._settle_one(caller, submission, processing, patience)
                if self._store.submissions.due(caller.client_id).head_due_at is None:
                    return  # a look takes less time than to read on

    def _settle_one(
        self, caller: Caller, submission: Submission, processing: Processing, patience: float
    ) -> None:
        items = processing.read(submission.body, caller)
        with self._store.database.begin_write(patience) as connection:
            clock = self._store.partners.lock(connection, caller.client_id)
            # Another thread or process may have been faster, or the world may have been reset.
            if self._store.submissions.is_unsettled(connection, caller.client_id, submission):
                at = min(submission.due_at, clock.now(real_now()))
                self._write_outcomes(connection, submission, processing, items, at)

    # -- accepting and settling at once ----------------------------------------------------------

    def accept_and_settle(
        self, new: NewSubmission, caller: Caller, state: str | None = None
    ) -> Submission | KeyReused:
        """Accept a submission and settle it at once, after everything that was accepted before it.

        A `state` is the one that its items end in, whatever they are.
        """
        processing = self._processing[new.operation]
        items = processing.read(new.body, caller)
        submissions = self._store.submissions
        while True:
            self._settle_all(caller)
            with self._store.database.begin_write() as connection:
                clock = self._store.partners.lock(connection, new.partner)
                if submissions.has_unsettled(connection, new.partner, set(self._processing)):
                    continue  # another process accepted one in between
                real = real_now()
                (answer,), _ = submissions.accept_in(connection, [new], real)
                if isinstance(answer, KeyReused):
                    return answer
                stored = submissions.read_in(connection, new.partner, answer.id)
                if stored.settled_at is None:
                    if state is not None:
                        self.choose(answer.id, state)
                    self._write_outcomes(connection, stored, processing, items, clock.now(real))
                    stored = submissions.read_in(connection, new.partner, answer.id)
                return stored

    def _write_outcomes(
        self,
        connection: sa.Connection,
        submission: Submission,
        processing: Processing,
        items: Sequence[Candidate],
        at: Micros,
    ) -> None:
        lifecycle = processing.lifecycle
        collection = lifecycle.records
        keys = list({item.key for item in items if item.key is not None})
        saved = self._store.records.saved(connection, submission.world, collection, keys)
        state = self._chosen.pop(submission.id, None)
        outcomes = (
            decide(lifecycle, items, saved) if state is None else ended_as(lifecycle, items, state)
        )
        records = _records(lifecycle, items, outcomes)
        new = self._store.records.save(connection, submission, collection, records)
        written = stored_outcomes.write(lifecycle, outcomes)
        self._store.submissions.settle(connection, submission, written, at)
        states = Counter(outcome.row.then for outcome in outcomes)
        changes = [Tally(ITEMS, state, count) for state, count in states.items()]
        changes += [Tally(SUBMISSIONS, "", 1), Tally(RECORDS, collection, new)]
        self._store.tallies.add(connection, submission.world, changes)


def _records(
    lifecycle: Lifecycle, items: Sequence[Candidate], outcomes: Sequence[Outcome]
) -> list[NewRecord]:
    saving = {name for name, state in lifecycle.states.items() if state.saved}
    return [
        NewRecord(item.key, item.identity, position)
        for position, (item, outcome) in enumerate(zip(items, outcomes, strict=True))
        if outcome.row.then in saving and item.key is not None
    ]
