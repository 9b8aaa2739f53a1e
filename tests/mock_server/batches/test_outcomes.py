"""What becomes of the items of a submission, as `docs/lifecycle.md` says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.batches.outcomes import Candidate, decide
from mock_server.contracts.lifecycles import Lifecycle, Row, State
from mock_server.storage.records import SavedRecord

STATES = {
    "Pending": State("Pending", initial=True, saved=False),
    "Completed": State("Completed", initial=False, saved=True),
    "Duplicate": State("Duplicate", initial=False, saved=False),
    "Conflict": State("Conflict", initial=False, saved=False),
    "Failed": State("Failed", initial=False, saved=False),
}
RULES = (
    ("rival-in-request", "Conflict"),
    ("invalid", "Failed"),
    ("twin-in-request", "Duplicate"),
    ("twin-saved", "Duplicate"),
    ("rival-saved", "Duplicate"),
    ("otherwise", "Completed"),
)


def declared(rules: Sequence[tuple[str, str]] = RULES) -> Lifecycle:
    rows = tuple(
        Row(number, when, then, None, "a test", ()) for number, (when, then) in enumerate(rules, 1)
    )
    return Lifecycle("clients", ("id",), "clients", STATES, rows)


def item(text: str) -> Candidate:
    """`A` is an item of key A, `A'` another of that key, `A!` an invalid one, `!` one without a key."""
    errors = ("it is invalid",) if "!" in text else ()
    return Candidate(text.encode(), text[0] if text[0].isalpha() else None, errors)


def states(items: str, saved: str = "", lifecycle: Lifecycle | None = None) -> list[str]:
    records = {text[0]: [SavedRecord(text.encode(), "earlier", 0, 0)] for text in saved.split()}
    outcomes = decide(lifecycle or declared(), [item(text) for text in items.split()], records)
    return [outcome.row.then for outcome in outcomes]


@pytest.mark.parametrize(
    ("saved", "request_items", "expected"),
    [
        ("", "A", "Completed"),
        ("", "A A", "Completed Duplicate"),
        ("", "A A A", "Completed Duplicate Duplicate"),
        ("", "A A'", "Conflict Conflict"),
        ("", "A A A'", "Conflict Conflict Conflict"),
        ("", "A B A' B", "Conflict Completed Conflict Duplicate"),
        ("", "A!", "Failed"),
        ("", "A! A!", "Failed Failed"),
        ("", "A A!", "Conflict Conflict"),
        ("A", "A", "Duplicate"),
        ("A", "A'", "Duplicate"),
        ("A", "A A", "Duplicate Duplicate"),
        ("A", "A A'", "Conflict Conflict"),
        ("", "!", "Failed"),
        ("", "a A", "Completed Completed"),
    ],
)
def test_every_row_of_the_table_comes_out_as_it_says(
    saved: str, request_items: str, expected: str
) -> None:
    assert states(request_items, saved) == expected.split()


def test_two_rows_swapped_change_what_they_decide() -> None:
    swapped = declared([RULES[1], RULES[0], *RULES[2:]])

    assert states("A A!", lifecycle=swapped) == ["Conflict", "Failed"]


def test_a_row_left_out_decides_nothing() -> None:
    without_twins = declared([rule for rule in RULES if rule[0] != "twin-in-request"])

    assert states("A A", lifecycle=without_twins) == ["Completed", "Completed"]


def test_an_item_without_a_key_can_only_be_invalid() -> None:
    twins_first = declared([RULES[2], *RULES])

    assert states("! !", lifecycle=twins_first) == ["Failed", "Failed"]


def test_an_item_is_told_what_it_collided_with() -> None:
    record = SavedRecord(b"A", "earlier", 7, 1)
    items = [item("A"), item("B"), item("B'"), item("B")]

    outcomes = decide(declared(), items, {"A": [record]})

    assert outcomes[0].record == record
    assert [outcome.other_item for outcome in outcomes] == [None, 2, 1, 2]


def test_a_saved_item_has_no_errors_and_any_other_final_one_has() -> None:
    invalid_is_saved = declared([("invalid", "Completed"), *RULES])

    assert decide(invalid_is_saved, [item("A!")], {})[0].errors == ()
    for outcome in decide(declared(), [item("A"), item("A"), item("B!"), item("!")], {})[1:]:
        assert outcome.errors


def naive(
    rules: Sequence[tuple[str, str]], items: Sequence[Candidate], saved: set[bytes]
) -> list[str]:
    """Every item against every other: `docs/lifecycle.md`, word for word."""

    def holds(when: str, place: int) -> bool:
        mine = items[place]
        if when in ("invalid", "otherwise"):
            return when == "otherwise" or bool(mine.errors)
        if mine.key is None:
            return False
        others = [other for at, other in enumerate(items) if at != place]
        return {
            "rival-in-request": any(
                other.key == mine.key and other.identity != mine.identity for other in others
            ),
            "twin-in-request": any(other.identity == mine.identity for other in items[:place]),
            "twin-saved": mine.identity in saved,
            "rival-saved": any(
                chr(identity[0]) == mine.key and identity != mine.identity for identity in saved
            ),
        }[when]

    return [next(then for when, then in rules if holds(when, place)) for place in range(len(items))]


names = st.sampled_from(["A", "A'", "A!", "B", "B'", "B!", "!", "C"])


@given(
    items=st.lists(names, min_size=1, max_size=12),
    saved=st.sets(st.sampled_from(["A", "A'", "B"])),
    rules=st.permutations(RULES[:-1]),
)
def test_the_linear_judgement_agrees_with_the_naive_one_for_any_order_of_rows(
    items: list[str], saved: set[str], rules: list[tuple[str, str]]
) -> None:
    ordered = [*rules, RULES[-1]]
    candidates = [item(text) for text in items]
    records: dict[str, list[SavedRecord]] = {}
    for text in sorted(saved):
        records.setdefault(text[0], []).append(SavedRecord(text.encode(), "earlier", 0, 0))

    outcomes = decide(declared(ordered), candidates, records)

    identities = {text.encode() for text in saved}
    assert [outcome.row.then for outcome in outcomes] == naive(ordered, candidates, identities)
