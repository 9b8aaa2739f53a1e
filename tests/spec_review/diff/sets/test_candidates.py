"""Values that a schema may or may not take are found in bounded time, whatever its pattern."""

from __future__ import annotations

import re

import pytest

from spec_review.diff.sets.candidates import random_texts


def test_texts_are_made_by_a_pattern() -> None:
    pattern = "^[a-z]{2,4}-[0-9]{3}$"

    assert all(re.fullmatch(pattern, text) for text in random_texts(pattern))
    assert random_texts(pattern) == random_texts(pattern) != ()


@pytest.mark.parametrize("pattern", ["^((((((((a*)*)*)*)*)*)*)*)$", "^((((a{9}){99}){99}){99})$"])
def test_repeats_in_repeats_are_given_up(pattern: str) -> None:
    assert random_texts(pattern) == ()
