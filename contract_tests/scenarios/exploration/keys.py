"""Gives generated items keys of the run, so that they are saved once and belong to it."""

from __future__ import annotations

import itertools

from contract_tests.judging.session import Session

_MOST_ITEMS = 50  # our own suites try the limits of the array; here long ones only cost time
_MOST_KEYS = 200


class KeysOfRun:
    """The keys of what an exploration sends."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._numbers = itertools.count(1)
        self._submissions = {one.operation.label: one for one in session.contract.submissions}

    def given(self, label: str, body: list[object]) -> list[object]:
        """Return the items of an operation's body, those that are valid with keys of this run."""
        submission = self._submissions.get(label)
        if submission is None:
            return body
        maker = self._session.maker(submission)
        made, keys = [], []
        for item in body[:_MOST_ITEMS]:
            sent = item
            if isinstance(item, dict) and maker.usable and maker.validity.is_valid(item):
                key = f"{self._session.plan.run}-s{next(self._numbers)}"
                sent = maker.keyed(item, key)
                keys.append(key)
            made.append(sent)
        if keys:
            self._session.write_keys(submission, keys[:_MOST_KEYS])
        return made
