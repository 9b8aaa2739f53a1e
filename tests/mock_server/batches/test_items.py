"""Which items are identical, which keys are equal: JSON values after parsing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.batches.items import canonical, record_key, split
from mock_server.http.json_bodies import comparable


def same(one: str, other: str) -> bool:
    texts = (one.encode(), other.encode())
    first, second = (canonical(comparable(text)) for text in texts)
    return first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100", "100.0"),
        ("100", "1e2"),
        ("0", "-0.0"),
        ("1.50", "1.5"),
        ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
        ('{"a": {"c": 1.0, "b": []}}', '{"a": {"b": [], "c": 1}}'),
        ('"\\u00e9"', '"é"'),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
def test_equal_values_are_identical_however_they_are_written(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "true"),
        ("0", "false"),
        ("1", '"1"'),
        ("[1, 2]", "[2, 1]"),
        ('"a"', '"A"'),
        ('"a"', '"a "'),
        ('"2024-01-01T00:00:00Z"', '"2024-01-01T00:00:00.000Z"'),
        ('{"a": null}', "{}"),
        ("123456789012345678901234567890", "123456789012345678901234567891"),
        ("0.1", "0.2"),
    ],
)
def test_other_values_are_not(one: str, other: str) -> None:
    assert not same(one, other)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_a_value_is_identical_to_itself_written_in_another_way(value: object) -> None:
    assert same(json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True))


@given(st.lists(st.dictionaries(st.text(), values, max_size=2), min_size=1, max_size=4))
def test_items_are_split_into_the_bytes_that_were_sent(items: list[dict[str, object]]) -> None:
    written = [json.dumps(one, indent=2).encode() for one in items]

    assert split(b" [\n" + b" ,\t".join(written) + b"] ") == written


def test_a_long_key_is_digested_so_that_an_index_can_hold_it() -> None:
    assert len(record_key(["x" * 10_000])) < 100
    assert record_key(["x" * 10_000]) != record_key(["x" * 10_001])
