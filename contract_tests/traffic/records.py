"""Records that were read in a recording, compared with what was saved in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contract_tests.judging import catalogue
from contract_tests.judging.asking import Asking
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.records import key_of
from contract_tests.judging.story import key_member
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.equality import canonical
from contract_tests.traffic.answers import Answers
from contract_tests.traffic.callers import Sender
from contract_tests.traffic.routing import Filed
from contract_tests.traffic.submissions import Followed


class RecordReads:
    """Remembers which records were read, to judge it once it is known what was saved."""

    def __init__(
        self, contract: Contract, asking: Asking, answers: Answers, *, empty: bool
    ) -> None:
        self._asking = asking
        self._answers = answers
        self._empty = empty
        self._kinds = {one.record.id: one for one in contract.submissions if one.record}
        self._reads: list[tuple[Filed, Sender, Submission]] = []

    def remember(self, filed: Filed, sender: Sender) -> None:
        """Remember an exchange that reads a record; any other is nothing to remember."""
        submission = self._kinds.get(filed.operation.id)
        if submission is not None and submission.lifecycle.key and not filed.query:
            self._reads.append((filed, sender, submission))

    def breaches(self, followed: Sequence[Followed]) -> Iterator[Broken]:
        """Yield what answers to reads of records break."""
        for filed, sender, submission in self._reads:
            own = [one for one in followed if one.sender == sender]
            yield from self._breaches(filed, submission, own)

    def _breaches(
        self, filed: Filed, submission: Submission, own: Sequence[Followed]
    ) -> Iterator[Broken]:
        key = key_of(submission, _members(submission, filed))
        saved = [
            (one, canonical(entry.value))
            for one in own
            if one.made.submission.lifecycle.records == submission.lifecycle.records
            for entry, state in zip(one.made.entries, one.made.states, strict=False)
            if state in submission.lifecycle.saving and key_of(submission, entry.value) == key
        ]
        reply, asked = filed.recorded.reply, self._answers.asked(filed, Suite.LIFECYCLE)
        before = [
            one for one, _ in saved
            if one.final_since is not None and one.final_since <= filed.recorded.began
        ]  # fmt: skip
        for one in before[:1]:
            asked.story.exchanges[:0] = one.made.story.exchanges
        if before and reply.status == 404:
            yield self._asking.breaks(asked, catalogue.RECORD_SAVED, "200")
        elif before and reply.status == 200 and filed.recorded.has_body:
            if canonical(reply.json()) not in [value for _, value in saved]:
                yield self._asking.breaks(
                    asked, catalogue.RECORD_KEPT, "the record as it was saved"
                )
        elif reply.status == 200 and not saved and self._empty:
            yield self._asking.breaks(asked, catalogue.RECORD_ABSENT, "404")


def _members(submission: Submission, filed: Filed) -> dict[str, object]:
    """Return the members of the key that a path names."""
    return {key_member(submission, name): value for name, value in filed.parameters}
