"""Simple conditions: their values, their order, and what is none."""

from __future__ import annotations

import pytest

from openapi_documents.arazzo.conditions import ConditionError, holds, read_condition
from openapi_documents.arazzo.expressions import (
    Expression,
    ExpressionError,
    filled,
    read_expression,
)

VALUES: dict[str, object] = {
    "$statusCode": 200,
    "$response.body#/state": "Completed",
    "$response.body#/count": 2.5,
    "$inputs.flag": True,
}


def value(expression: Expression) -> object:
    return VALUES.get(expression.text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$statusCode == 200", True),
        ("200 != $statusCode", False),
        ("$response.body#/state == 'completed'", True),
        ("$response.body#/state == 'it''s'", False),
        ("$response.body#/count > 2 && $response.body#/count <= 2.5", True),
        ("$statusCode == 404 || $statusCode == 200 && $inputs.flag", True),
        ("($statusCode == 404 || $statusCode == 200) && !$inputs.flag", False),
        ("$inputs.flag == 1", False),
        ("$inputs.gone == null", True),
        ("$response.body#/state > 3", False),
    ],
)
def test_a_condition_holds_or_does_not(text: str, expected: bool) -> None:
    assert holds(read_condition(text), value) is expected


@pytest.mark.parametrize(
    "text", ["", "$statusCode ==", "$statusCode = 200", "(true", "true true", "$statuscode == 1", "a"]
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        read_condition(text)


@pytest.mark.parametrize(
    "text", ["$", "$request.bodies", "$response.header", "$inputs", "$url.x", "$nobody.x"]
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        read_expression(text)


def test_an_expression_alone_keeps_its_type_and_among_others_becomes_text() -> None:
    assert filled("$statusCode", value) == 200
    assert filled("was {$statusCode}, {$inputs.flag}", value) == "was 200, true"
