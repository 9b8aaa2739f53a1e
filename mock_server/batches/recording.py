"""What a partner submitted, told as cases in the form of `fixtures/cases`, each of which holds when it is played alone.

Submissions that share a key are one case. A key is written with `{run}` before it, so that the case can be played in a world
that is full already. Every case is played here, by the rows of the lifecycle, before it is told: what depends on a record
that nobody sent in it, or on a scenario, is left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mock_server import clock as clocks
from mock_server.batches.outcomes import decide
from mock_server.batches.processing import Processing
from mock_server.batches.stored_outcomes import Outcomes
from mock_server.batches.submission_state import SubmissionState
from mock_server.contracts.callers import Caller
from mock_server.storage.records import SavedRecord

MOST_ITEMS = 100
"""How many items a submission has that is told: a case is for people, too."""
_RUN = "{run}"
# The shortest and the longest text that a player puts in the place of {run}.
_PREFIXES = ("r", "x" * 24)
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Recording:
    """The cases of one operation as a file of `fixtures/cases` has them, and how many submissions are in none."""

    file: Mapping[str, object]
    left_out: int


class _Sent(NamedTuple):
    """A submission that is settled: the items as they were sent, and what they ended as."""

    id: str
    operation: str
    accepted_at: int
    items: list[str]
    states: list[str]
    silences: frozenset[str]
    keys: frozenset[str]


class _Case(NamedTuple):
    """Submissions that share keys, in their order, with their items as the case spells them."""

    sent: Sequence[_Sent]
    spelled: Sequence[Sequence[str]]
    is_fresh: bool


class Recorder:
    """Makes cases of what one partner submitted to the operations that save in one collection."""

    def __init__(
        self, operation: str, processing: Mapping[str, Processing], caller: Caller
    ) -> None:
        """Take the operation (by its name) whose cases are wanted, how operations are processed, and the partner."""
        collection = processing[operation].lifecycle.records
        self._operation = operation
        self._caller = caller
        self._processing = {
            name: one for name, one in processing.items() if one.lifecycle.records == collection
        }

    def record(self, standings: Sequence[SubmissionState]) -> Recording:
        """Return the cases of submissions, the oldest of which comes first."""
        found = [one for one in standings if one.submission.operation in self._processing]
        sent = [self._sent(one, one.outcomes) for one in found if one.outcomes is not None]
        cases = [case for group in _groups(sent) if (case := self._case(group)) is not None]
        letters: dict[str, str] = {}
        told = [self._told(case, number, letters) for number, case in enumerate(cases, start=1)]
        used = sum(one.operation == self._operation for case in cases for one in case.sent)
        contract, _, operation = self._operation.partition(":")
        return Recording(
            {
                "contract": contract,
                "operation": operation,
                "letters": {name: text for text, name in letters.items()},
                "cases": told,
            },
            sum(one.submission.operation == self._operation for one in found) - used,
        )

    def _sent(self, standing: SubmissionState, outcomes: Outcomes) -> _Sent:
        submission = standing.submission
        read = self._processing[submission.operation].read(submission.body, self._caller)
        rows = [outcomes.rows[item.row] for item in outcomes.items]
        return _Sent(
            submission.id,
            submission.operation,
            submission.accepted_at,
            [raw.decode() for raw in standing.raw],
            [row.then for row in rows],
            frozenset(name for row in rows for name in row.silence),
            frozenset(one.key for one in read if one.key is not None),
        )

    # -- one case --------------------------------------------------------------------------------

    def _case(self, group: Sequence[_Sent]) -> _Case | None:
        """Return the case that submissions make; None for one that has not what is wanted, or that does not hold."""
        asked = [one for one in group if one.operation == self._operation]
        before = [one for one in group if one.operation != self._operation]
        if not asked or any(len(one.items) > MOST_ITEMS for one in group):
            return None
        if list(group) != [*before, *asked] or len({one.operation for one in before}) > 1:
            return None  # the form has earlier submissions of one other operation, and those first
        if any(state not in self._saving(one) for one in before for state in one.states):
            return None
        plain = [one.items for one in group]
        marked = [
            _marked(one.items, self._processing[one.operation].lifecycle.key) for one in group
        ]
        spelled = [one for one in marked if one is not None]
        if len(spelled) == len(group) and all(
            self._holds(group, spelled, prefix) for prefix in _PREFIXES
        ):
            return _Case(group, spelled, is_fresh=False)
        return _Case(group, plain, is_fresh=True) if self._holds(group, plain, "") else None

    def _saving(self, sent: _Sent) -> frozenset[str]:
        states = self._processing[sent.operation].lifecycle.states
        return frozenset(name for name, state in states.items() if state.saved)

    def _holds(self, group: Sequence[_Sent], spelled: Sequence[Sequence[str]], prefix: str) -> bool:
        """Tell whether submissions end as they did when nothing was saved before them."""
        saved: dict[str, list[SavedRecord]] = {}
        for sent, items in zip(group, spelled, strict=True):
            processing, saving = self._processing[sent.operation], self._saving(sent)
            body = f"[{','.join(items)}]".replace(_RUN, prefix).encode()
            read = processing.read(body, self._caller)
            outcomes = decide(processing.lifecycle, read, saved)
            if [one.row.then for one in outcomes] != sent.states:
                return False
            for position, (item, outcome) in enumerate(zip(read, outcomes, strict=True)):
                if outcome.row.then in saving and item.key is not None:
                    record = SavedRecord(item.identity, sent.id, position, 0)
                    saved.setdefault(item.key, []).append(record)
        return True

    def _told(self, case: _Case, number: int, letters: dict[str, str]) -> Mapping[str, object]:
        requests = [
            [letters.setdefault(item, f"item{len(letters) + 1}") for item in items]
            for items in case.spelled
        ]
        asked = [
            (one, named)
            for one, named in zip(case.sent, requests, strict=True)
            if one.operation == self._operation
        ]
        first, earlier = asked[0][0], requests[: len(requests) - len(asked)]
        ends = "; then ".join(_counted(one.states) for one, _ in asked)
        silences = sorted(set().union(*(one.silences for one in case.sent)))
        told: dict[str, object] = {
            "name": f"recorded {number}: {ends}",
            "source": f"the sandbox, submission {first.id} of {clocks.to_text(first.accepted_at)}",
        }
        if silences:
            told["silences"] = silences
        if case.is_fresh:
            told["fresh_world"] = True
        if self._caller.attributes:
            told["partner"] = dict(self._caller.attributes)
        if earlier:
            contract, _, operation = case.sent[0].operation.partition(":")
            told |= {"saved": earlier, "saved_by": {"contract": contract, "operation": operation}}
        expected = [one.states for one, _ in asked]
        return {**told, "requests": [named for _, named in asked], "expected": expected}


def _counted(states: Sequence[str]) -> str:
    return ", ".join(f"{count} {state}" for state, count in Counter(states).items())


def _groups(sent: Sequence[_Sent]) -> Iterator[Sequence[_Sent]]:
    """Yield the submissions that share a key, directly or by others, each group in order."""
    groups: list[tuple[set[str], list[int]]] = []
    for number, one in enumerate(sent):
        touched = [group for group in groups if group[0] & one.keys]
        keys = set(one.keys).union(*(group[0] for group in touched))
        numbers = sorted([number, *(inner for group in touched for inner in group[1])])
        groups = [group for group in groups if group not in touched]
        groups.append((keys, numbers))
    for _, numbers in sorted(groups, key=lambda group: group[1]):
        yield [sent[number] for number in numbers]


# -- {run} ---------------------------------------------------------------------------------------------


def _marked(items: Sequence[str], key: Sequence[str]) -> list[str] | None:
    """Return items with `{run}` before the texts of their keys; None where a key is no text, or the whole item."""
    marked = [_marked_item(item, key) for item in items]
    known = [item for item in marked if item is not None]
    return known if len(known) == len(items) and key else None


def _marked_item(text: str, key: Sequence[str]) -> str | None:
    if _RUN in text:
        return None
    places = [start for name, start in _members(text) if name in key]
    if any(text[start] != '"' for start in places):
        return None
    for start in reversed(places):
        text = f"{text[: start + 1]}{_RUN}{text[start + 1 :]}"
    return text


def _members(text: str) -> Iterator[tuple[str, int]]:
    """Yield the members of an object in JSON, each with the place where its value begins."""
    decoder = json.JSONDecoder()
    at = _after_space(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        start = _after_space(text, _after_space(text, at) + 1)  # behind the colon
        yield name, start
        _, at = decoder.raw_decode(text, start)
        at = _after_space(text, at)
        if text[at] == ",":
            at = _after_space(text, at + 1)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at
