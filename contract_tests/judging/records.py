"""What this judge believes that each partner has saved: it follows what the server says."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from contract_tests.http.partners import Caller
from contract_tests.judging.oracle import Item, Saved
from contract_tests.reading.contract import Submission
from contract_tests.reading.equality import canonical

Store = dict[Hashable, list[Saved]]


class Records:
    """The records of each partner by collection and key."""

    def __init__(self) -> None:
        self._stores: dict[tuple[Caller, str], Store] = {}
        self._recognised: set[tuple[Caller, str]] = set()

    def of(self, caller: Caller, submission: Submission) -> Store:
        """Return what a partner has saved in a submission's collection."""
        return self._stores.setdefault((caller, submission.lifecycle.records), {})

    def follow(
        self, caller: Caller, submission: Submission, items: Sequence[Item], states: Sequence[str]
    ) -> int:
        """Take over what a server said that it saved; return how many records are new."""
        store, new = self.of(caller, submission), 0
        for item, state in zip(items, states, strict=True):
            if state not in submission.lifecycle.saving or item.key is None:
                continue
            known = store.setdefault(item.key, [])
            for record in known:
                record.doubtful = record.doubtful or record.value != item.value
            if all(record.value != item.value for record in known):
                known.append(Saved(item.value))
                new += 1
        return new

    def recognise(self, caller: Caller, submission: Submission) -> None:
        """Note that a server knew the twin of a saved record."""
        self._recognised.add((caller, submission.lifecycle.records))

    def was_recognised(self, caller: Caller, submission: Submission) -> bool:
        """Whether a server ever knew the twin of a saved record, so that it forgets what it does not know."""
        return (caller, submission.lifecycle.records) in self._recognised


def key_of(submission: Submission, value: object) -> Hashable | None:
    """Return the key of an item, None when it has none."""
    members = submission.lifecycle.key
    if not members:
        return canonical(value)
    if isinstance(value, dict) and all(member in value for member in members):
        return tuple(canonical(value[member]) for member in members)
    return None
