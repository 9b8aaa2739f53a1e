"""Rules in CEL: a rule holds when it is true, and only then."""

from __future__ import annotations

import pytest

from mock_server.contracts.expressions import Expression, ExpressionError


@pytest.mark.parametrize(
    ("rule", "instance", "holds"),
    [
        ("self.a > 1", {"a": 2}, True),
        ("self.a > 1", {"a": 1}, False),
        ("self.missing > 1", {"a": 1}, False),
        ("self.a", {"a": "text is not true"}, False),
        ("self.a / 0 == 1", {"a": 1}, False),
        ("self.currency == partner.currency", {"currency": "GBP"}, True),
        ("self.a > 0", {"a": 10**30}, True),
        ("self.a < 0", {"a": -(10**400)}, True),
    ],
)
def test_a_rule_holds_when_it_is_true(rule: str, instance: dict[str, object], holds: bool) -> None:
    assert Expression(rule).holds(instance, {"currency": "GBP"}) is holds


def test_a_rule_that_does_not_compile_is_refused_with_a_reason() -> None:
    with pytest.raises(ExpressionError, match="Syntax error"):
        Expression("self.a ===")
