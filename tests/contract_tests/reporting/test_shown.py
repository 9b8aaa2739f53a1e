"""What a server sent is shown without secrets, and a terminal has nothing to obey."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.http.secrets import Secrets
from contract_tests.reporting.shown import Shown, pasted, visible
from tests.contract_tests.shells import arguments

SHOWN = Shown(Secrets(["hidden", "printed"]), frozenset({"printed"}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\r\nFAKE: holds\t", r"a\r\nFAKE: holds\t"),
        ("\x9b31m\x07", r"\x9b31m\x07"),
        ("\u202eevil\u2028", r"\u202eevil\u2028"),
        ("\ud800", r"\ud800"),
        ("\U000e0001", r"\U000e0001"),
        ("é <b>", "é <b>"),
    ],
)
def test_what_does_not_show_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@settings(deadline=None)
@given(st.text())
def test_whatever_comes_is_one_line_that_can_be_written(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    shown.encode()


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_characters="\0'\n", exclude_categories=["Cs"])))
def test_a_line_that_is_pasted_sends_the_same_bytes(text: str) -> None:
    line = pasted(f"curl '{text}'")
    assert line.isprintable()
    assert arguments(line) == [text.encode()]


def test_a_report_holds_no_secret_and_its_lines_only_public_ones() -> None:
    report = {"came": ["hidden printed\n"], "count": 1, "curl": ["curl -d 'hidden printed \x1b'"]}
    assert SHOWN.whole(report) == {
        "came": [r"*** ***\n"],
        "count": 1,
        "curl": [r"curl -d '*** printed '$'\033'''"],
    }
