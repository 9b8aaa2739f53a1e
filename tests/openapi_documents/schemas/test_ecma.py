"""Patterns mean to Python's `re` what they mean in JSON Schema."""

from __future__ import annotations

import re
import warnings
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents.schemas.ecma import for_python


def matches(pattern: str, text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return re.search(for_python(pattern), text) is not None


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("^a$", ["a"], ["a\n", "ab"]),
        (r"^\d+$", ["12"], ["١٢", "a"]),
        (r"^\w$", ["a", "_", "9"], ["é", "-"]),
        (r"^[\w.]+\W$", ["a.b-", "aé"], ["a", ""]),
        (r"^\s$", [" ", "\u2028", "\ufeff", "\u00a0"], ["a", "\u200b"]),
        (r"^[\S]$", ["a"], ["\ufeff", " "]),
        (r"^\p{L}+$", ["abcé", "日本"], ["a1", ""]),
        (r"^\p{Letter}\P{Lu}$", ["ab", "a1"], ["aB"]),
        (r"^[\p{Lu}\d]$", ["É", "1"], ["é"]),
        (r"^\p{Script=Greek}$", ["Ω"], ["a"]),
        ("^.$", ["a", "💩"], ["\n", "\u2028", "\r"]),
        (r"^(?<y>\d{2})-\k<y>$", ["12-12"], ["12-13"]),
        (r"^(a|b)\1$", ["aa", "bb"], ["ab"]),
        (r"^\u{1F4A9}\ud83d\udca9\x41\u0042\cJ$", ["💩💩AB\n"], ["💩"]),
        (r"^[\u{1F600}-\u{1F64F}]$", ["😀"], ["💩"]),
        (r"^[^/]*$", ["ab"], ["a/b"]),
        (r"^[a\-z]+$", ["a-z"], ["b"]),
        (r"^[-a]+$", ["a-"], ["b"]),
        (r"^[a-]+$", ["a-"], ["b"]),
        (r"^[\w-]+$", ["a-b"], [" "]),
        (r"^[[&&|~~]+$", ["[&|~"], ["a"]),
        (r"^[--a]$", ["-", "A"], ["b"]),
        ("^[^]$", ["\n", "a"], [""]),
        ("^[]$", [], ["", "a"]),
        (r"^[\b]$", ["\b"], ["b"]),
        (r"\bé", ["aé"], ["é"]),
        ("^a{,2}$", ["a{,2}"], ["aa", ""]),
        (r"^\/\.\-\{\}$", ["/.-{}"], ["a"]),
        ("^(?!x)(?=a)(?:a)(?<=a)(?<!b)$", ["a"], ["xa"]),
        ("^[a-\\d]$", ["a", "-", "1"], ["b"]),
        (r"^\0$", ["\0"], ["0"]),
    ],
)
def test_a_pattern_means_what_ecma_script_says(
    pattern: str, fitting: list[str], others: list[str]
) -> None:
    assert [one for one in fitting if not matches(pattern, one)] == []
    assert [one for one in others if matches(pattern, one)] == []


def test_characters_that_nobody_knows_are_told() -> None:
    with pytest.raises(ValueError, match="no characters are known by Nothing"):
        for_python(r"\p{Nothing}")


ATOMS = st.sampled_from(
    [
        "a", "b", "é", "-", "1", ".", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", "[ab]", "[^a]", r"[\d-]",
        r"[^\w\s]", "[a-c1]", r"\p{L}", r"\.", r"\-", "(?:a|b)", "(a)", r"[\D]", r"\n",
    ]
)  # fmt: skip
PATTERNS = st.builds(
    lambda begin, atoms, end: begin + "".join(atoms) + end,
    st.sampled_from(["", "^"]),
    st.lists(
        st.builds(str.__add__, ATOMS, st.sampled_from(["", "", "*", "+", "?", "{1,2}"])), max_size=4
    ),
    st.sampled_from(["", "$"]),
)


def linear(pattern: str) -> Any:
    """Return a validator by the engine that looks neither ahead nor back; None when it has to.

    The other one of jsonschema-rs 0.60 takes a+b*a+ for a+.
    """
    try:
        return jsonschema_rs.Draft202012Validator(
            {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
        )
    except ValueError:
        return None


@given(PATTERNS, st.text("ab1é-. \n٣", max_size=5))
def test_two_engines_agree_on_every_pattern(pattern: str, text: str) -> None:
    other = linear(pattern)

    if other is not None:
        assert matches(pattern, text) == other.is_valid(text)
