"""By what items are compared where a contract leaves it open."""

from __future__ import annotations

import json

import pytest

from contract_tests.reading.equality import canonical
from contract_tests.reading.likeness import Likeness, Normalised, Texts


def form(likeness: Likeness, text: str) -> object:
    return likeness.form(json.loads(text), text, {})


@pytest.mark.parametrize(
    ("kind", "one", "two"),
    [
        (Normalised.CASE, '"Ab"', '"aB"'),
        (Normalised.SPACES, '" a "', '"a"'),
        (Normalised.ACCENTS, '"\\u00e9"', '"e\\u0301"'),
        (Normalised.INSTANTS, '"2024-01-01T00:00:00Z"', '"2024-01-01T01:00:00+01:00"'),
        (Normalised.NUMBERS, "17", '"17"'),
    ],
)
def test_each_kind_makes_alike_what_it_names_and_nothing_else(
    kind: Normalised, one: str, two: str
) -> None:
    whole = ('{"a": [' + text + "]}" for text in (one, two))
    first, second = whole
    for other in Normalised:
        likeness = Likeness(frozenset({other}))
        assert (form(likeness, first) == form(likeness, second)) == (other is kind)


@pytest.mark.parametrize(
    ("texts", "two", "same"),
    [
        (Texts.AS_SENT, '{"a": 1, "b": 2}', True),
        (Texts.AS_SENT, '{"a":1, "b": 2}', False),
        (Texts.AS_READ, '{"a":1, "b": 2}', True),
        (Texts.AS_READ, '{"b": 2, "a": 1}', False),
        (Texts.AS_READ, '{"a": 1.0, "b": 2}', False),
    ],
)
def test_texts_are_compared_as_they_were_sent_or_as_they_are_read(
    texts: Texts, two: str, same: bool
) -> None:
    likeness = Likeness(texts=texts)
    assert (form(likeness, '{"a": 1, "b": 2}') == form(likeness, two)) == same


def test_values_are_compared_as_they_are_unless_something_else_is_said() -> None:
    value = {"a": [1, "A "], "b": None}
    assert Likeness().form(value, "", {}) == canonical(value)


def test_members_that_nobody_described_may_be_dropped_in_all_depths() -> None:
    inner = {"type": "object", "properties": {"a": {"type": "integer"}}}
    schema = {"type": "object", "properties": {"one": inner, "many": {"items": inner}}}
    sent = {"one": {"a": 1, "b": 2}, "many": [{"a": 1, "c": 3}], "d": 4}
    kept = {"one": {"a": 1}, "many": [{"a": 1}]}
    assert Likeness(of_described=True).form(sent, "", schema) == canonical(kept)
