"""What the answer to a token request must hold."""

from __future__ import annotations

import pytest

from contract_tests.http.failures import CannotJudge
from contract_tests.http.messages import Reply
from contract_tests.http.tokens import read_token
from tests.contract_tests.sessions import KNOWN

JSON = {"content-type": "application/json"}


def token_of(body: bytes, status: int = 200) -> float:
    return read_token(Reply(status, JSON, body), KNOWN, "http://x/token").life


@pytest.mark.parametrize(
    ("life", "seconds"),
    [("60", 60), ("0.5", 0.5), ("true", 300), ('"60"', 300), ("1e300", 300), ("null", 300)],
)
def test_a_life_that_is_no_number_of_seconds_is_the_usual_one(life: str, seconds: float) -> None:
    assert token_of(b'{"access_token": "t", "expires_in": %s}' % life.encode()) == seconds


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, b"<html>", "was not answered with JSON but with 200"),
        (200, b"[" * 100_000, "was not answered with JSON"),
        (200, b"{}", "holds no `access_token`"),
        (200, b'{"access_token": 7}', "holds no `access_token`"),
        (400, b"{}", "refused the credentials of partner-a"),
        (302, b"{}", "nothing grants tokens at http://x/token"),
        (503, b"{}", "the server is not available"),
    ],
)
def test_what_grants_no_token_is_told(status: int, body: bytes, why: str) -> None:
    with pytest.raises(CannotJudge, match=why):
        token_of(body, status)
