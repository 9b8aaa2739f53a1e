"""The x-rules: whether they hold, and that each of them comes to an end."""

from __future__ import annotations

import time

import pytest

from contract_tests.reading.expressions import (
    ExpressionError,
    Trial,
    holds,
    members_read,
    partner_attributes,
    require_end,
)


@pytest.mark.parametrize(
    ("expression", "value", "true"),
    [
        ("self.a > 0", {"a": 1}, True),
        ("self.a > 0", {"a": -1}, False),
        ("self.a > 0", {}, False),
        ("self.a", {"a": 1}, False),
        ("self.a == partner.currency", {"a": "GBP"}, True),
        ("self.a > 0.0", {"a": 10**400}, True),
    ],
)
def test_a_rule_holds_only_where_it_is_true(expression: str, value: object, true: bool) -> None:
    assert holds(expression, value, {"currency": "GBP"}) is true


def test_what_an_expression_reads_is_known() -> None:
    assert members_read("self.a > self.b && self.a < 3") == ("a", "b")
    assert members_read("self.a > 0 && size(self) == 2") is None
    assert partner_attributes("self.a == partner.currency") == {"currency"}


def test_rules_that_people_write_end() -> None:
    require_end(
        [Trial("self.all(one, one < 3)", [[1, 2]]), Trial("self.a.matches('^a+$')", [{"a": "b"}])],
        {},
    )


NESTED = "self.all(a, self.all(b, self.all(c, self.all(d, self.all(e, self.all(f, a == f))))))"


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("self.a >", "it cannot be read"),
        ("999 999 (", "it cannot be read"),
        ("self" * 10_000, "more than 20000 characters"),
        (NESTED, "it takes more than"),
    ],
)
def test_a_rule_that_has_no_end_is_told_by_its_number(expression: str, why: str) -> None:
    started = time.monotonic()
    with pytest.raises(ExpressionError, match=why) as caught:
        require_end([Trial("true", [1]), Trial(expression, [[1] * 50])], {})
    assert caught.value.number == 1
    assert time.monotonic() - started < 10
