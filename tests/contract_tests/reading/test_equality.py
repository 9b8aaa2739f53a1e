"""Two values are identical exactly when they are equal after parsing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.reading.equality import canonical, identical


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
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
    ],
)
def test_values_are_identical_exactly_when_they_are_equal_after_parsing(
    one: object, other: object, equal: bool
) -> None:
    assert identical(one, other) is equal
    assert (canonical(one) == canonical(other)) is equal


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, 2.0]) | st.text("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)  # fmt: skip


@given(json_values, json_values)
def test_the_canonical_form_agrees_with_the_comparison_member_by_member(
    one: object, other: object
) -> None:
    assert identical(one, other) == (canonical(one) == canonical(other))
