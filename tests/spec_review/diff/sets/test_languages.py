"""The texts that patterns take, compared as ECMA-262 reads them."""

from __future__ import annotations

import pytest
import regress
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_review.diff.sets.languages import is_within, lengths, takes_all, texts_of

PIECES = st.sampled_from(["a", "b", "[a-c]", "\\d", "a*", "b?", "(ab|c)", "[a-z]{2,3}", ".", "x+"])
PATTERNS = st.builds(
    lambda opened, pieces, closed: f"{opened}{''.join(pieces)}{closed}",
    st.sampled_from(["", "^"]), st.lists(PIECES, min_size=1, max_size=4), st.sampled_from(["", "$"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("^[a-z]{3}$", "^[a-z]+$"),
        ("^[a-z]+$", ".*"),
        ("^abc$", "b"),
        ("^\\d{4}$", "^[0-9]+$"),
        ("^(a|b)$", "^[ab]$"),
        ("^a", "a"),
        ("^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$", "^[A-Z]{2}[A-Z0-9]{13,32}$"),
    ],
)
def test_a_pattern_is_within_a_wider_one_and_not_the_reverse_unless_equal(
    narrow: str, wide: str
) -> None:
    assert is_within(narrow, wide)
    assert is_within(wide, narrow) == (narrow == "^(a|b)$" or narrow == "^\\d{4}$" == wide)


@pytest.mark.parametrize(
    "pattern", ["(?=a)b", "(a)\\1", "^a|b$", "a{5000}", "\\p{L}", "^(a|b)*a(a|b){16}$"]
)
def test_nothing_is_said_of_a_pattern_that_has_no_automaton_of_a_decent_size(pattern: str) -> None:
    assert not is_within(pattern, "^q$")
    assert not takes_all(pattern)


@pytest.mark.parametrize(
    ("pattern", "taken"), [(".*", True), ("", True), ("^.*$", False), ("^$", False)]
)
def test_a_pattern_that_searches_for_nothing_takes_every_text(pattern: str, taken: bool) -> None:
    assert takes_all(pattern) == taken


@pytest.mark.parametrize(
    ("pattern", "bounds"), [("^[a-z]{2,4}$", (2, 4)), ("^a+$", (1, None)), ("b", (1, None)), ("^$", (0, 0))]
)  # fmt: skip
def test_the_lengths_that_a_pattern_allows(pattern: str, bounds: tuple[int, int | None]) -> None:
    assert lengths(pattern) == bounds


@settings(deadline=None)
@given(PATTERNS)
def test_every_text_that_is_made_for_a_pattern_is_found_by_it(pattern: str) -> None:
    assert all(regress.Regex(pattern).find(text) for text in texts_of(pattern))


@settings(deadline=None)
@given(PATTERNS, PATTERNS)
def test_a_text_outside_of_another_pattern_shows_that_it_is_no_wider(one: str, other: str) -> None:
    outside = texts_of(one, outside=[other])

    assert is_within(one, other) == (not outside)
    assert not any(regress.Regex(other).find(text) for text in outside)
