"""The oracle against every row of lifecycle.md section 3, in both modes."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.judging.oracle import Allowed, Doubt, Item, Mode, Saved, judge
from contract_tests.reading import contract
from contract_tests.reading.contract import Lifecycle
from contract_tests.reading.equality import canonical, identical

V2 = contract.read(contract.find("partner-client-service-v2"))
CLIENTS = V2.lifecycles["partner-client"]
SHORT = {"P": "Pending", "C": "Completed", "D": "Duplicate", "X": "Conflict", "F": "Failed"}


def item(letter: str) -> Item:
    """`A'` has the key of A and other data, `A!` is invalid, `?` has no key."""
    key = None if letter == "?" else letter[0]
    return Item(key, letter, Doubt.INVALID if letter[-1] in "!?" else Doubt.VALID)


def decide(saved: str, request: str, mode: Mode, lifecycle: Lifecycle = CLIENTS) -> list[Allowed]:
    store: dict[object, list[Saved]] = {}
    for letter in saved.split():
        store.setdefault(letter[0], []).append(Saved(letter))
    items = [item(letter) for letter in request.split()]
    return judge(lifecycle, items, store, mode, dict(V2.silences))  # type: ignore[arg-type]


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
    answers = decide(saved, request_, Mode.STRICT)
    assert [list(one.states) for one in answers] == [[SHORT[letter]] for letter in expected]


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
def test_documented_mode_allows_what_some_order_of_the_stages_gives(
    saved: str, request_: str, expected: list[str]
) -> None:
    answers = decide(saved, request_, Mode.DOCUMENTED)
    assert [sorted(one.states) for one in answers] == [
        sorted(SHORT[letter] for letter in letters) for letters in expected
    ]


letters = st.sampled_from(["A", "A'", "A''", "A!", "A!!", "B", "B'", "B!", "?"])


@given(st.lists(letters, max_size=7), st.sets(st.sampled_from(["A", "A'", "B"]), max_size=1))
def test_documented_mode_never_forbids_what_strict_mode_demands(
    request_: list[str], saved: set[str]
) -> None:
    strict = decide(" ".join(saved), " ".join(request_), Mode.STRICT)
    open_ones = decide(" ".join(saved), " ".join(request_), Mode.DOCUMENTED)
    for one, other in zip(strict, open_ones, strict=True):
        assert set(one.states) <= set(other.states)


@given(st.lists(letters, min_size=1, max_size=6), st.lists(letters, max_size=4))
def test_items_of_other_keys_never_change_an_outcome(ours: list[str], others: list[str]) -> None:
    renamed = [f"C{letter[1:]}" for letter in others if letter != "?"]
    alone = decide("", " ".join(ours), Mode.STRICT)
    together = decide("", " ".join([*ours, *renamed]), Mode.STRICT)
    assert [one.states for one in alone] == [one.states for one in together[: len(ours)]]


def test_swapped_rows_of_the_declaration_change_the_outcome() -> None:
    rows = {row.when: row for row in CLIENTS.rows}
    order = ["invalid", "rival-in-request", "twin-in-request", "twin-saved", "rival-saved"]
    swapped = Lifecycle(
        name=CLIENTS.name,
        key=CLIENTS.key,
        records=CLIENTS.records,
        states=CLIENTS.states,
        initial=CLIENTS.initial,
        saving=CLIENTS.saving,
        rows=tuple(rows[name] for name in [*order, "otherwise"]),
        silences=(),
    )
    answers = decide("", "A A!", Mode.STRICT, swapped)
    assert [list(one.states) for one in answers] == [["Conflict"], ["Failed"]]


def test_a_replaced_record_leaves_both_readings_open() -> None:
    store = {"A": [Saved("A", doubtful=True), Saved("A'")]}
    answer = judge(CLIENTS, [item("A")], store, Mode.DOCUMENTED, dict(V2.silences))[0]  # type: ignore[arg-type]
    assert set(answer.states) == {"Duplicate", "Conflict", "Completed"}


EQUAL = [
    (100, 100.0, True),
    (True, 1, False),
    (False, 0, False),
    (1, "1", False),
    (None, "", False),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
    ([1, 2], [2, 1], False),
    ({"a": None}, {}, False),
    ("é", "e\u0301", False),
    (2**53, 2**53 + 1, False),
    ([{"a": [1.0]}], [{"a": [1]}], True),
    ([], {}, False),
]


@pytest.mark.parametrize(("one", "other", "equal"), EQUAL)
def test_values_are_identical_exactly_when_they_are_equal_after_parsing(
    one: object, other: object, equal: bool
) -> None:
    assert identical(one, other) is equal
    assert (canonical(one) == canonical(other)) is equal


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 1.0, 2.0])
    | st.text("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)


@given(json_values, json_values)
def test_the_canonical_form_agrees_with_the_comparison_member_by_member(
    one: object, other: object
) -> None:
    assert identical(one, other) == (canonical(one) == canonical(other))


def test_every_case_of_three_items_has_an_outcome_in_both_modes() -> None:
    for request_ in product(["A", "A'", "A!", "B"], repeat=3):
        for mode in Mode:
            assert len(decide("A", " ".join(request_), mode)) == 3
