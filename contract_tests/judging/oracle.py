"""What a server may answer, decided naively from the declaration (docs/lifecycle.md#documented).

An item is compared with every other item of its key; the key is an equality too, so items of
other keys cannot be twins or rivals of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import permutations

from contract_tests.judging.freedom import Freedom
from contract_tests.reading.lifecycle import Condition, Lifecycle, Row
from contract_tests.reading.silences import OtherState, ShownStates


class Doubt(Enum):
    """Whether an item is invalid; with a silence, a server may see it either way."""

    VALID = "valid"
    INVALID = "invalid"
    EITHER = "either"


@dataclass(frozen=True)
class Item:
    """What the oracle needs to know of an item."""

    key: Hashable | None
    value: Hashable
    doubt: Doubt


@dataclass
class Saved:
    """A record that a server said it has saved.

    A record is doubtful after a server saved a rival of it: it may have been replaced.
    """

    value: Hashable
    doubtful: bool = False


@dataclass(frozen=True)
class Group:
    """The items of one key by their numbers in a request, and what a server may make of all of them together.

    Each of `ways` has for every item the states that one order of the conditions leads to: a server follows one order.
    """

    numbers: tuple[int, ...]
    ways: tuple[tuple[frozenset[str], ...], ...]

    def allows(self, states: Sequence[str]) -> bool:
        """Whether the states of a request's items may stand side by side."""
        came = [states[number] for number in self.numbers]
        return any(
            all(state in may for state, may in zip(came, way, strict=True)) for way in self.ways
        )


@dataclass(frozen=True)
class Allowed:
    """The states that an item may end in, each with the rows that lead to it.

    `strict` is the row that decides by the contract's own choices; `group` says what may stand side by side, None where
    each item is judged alone.
    """

    states: dict[str, tuple[Row, ...]]
    strict: Row
    group: Group | None = None


Judged = tuple[list[Allowed], tuple[tuple[frozenset[str], ...], ...]]
Known = dict[Hashable, Judged]
"""What groups of items get, by what decides about it."""

STAGES = {
    Condition.RIVAL_IN_REQUEST: "rival",
    Condition.INVALID: "invalid",
    Condition.TWIN_IN_REQUEST: "twin",
    Condition.TWIN_SAVED: "saved",
    Condition.RIVAL_SAVED: "saved",
}


def decide(
    lifecycle: Lifecycle,
    items: Sequence[Item],
    saved: dict[Hashable, list[Saved]],
    freedom: Freedom,
    known: Known | None = None,
) -> list[Allowed]:
    """Return for each item of a request what a server may answer, given what it saved before.

    `known` is what was worked out before for the same lifecycle and freedom; it is added to.
    """
    known = {} if known is None else known
    groups: dict[Hashable, list[int]] = {}
    for number, item in enumerate(items):
        # An item without a key meets nobody but its own copies.
        groups.setdefault(("alone", item.value) if item.key is None else item.key, []).append(
            number
        )
    answers: dict[int, Allowed] = {}
    for key, numbers in groups.items():
        group = [items[number] for number in numbers]
        records = saved.get(key, [])
        alike = _likeness(group, records)
        if alike not in known:
            known[alike] = _judge_group(lifecycle, group, records, freedom)
        judged, ways = known[alike]
        together = Group(tuple(numbers), ways) if len(numbers) > 1 and ways else None
        for number, allowed in zip(numbers, judged, strict=True):
            answers[number] = replace(allowed, group=together) if together else allowed
    return [answers[number] for number in range(len(items))]


def _likeness(group: list[Item], records: list[Saved]) -> Hashable:
    """Return all of a group that its answers depend on: which items are the same, and what each is to the records."""
    every = [record.value for record in records]
    certain = [record.value for record in records if not record.doubtful]
    firsts: dict[Hashable, int] = {}
    return len(every) == len(certain), tuple(
        (
            firsts.setdefault(item.value, number),
            item.key is None,
            item.doubt,
            *(
                (item.value in store, any(item.value != one for one in store))
                for store in (every, certain)
            ),
        )
        for number, item in enumerate(group)
    )


def _judge_group(
    lifecycle: Lifecycle,
    group: list[Item],
    records: list[Saved],
    freedom: Freedom,
) -> Judged:
    """Return what each item of a key may become, and what all of them may become together."""
    every = [record.value for record in records]
    certain = [record.value for record in records if not record.doubtful]
    invalid = [item.doubt is Doubt.INVALID for item in group]
    strictly = [_first_row(lifecycle, group, invalid, every, n) for n in range(len(group))]
    if freedom.strict:
        return [Allowed({row.then: (row,)}, row) for row in strictly], ()
    ways: dict[tuple[frozenset[str], ...], None] = {}
    found: list[dict[str, list[Row]]] = [{} for _ in group]
    readings = [invalid]
    if any(item.doubt is Doubt.EITHER for item in group):
        readings.append([item.doubt is not Doubt.VALID for item in group])
    stores = [every] if every == certain else [every, certain]
    for reading in readings:
        for store in stores:
            for order in _orders(lifecycle):
                rows = _decide(lifecycle, group, reading, store, order)
                ways[tuple(_shown_states(row, freedom) for row in rows)] = None
                for number, row in enumerate(rows):
                    for state in _states(row, freedom):
                        known = found[number].setdefault(state, [])
                        if row not in known:
                            known.append(row)
    allowed = [
        Allowed(_with_shown({state: tuple(rows) for state, rows in states.items()}, freedom), row)
        for states, row in zip(found, strictly, strict=True)
    ]
    if len(readings) > 1:
        ways.clear()  # a server may see each of the doubtful items in its own way
    return allowed, tuple(ways)


def _shown_states(row: Row, freedom: Freedom) -> frozenset[str]:
    return frozenset(_with_shown(dict.fromkeys(_states(row, freedom), (row,)), freedom))


def _with_shown(states: dict[str, tuple[Row, ...]], freedom: Freedom) -> dict[str, tuple[Row, ...]]:
    """Return states with those that a server may show instead of them."""
    shown = {
        one.shown[state]: rows
        for one in freedom.leaves_open(ShownStates)
        for state, rows in states.items()
        if state in one.shown
    }
    return {**shown, **states}


def _holds(
    when: Condition,
    group: list[Item],
    invalid: list[bool],
    store: list[Hashable],
    number: int,
    present: set[int],
) -> bool:
    item = group[number]
    if when is Condition.OTHERWISE or item.key is None:
        return when in {Condition.OTHERWISE, Condition.INVALID}
    if when is Condition.INVALID:
        return invalid[number]
    if when is Condition.TWIN_SAVED:
        return item.value in store
    if when is Condition.RIVAL_SAVED:
        return any(value != item.value for value in store)
    twins = when is Condition.TWIN_IN_REQUEST
    return any(
        n < number and group[n].value == item.value if twins else group[n].value != item.value
        for n in range(len(group))
        if n != number and n in present
    )


def _first_row(
    lifecycle: Lifecycle,
    group: list[Item],
    invalid: list[bool],
    store: list[Hashable],
    number: int,
) -> Row:
    present = set(range(len(group)))
    for row in lifecycle.rows:
        if _holds(row.when, group, invalid, store, number, present):
            return row
    raise LookupError(f"no outcome row of {lifecycle.name} holds; the last should be `otherwise`")


def _orders(lifecycle: Lifecycle) -> list[tuple[str, ...]]:
    stages = dict.fromkeys(STAGES[row.when] for row in lifecycle.rows if row.when in STAGES)
    return list(permutations(stages))


def _decide(
    lifecycle: Lifecycle,
    group: list[Item],
    invalid: list[bool],
    store: list[Hashable],
    order: tuple[str, ...],
) -> list[Row]:
    decided: dict[int, Row] = {}
    for stage in order:
        open_ones = {number for number in range(len(group)) if number not in decided}
        for number in sorted(open_ones):
            for row in lifecycle.rows:
                if STAGES.get(row.when) != stage or number in decided:
                    continue
                # A server that looks for twins first need not ask for their key.
                twin = row.when is Condition.TWIN_IN_REQUEST and any(
                    n < number and group[n].value == group[number].value for n in open_ones
                )
                if twin or _holds(row.when, group, invalid, store, number, open_ones):
                    decided[number] = row
    last = lifecycle.rows[-1]
    return [decided.get(number, last) for number in range(len(group))]


def _states(row: Row, freedom: Freedom) -> list[str]:
    """Return the states that a row leads to: by the contract's choice, then by each alternative."""
    return [row.then, *(one.state for one in freedom.alternatives(row.silences, OtherState))]
