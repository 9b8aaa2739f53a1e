"""How a request names a resource: a key in the type that the member takes."""

from __future__ import annotations

import pytest

from contract_tests.scenarios.resources.naming import key_value


@pytest.mark.parametrize(
    ("member", "key", "named"),
    [
        ({"type": "integer"}, "59", 59),
        ({"type": ["null", "number"]}, "-7", -7),
        ({"allOf": [{"type": "integer"}]}, "59", 59),
        ({"type": "string"}, "59", "59"),
        ({"type": ["string", "integer"]}, "59", "59"),
        ({}, "59", "59"),
        ({"type": "integer"}, "L-1", "L-1"),
    ],
)
def test_a_key_is_a_number_where_the_member_takes_no_text(
    member: object, key: str, named: object
) -> None:
    schema = {"properties": {"loan": {"properties": {"id": member}}}}

    found = key_value(schema, ("loan", "id"), key)

    assert (type(found), found) == (type(named), named)


def test_a_member_that_the_schema_does_not_name_takes_a_text() -> None:
    assert key_value({"type": "object"}, ("loan",), "59") == "59"
