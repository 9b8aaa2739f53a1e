"""Lists of values are told apart as JSON does, and long ones as fast as they are read."""

from __future__ import annotations

import pytest

from spec_review.reading.parts import without


@pytest.mark.parametrize(
    ("values", "others", "left"),
    [
        ([1, True, 0, False], [1, False], [True, 0]),
        ([1.0, 2], [1], [2]),
        ([None, "null"], [None], ["null"]),
        ([[1], {"a": 1}, {"a": 2}], [{"a": 1}, [1]], [{"a": 2}]),
        (["a", "a"], [], ["a", "a"]),
        ([{"a": [1, {"b": 2}], "c": 1}], [{"c": 1.0, "a": [1, {"b": 2}]}], []),
        ([[1, 2], [2, 1]], [[1, 2]], [[2, 1]]),
    ],
)
def test_the_values_that_another_list_lacks(
    values: list[object], others: list[object], left: list[object]
) -> None:
    assert [repr(one) for one in without(values, others)] == [repr(one) for one in left]


def test_long_lists_are_compared_without_asking_each_about_each() -> None:
    values = [f"v{number}" for number in range(200_000)]
    structures: list[object] = [{"a": [number]} for number in range(20_000)]

    assert without([*values, "new"], values) == ["new"]
    assert without([*structures, {"a": []}], structures) == [{"a": []}]
