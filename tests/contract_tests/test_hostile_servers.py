"""A server that lies, echoes and escapes gets a verdict: nothing is sent elsewhere, nothing secret or obeyed is shown."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.contract_tests.commands import run
from tests.contract_tests.plain_servers import Act, answer, answering, serving

SECRET, TOKEN = "a/hidden+secret=x", "a-granted-token-123"
PARTNER = ("--client-id=partner-a", f"--client-secret={SECRET}", "--partner=currency=GBP")
ESCAPES = "\x1b[2J\x1b]0;pwned\x07\r\nFAKE: contract holds\x9b31m\u202e<script>alert(1)"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")
WRITTEN = ("verdict.json", "verdict.html", "junit.xml", "ledger", "sarif.json", "summary.md")


def granting(act: Act) -> Act:
    def acting(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/oauth2/token":
            body = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
            answer(handler, 200, json.dumps(body).encode(), Cache_Control="no-store")
        else:
            act(handler)

    return acting


def accepting(uri: Callable[[str, str], str]) -> Act:
    """Return what accepts submissions under a status uri that is made of their path and id."""

    def acting(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "POST":
            name = str(uuid.uuid4())
            told = {"status_check_id": name, "status_check_uri": uri(handler.path, name)}
            answer(handler, 202, json.dumps(told).encode())
        else:
            answer(handler, 404, b"{}")

    return acting


def echoing(handler: BaseHTTPRequestHandler) -> None:
    """Answer with whatever shows who asks, and with what terminals obey."""
    seen = {"got": handler.headers.get("Authorization", ""), "and": SECRET, "told": ESCAPES}
    escaped = ESCAPES.replace("\r\n", "").encode().decode("latin-1")
    answer(handler, 418, json.dumps(seen).encode(), "application/json", X_Evil=escaped)


def shown(folder: Path, act: Act) -> tuple[int, str]:
    """Judge a server; the exit code, and everything that was printed and written."""
    flags = ("json", "html", "junit", "ledger", "sarif", "summary")
    outputs = [f"--{flag}={folder / name}" for flag, name in zip(flags, WRITTEN, strict=True)]
    with serving(granting(act)) as (base_url, _):
        code, told = run(base_url, "--only=lifecycle", "--effort=quick", *outputs, partners=PARTNER)
    files = [(folder / name).read_text(encoding="utf-8") for name in WRITTEN]
    return code, "\n".join([told, *files])


@pytest.mark.parametrize("form", ["http://{}{}", "@{}{}"])
def test_nothing_is_sent_where_a_status_uri_leads_elsewhere(form: str, tmp_path: Path) -> None:
    with ExitStack() as servers:
        elsewhere, stolen = servers.enter_context(serving(answering(200)))
        place = elsewhere.removeprefix("http://")
        act = accepting(lambda path, name: form.format(place, f"{path}/Status/{name}"))
        code, told = shown(tmp_path, act)
    assert (code, stolen) == (1, [])
    assert "answer.origin" in told or "submission.status-uri" in told
    assert "Traceback" not in told


def test_an_echo_shows_no_secret_and_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    code, told = shown(tmp_path, echoing)
    assert code == 1
    assert "***" in told
    assert SECRET not in told
    assert TOKEN not in told
    assert OBEYED.search(told) is None
    assert not any(line.startswith("FAKE") for line in told.splitlines())
    assert "<script>alert" not in (tmp_path / "verdict.html").read_text(encoding="utf-8")
