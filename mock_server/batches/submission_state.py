"""How a submission stands: the one place where a status is read."""

from __future__ import annotations

from typing import NamedTuple

from mock_server.batches import stored_outcomes
from mock_server.batches.items import split
from mock_server.batches.on_demand import SettlementOnDemand
from mock_server.batches.stored_outcomes import Outcomes
from mock_server.clock import Micros, real_now
from mock_server.contracts.callers import Caller
from mock_server.storage.batches import Batches
from mock_server.storage.store import Store
from mock_server.storage.submission_tables import Looked, Mark, Submission, Wanted
from mock_server.storage.threads import Threads

MANY_ITEMS = 200
"""From so many items on, reading or writing them is work for a thread."""


class SubmissionState(NamedTuple):
    """How a submission stands; `outcomes` is None while it is not settled, `frozen_at` where its clock stands still."""

    submission: Submission
    raw: list[bytes]
    outcomes: Outcomes | None
    frozen_at: Micros | None = None


def standing_of(submission: Submission) -> SubmissionState:
    """Return how a submission stands by what is stored of it."""
    outcomes = (
        stored_outcomes.read(submission.outcomes) if submission.outcomes is not None else None
    )
    return SubmissionState(submission, split(submission.body), outcomes)


class SubmissionStates:
    """Reads how submissions stand, after settling what is due."""

    def __init__(self, store: Store, settling: SettlementOnDemand, threads: Threads) -> None:
        """Take the store, what settles what is due, and the threads that read."""
        self._submissions = store.submissions
        self._looks_at_once = store.database.looks_at_once
        self._settling = settling
        self._threads = threads
        self._looking: Batches[Wanted, Looked] = Batches(
            lambda _lane, wanted: threads.run(store.submissions.look, wanted), lambda _wanted: ""
        )

    def mark(self, caller: Caller, submission: str) -> Mark | None:
        """Return the mark of a settled submission, where to look takes no time; else None."""
        if not self._looks_at_once:
            return None
        return self._submissions.mark(Wanted(caller.client_id, submission))

    def mark_of(self, standing: SubmissionState) -> Mark | None:
        """Return the mark of a submission that was read, which `mark` will tell while it stands so; None for no such."""
        world, settled_at = standing.submission.world, standing.submission.settled_at
        return Mark(world, settled_at) if self._looks_at_once and settled_at is not None else None

    async def read(self, caller: Caller, submission: str) -> SubmissionState | None:
        """Return how a submission of this partner stands now; None when it has no such."""
        wanted = Wanted(caller.client_id, submission)
        looked = await self._look(wanted)
        if looked.due.is_due(real_now()):
            await self._settling.settle(caller)
            looked = await self._look(wanted)
        if looked.submission is None:
            return None
        if looked.submission.items > MANY_ITEMS:
            standing = await self._threads.run(standing_of, looked.submission)
        else:
            standing = standing_of(looked.submission)
        return standing._replace(frozen_at=looked.due.clock.frozen_at)

    async def _look(self, wanted: Wanted) -> Looked:
        if self._looks_at_once:
            (looked,) = self._submissions.look([wanted])
            return looked
        return await self._looking.do(wanted)
