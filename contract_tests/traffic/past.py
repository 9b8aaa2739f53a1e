"""What a server may have known before a recording began, and of what a recording does not tell."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from contract_tests.judging.freedom import Freedom
from contract_tests.judging.oracle import Allowed, Item, Saved, decide
from contract_tests.judging.story import Submitted
from contract_tests.reading.lifecycle import Condition, Lifecycle, Row
from contract_tests.reading.silences import OtherState

Store = dict[Hashable, list[Saved]]
_OTHER: Hashable = ("a record that nobody recorded",)


@dataclass
class Habits:
    """What a server makes of rivals of saved records, by lifecycle, as far as a recording shows it."""

    states: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, lifecycle: Lifecycle, state: str) -> None:
        """Note what became of an item whose key was saved with other data."""
        self.states.setdefault(lifecycle.name, set()).add(state)

    def of(self, lifecycle: Lifecycle, freedom: Freedom) -> Sequence[str]:
        """Return what such items may become: what was seen, else whatever the contract leaves open."""
        row = lifecycle.row(Condition.RIVAL_SAVED)
        if row is None:
            return ()
        known = [row.then, *(one.state for one in freedom.alternatives(row.silences, OtherState))]
        return [one for one in known if one in self.states.get(lifecycle.name, known)]


class Past:
    """The oracle for one sender of a recording.

    Unless the server was empty at the beginning, a record may be there of a key that was not saved in the recording:
    where what became of all items of such a key follows from one record, it is allowed. Of a key of which more was
    sent than can be followed, nothing is said.
    """

    def __init__(self, freedom: Freedom, habits: Habits, *, empty: bool) -> None:
        self._freedom = freedom
        self._habits = habits
        self._empty = empty
        self._unclear: set[tuple[str, Hashable]] = set()

    def blur(self, collection: str, keys: Iterable[Hashable | None]) -> None:
        """Say nothing any more of items with these keys."""
        self._unclear |= {(collection, key) for key in keys if key is not None}

    def decide(self, made: Submitted, items: Sequence[Item], saved: Store) -> list[Allowed]:
        """Return what a server may answer, whatever it had saved before."""
        lifecycle = made.submission.lifecycle
        allowed = decide(lifecycle, items, saved, self._freedom)
        groups: dict[Hashable, list[int]] = {}
        for number, item in enumerate(items):
            if item.key in saved and allowed[number].strict.when is Condition.RIVAL_SAVED:
                self._habits.learn(lifecycle, made.states[number])
            if item.key is not None and (lifecycle.records, item.key) in self._unclear:
                allowed[number] = _anything(allowed[number], lifecycle)
            elif item.key is not None and item.key not in saved and not self._empty:
                groups.setdefault(item.key, []).append(number)
        for numbers in groups.values():
            states = {made.states[number] for number in numbers}
            wrong = any(made.states[number] not in allowed[number].states for number in numbers)
            # Who saved them all knew none of them.
            if wrong and not states <= lifecycle.saving:
                self._explain(made, items, numbers, allowed)
        return allowed

    def _explain(
        self,
        made: Submitted,
        items: Sequence[Item],
        numbers: Sequence[int],
        allowed: list[Allowed],
    ) -> None:
        """Allow what became of the items of one key, where one earlier record led to all of it."""
        group = [items[number] for number in numbers]
        states = [made.states[number] for number in numbers]
        for lifecycle, store in self._pasts(made.submission.lifecycle, group):
            found = decide(lifecycle, group, store, self._freedom)
            if all(state in one.states for state, one in zip(states, found, strict=True)):
                for number, one in zip(numbers, found, strict=True):
                    allowed[number] = _either(allowed[number], one)
                return

    def _pasts(
        self, lifecycle: Lifecycle, group: Sequence[Item]
    ) -> Iterator[tuple[Lifecycle, Store]]:
        """Yield what may have been saved of a key, with each way in which a server treats rivals of it."""
        for value in dict.fromkeys([*(item.value for item in group), _OTHER]):
            for state in self._habits.of(lifecycle, self._freedom):
                rows = tuple(_pinned(row, state) for row in lifecycle.rows)
                yield replace(lifecycle, rows=rows), {group[0].key: [Saved(value)]}


def _pinned(row: Row, state: str) -> Row:
    return replace(row, then=state, silences=()) if row.when is Condition.RIVAL_SAVED else row


def _either(one: Allowed, other: Allowed) -> Allowed:
    states = dict(one.states)
    for state, rows in other.states.items():
        known = states.get(state, ())
        states[state] = (*known, *(row for row in rows if row not in known))
    return Allowed(states, one.strict)


def _anything(one: Allowed, lifecycle: Lifecycle) -> Allowed:
    rows: dict[str, tuple[Row, ...]] = dict.fromkeys(lifecycle.states, (one.strict,))
    return Allowed({**rows, **one.states}, one.strict)
