"""Whatever spelling a secret comes back in, nobody is shown it."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.http.secrets import MASK, Secrets

SECRET = 's3cr/t+"é ü=</x>'
KNOWN = Secrets([SECRET])


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        SECRET.replace("s", "S"),
        SECRET[:-1],
        quote(SECRET),
        quote(SECRET, safe="").lower(),
        quote(quote(SECRET)),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        json.dumps(json.dumps(SECRET))[3:-3],
        html.escape(SECRET),
        "".join(f"&#{ord(one)};" for one in SECRET),
        "".join(f"\\u{ord(one):04X}" for one in SECRET),
        SECRET.encode().hex(),
    ],
)
def test_a_secret_is_masked_in_every_escape(spelled: str) -> None:
    assert KNOWN.masked(f"({spelled})") == f"({MASK})"


@settings(deadline=None)
@given(before=st.binary(max_size=4), after=st.binary(max_size=4))
def test_a_secret_is_masked_in_base64_wherever_it_begins(before: bytes, after: bytes) -> None:
    whole = before + SECRET.encode() + after
    for told in (base64.b64encode(whole), base64.urlsafe_b64encode(whole)):
        assert MASK in KNOWN.masked(told.decode())


@settings(deadline=None)
@given(st.text(min_size=6, max_size=20), st.text(max_size=9))
def test_nothing_of_a_text_is_lost_but_the_secrets(secret: str, text: str) -> None:
    masked = Secrets([secret]).masked(f"{text}{secret}")
    assert secret not in masked.replace(MASK, "")
    assert Secrets([secret]).masked("<>") == "<>"


def test_a_short_secret_is_masked_where_it_stands_alone() -> None:
    assert Secrets(["pw1"]).masked("pw1, pw12 and (pw1)") == "***, pw12 and (***)"


def test_a_word_that_begins_like_a_short_secret_is_shown() -> None:
    assert Secrets(["partner-a"]).masked("partner-b") == "partner-b"


def test_what_is_hardly_a_secret_hides_nothing() -> None:
    assert Secrets(["t", "", None]).masked("t stands for a token") == "t stands for a token"


def test_what_everybody_knows_can_be_left_out() -> None:
    assert Secrets(["secret-a", "hidden"]).without(["secret-a"]).masked("secret-a hidden") == (
        "secret-a ***"
    )


def test_a_long_answer_is_masked_in_a_moment() -> None:
    body = json.dumps([{"key": f"k{n}", "errors": ["a \\ b & c %20"]} for n in range(40_000)])
    assert Secrets([SECRET, "another-secret"]).masked(body) == body
