"""Patterns have the meaning of JSON Schema, and a search ends."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.reading.patterns import PatternError, compiled, matches, require_end


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^a$", "a\n", False),
        (r"^\d$", "\u0664", False),
        (r"^\$a$", "$a", True),
        (r"^[$a]+$", "a$", True),
        (r"^(?<part>a|b)(?<!b)$", "a", True),
        (r"^\p{Lu}$", "\u00c9", True),
        ("b", "abc", True),
    ],
)
def test_a_pattern_means_what_it_means_in_json_schema(pattern: str, text: str, found: bool) -> None:
    assert matches(pattern, text) is found


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|aa)+$", "^(([a-z])+.)+[A-Z]"])
def test_a_pattern_whose_search_has_no_end_is_told(pattern: str) -> None:
    with pytest.raises(PatternError, match="takes more than 1 s"):
        require_end(pattern)


@given(st.from_regex(r"\A(\(?[ab.]\)?[*+?]?){1,6}\$?\Z"))
@settings(max_examples=40, deadline=None)
def test_every_search_ends_soon_or_is_told(pattern: str) -> None:
    started = time.monotonic()
    with contextlib.suppress(PatternError):
        matches(pattern, "ab" * 30 + "!")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "pattern", [r"^[A-Za-z0-9._-]{1,64}$", r"^[0-9]{4}-[0-9]{2}$", "a{0,1000}"]
)
def test_patterns_that_people_write_end(pattern: str) -> None:
    require_end(pattern)


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "(a{9999}){9999}"])
def test_what_cannot_be_compiled_is_told(pattern: str) -> None:
    with pytest.raises(PatternError):
        compiled(pattern)
