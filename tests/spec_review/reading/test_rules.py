"""What two engines say of a rule, and that no rule takes more time or memory than it may."""

from __future__ import annotations

import time
from typing import Any

import pytest

from spec_review.reading.engines import ENGINES, Answers
from spec_review.reading.partners import KNOWN, partners_of
from spec_review.reading.rules import LONGEST, Engines

ENGINES_OF_ALL = Engines()


def answers(expression: str, item: Any) -> Answers:
    return ENGINES_OF_ALL.compiled(expression).answers(item, KNOWN[0])


@pytest.mark.parametrize(
    ("expression", "item", "expected"),
    [
        ("self.a > 1", {"a": 2}, "true"),
        ("self.a > 1", {"a": 1}, "false"),
        ("self.a > 1", {}, "missing"),
        ("self.a + 1 > 1", {"a": "2"}, "mistyped"),
        ("timestamp(self.a).getFullYear() > 2000", {"a": "2016-02-30T00:00:00Z"}, "error"),
        ("self.a / self.b > 1", {"a": 1, "b": 0}, "error"),
        ("self.a.map(x, x + 1) == [2, 3]", {"a": [1, 2]}, "true"),
        ("self.a.map(x, x / 0) == [2, 3]", {"a": [1, 2]}, "error"),
        ("partner.currency == 'GBP'", {}, "true"),
    ],
)
def test_both_engines_say_the_same(expression: str, item: Any, expected: str) -> None:
    assert answers(expression, item) == (expected, expected)


def test_the_engines_may_differ() -> None:
    """One counts the letters of a text, the other its bytes."""
    assert answers("size(self.a) == 5", {"a": "fünf."}) == ("true", "false")


@pytest.mark.parametrize(
    "expression",
    [
        "[0]" + ".map(x, x + x)" * 40 + " == [0]",
        "['xxxxxxxx']" + ".map(x, x + x)" * 40 + " == ['']",
        "[[0]]" + ".map(x, x + x)" * 40 + " == [[0]]",
        "self.a.all(b, self.a.all(c, self.a.all(d, self.a.all(e, b + c + d + e >= 0))))",
        "self.a.map(b, self.a.map(c, self.a.map(d, self.a.map(e, b)))) == []",
    ],
)
def test_a_rule_that_would_take_every_memory_is_given_up_soon(expression: str) -> None:
    item = {"a": list(range(200))}
    began = time.process_time()

    found = [answers(expression, item) for _ in range(3)]

    assert time.process_time() - began < 5
    assert all(each in (("exhausted", "exhausted"), ("false", "false")) for each in found)


def test_a_rule_is_asked_again_after_another_one_was_given_up() -> None:
    assert "exhausted" in answers("[[0]]" + ".map(x, x + x)" * 40 + " == [[0]]", {})
    assert answers("self.a.map(x, x + 1) == [2]", {"a": [1]}) == ("true", "true")


@pytest.mark.parametrize(
    ("expression", "engines"),
    [
        ("self.a >", ENGINES),
        ("self.a > 1" + " || self.a > 1" * (LONGEST // 10), ENGINES),
        ("'text'", ENGINES[:1]),
        ("strange(self.a)", ENGINES[:1]),
    ],
)
def test_a_rule_that_an_engine_does_not_take_is_refused_in_a_sentence(
    expression: str, engines: tuple[str, ...]
) -> None:
    refusals = ENGINES_OF_ALL.compiled(expression).refusals

    assert tuple(refusal.engine for refusal in refusals) == engines
    assert all(refusal.sentence and "\n" not in refusal.sentence for refusal in refusals)


def test_a_refusal_names_the_place_in_the_rule() -> None:
    (refusal, *_) = ENGINES_OF_ALL.compiled("self.a &&\n nope(self.b)").refusals

    assert refusal.offset == len("self.a &&\n nope")


def test_two_callers_have_every_attribute_that_rules_read() -> None:
    first, second = partners_of(["self.a == partner.tier || partner['level'] == 'gold'"])

    assert first.keys() == second.keys() == {*KNOWN[0], "tier", "level"}
    assert first["level"] == "gold"
    assert all(first[name] != second[name] for name in first)
