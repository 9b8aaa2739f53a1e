"""A value for a schema is one that a server has a use for."""

from __future__ import annotations

import pytest

from contract_tests.generation.samples import sample


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "minimum": -1000}, 1),
        ({"type": "integer", "minimum": -1000, "maximum": -5}, -1000),
        ({"type": "number", "minimum": 0}, 0),
        ({"type": "integer", "minimum": -9, "multipleOf": 4}, 4),
    ],
)
def test_a_number_is_small_and_not_below_zero_where_it_may_be(
    schema: dict[str, object], value: int
) -> None:
    assert sample(schema) == value
