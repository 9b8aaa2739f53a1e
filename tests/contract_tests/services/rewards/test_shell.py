"""The lines of a check hide tokens, and abroad the password."""

from __future__ import annotations

import pytest

from contract_tests.http.messages import JSON, Exchange, Reply, Request
from contract_tests.services.rewards.shell import Shell

LOGIN = {"username": "u", "password": "pass-word", "organisation": "o"}
ASKED = Request("POST", "/preview", JSON, b'{"token": "abc123"}', caller=None)
GRANTED = Exchange(
    Request("POST", "/login", JSON, b'{"password": "pass-word"}', caller=None),
    Reply(200, {}, b'{"data": {"token": "abc123"}}'),
)


@pytest.mark.parametrize(
    ("base_url", "shown"), [("http://127.0.0.1:1", True), ("https://rewards.example", False)]
)
def test_the_password_stands_in_a_line_for_ones_own_machine_only(
    base_url: str, shown: bool
) -> None:
    shell = Shell(base_url, "/login", LOGIN)
    shell.know("abc123")
    login, asked = shell.lines([Exchange(ASKED, None)])
    assert ("pass-word" in login) is shown
    assert login.startswith(f"TOKEN1=$(curl -s -X POST {base_url}/login")
    assert '"$TOKEN1"' in asked
    assert "abc123" not in login + asked


def test_a_login_of_the_story_gives_the_token_of_its_later_lines() -> None:
    shell = Shell("http://127.0.0.1:1", "/login", LOGIN)
    shell.know("abc123")
    lines = shell.lines([GRANTED, Exchange(ASKED, None)])
    assert [line.startswith("TOKEN1=$(") for line in lines] == [True, False]
