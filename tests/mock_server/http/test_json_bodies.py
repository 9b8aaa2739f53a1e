"""The JSON of requests, whichever of two readers reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.http.json_bodies import parse_json
from mock_server.http.problems import Problem

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)


@given(VALUES, st.booleans())
def test_a_value_is_read_as_it_was_written(value: Any, ascii_only: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.dictionaries(TEXTS, SCALARS, min_size=1, max_size=4), st.booleans(), st.integers(0, 3))
def test_a_member_that_stands_twice_is_refused(
    members: dict[str, Any], ascii_only: bool, depth: int
) -> None:
    written = [
        f"{json.dumps(name, ensure_ascii=ascii_only)}:{json.dumps(value)}"
        for name, value in [*members.items(), next(iter(members.items()))]
    ]
    text = "[" * depth + "{" + ",".join(written) + "}" + "]" * depth
    with pytest.raises(Problem) as refused:
        parse_json(text.encode())
    assert "uplicate" in refused.value.faults[0].detail


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"[1,]",
        b"[1]x",
        b"{",
        b'"\xff"',
        b"NaN",
        b"1e400",
        b"9" * 5000,
        b'"\\ud800"',
        b"[" * 100_000,
    ],
    ids=lambda text: text[:8].decode("latin-1"),
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(Problem) as refused:
        parse_json(text)
    assert refused.value.status == 400


def test_large_integers_stay_integers() -> None:
    assert parse_json(b"[123456789012345678901234567890, 18446744073709551616]") == [
        123456789012345678901234567890,
        18446744073709551616,
    ]
