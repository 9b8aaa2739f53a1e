"""A finding about a header names it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from contract_tests.scenarios.exploration.explorer import headers_with


@pytest.mark.parametrize(
    ("instance", "named"),
    [("not a uri", " (location)"), (5, " (x-count, x-limit)"), ("other", "")],
)
def test_a_header_is_named_by_the_value_that_is_held_against_it(
    instance: object, named: str
) -> None:
    headers = {"location": ["not a uri"], "x-count": ["5"], "x-limit": ["4", "5"]}
    interaction = SimpleNamespace(response=SimpleNamespace(headers=headers))

    assert headers_with(SimpleNamespace(instance=instance), interaction) == named


def test_without_an_answer_no_header_is_named() -> None:
    assert headers_with(SimpleNamespace(instance="a"), SimpleNamespace(response=None)) == ""
