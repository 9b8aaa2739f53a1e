"""The oracle against every row of the table of docs/lifecycle.md, in both modes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.judging.freedom import Freedom
from contract_tests.judging.mode import Mode
from contract_tests.judging.oracle import Allowed, Doubt, Item, Known, Saved, decide
from contract_tests.reading.lifecycle import Condition, Lifecycle
from tests.contract_tests.contracts import V2

CLIENTS = V2.lifecycles["partner-client"]
SHORT = {"P": "Pending", "C": "Completed", "D": "Duplicate", "X": "Conflict", "F": "Failed"}


def item(letter: str) -> Item:
    """`A'` has the key of A and other data, `A!` is invalid, `?` has no key."""
    key = None if letter == "?" else letter[0]
    return Item(key, letter, Doubt.INVALID if letter[-1] in "!?" else Doubt.VALID)


def decided(saved: str, request: str, mode: Mode, lifecycle: Lifecycle = CLIENTS) -> list[Allowed]:
    store: dict[Hashable, list[Saved]] = {}
    for letter in saved.split():
        store.setdefault(letter[0], []).append(Saved(letter))
    items = [item(letter) for letter in request.split()]
    return decide(lifecycle, items, store, Freedom(mode, V2.silences))


TABLE = [
    ("", "A", "C"),
    ("", "A A", "CD"),
    ("", "A A A", "CDD"),
    ("", "A A'", "XX"),
    ("", "A A A'", "XXX"),
    ("", "A B A' B", "XCXD"),
    ("", "A!", "F"),
    ("", "A! A!", "FF"),
    ("", "A A!", "XX"),
    ("A", "A", "D"),
    ("A", "A'", "D"),
    ("A", "A A", "DD"),
    ("A", "A A'", "XX"),
    ("", "?", "F"),
    ("", "? ?", "FF"),
    ("", "A a", "CC"),
    ("A", "A!", "F"),
]


@pytest.mark.parametrize(("saved", "request_", "expected"), TABLE)
def test_strict_mode_allows_exactly_the_outcome_of_the_table(
    saved: str, request_: str, expected: str
) -> None:
    allowed = decided(saved, request_, Mode.STRICT)
    assert [list(one.states) for one in allowed] == [[SHORT[letter]] for letter in expected]


DOCUMENTED = [
    ("", "A A", ["C", "D"]),
    ("", "A A'", ["X", "X"]),
    ("", "A A!", ["CX", "FX"]),
    ("", "A! A!", ["F", "DF"]),
    ("", "A A A'", ["X", "DX", "X"]),
    ("A", "A", ["D"]),
    ("A", "A'", ["CDX"]),
    ("A", "A A", ["D", "D"]),
    ("", "A!", ["F"]),
    ("", "?", ["F"]),
]


@pytest.mark.parametrize(("saved", "request_", "expected"), DOCUMENTED)
def test_documented_mode_allows_what_some_order_of_the_conditions_gives(
    saved: str, request_: str, expected: list[str]
) -> None:
    allowed = decided(saved, request_, Mode.DOCUMENTED)
    assert [sorted(one.states) for one in allowed] == [
        sorted(SHORT[letter] for letter in letters) for letters in expected
    ]


letters = st.sampled_from(["A", "A'", "A''", "A!", "A!!", "B", "B'", "B!", "?"])


@settings(deadline=None)
@given(st.lists(letters, max_size=7), st.sets(st.sampled_from(["A", "A'", "B"]), max_size=1))
def test_documented_mode_never_forbids_what_strict_mode_demands(
    request_: list[str], saved: set[str]
) -> None:
    strict = decided(" ".join(saved), " ".join(request_), Mode.STRICT)
    left_open = decided(" ".join(saved), " ".join(request_), Mode.DOCUMENTED)
    for one, other in zip(strict, left_open, strict=True):
        assert set(one.states) <= set(other.states)


stores = st.lists(st.tuples(st.sampled_from(["A", "A'", "B"]), st.booleans()), max_size=3)


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(letters, max_size=5), stores), max_size=8))
def test_what_was_worked_out_for_others_is_right_for_those_alike(
    requests: list[tuple[list[str], list[tuple[str, bool]]]],
) -> None:
    known: Known = {}
    freedom = Freedom(Mode.DOCUMENTED, V2.silences)
    for request_, saved in requests:
        store: dict[Hashable, list[Saved]] = {}
        for letter, doubtful in saved:
            store.setdefault(letter[0], []).append(Saved(letter, doubtful))
        items = [item(letter) for letter in request_]
        remembered = decide(CLIENTS, items, store, freedom, known)
        assert remembered == decide(CLIENTS, items, store, freedom)


@settings(deadline=None)
@given(st.lists(letters, min_size=1, max_size=6), st.lists(letters, max_size=4))
def test_items_of_other_keys_never_change_an_outcome(ours: list[str], others: list[str]) -> None:
    renamed = [f"C{letter[1:]}" for letter in others if letter != "?"]
    alone = decided("", " ".join(ours), Mode.STRICT)
    together = decided("", " ".join([*ours, *renamed]), Mode.STRICT)
    assert [one.states for one in alone] == [one.states for one in together[: len(ours)]]


def test_swapped_rows_of_the_declaration_change_the_outcome() -> None:
    rows = {row.when: row for row in CLIENTS.rows}
    order = (Condition.INVALID, *(one for one in rows if one is not Condition.INVALID))
    swapped = replace(CLIENTS, rows=tuple(rows[one] for one in order))
    allowed = decided("", "A A!", Mode.STRICT, swapped)
    assert [list(one.states) for one in allowed] == [["Conflict"], ["Failed"]]


@pytest.mark.parametrize(
    ("saved", "request_", "states", "together"),
    [
        ("", "A A!", "XX", True),
        ("", "A A!", "CF", True),
        ("", "A A!", "XF", False),
        ("", "A A!", "CX", False),
        ("", "A A A'", "XXX", True),
        ("", "A A A'", "XDX", True),
        ("A", "A A'", "XX", True),
        ("A", "A A'", "XD", False),
    ],
)
def test_one_order_of_the_conditions_leads_to_all_states_of_a_key(
    saved: str, request_: str, states: str, together: bool
) -> None:
    (group,) = {one.group for one in decided(saved, request_, Mode.DOCUMENTED)}
    assert group is not None
    assert group.allows([SHORT[letter] for letter in states]) == together


@settings(deadline=None)
@given(st.lists(letters, max_size=6))
def test_what_strict_mode_demands_may_stand_side_by_side(request_: list[str]) -> None:
    strict = [one.strict.then for one in decided("", " ".join(request_), Mode.STRICT)]
    groups = {one.group for one in decided("", " ".join(request_), Mode.DOCUMENTED)}
    assert all(one is None or one.allows(strict) for one in groups)


def test_a_replaced_record_leaves_both_readings_open() -> None:
    store: dict[Hashable, list[Saved]] = {"A": [Saved("A", doubtful=True), Saved("A'")]}
    freedom = Freedom(Mode.DOCUMENTED, V2.silences)
    (allowed,) = decide(CLIENTS, [item("A")], store, freedom)
    assert set(allowed.states) == {"Duplicate", "Conflict", "Completed"}


def test_every_case_of_three_items_has_an_outcome_in_both_modes() -> None:
    for request_ in product(["A", "A'", "A!", "B"], repeat=3):
        for mode in Mode:
            assert len(decided("A", " ".join(request_), mode)) == 3
