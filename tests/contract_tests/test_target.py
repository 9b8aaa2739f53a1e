"""The limits that every request keeps to, and the sentences for servers that are none."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from contract_tests.http.client import BudgetSpent, CannotJudge, NotAllowed, Target, Unanswered
from contract_tests.judging.session import Judge
from contract_tests.judging.verdict import Coverage
from contract_tests.reading import contract
from contract_tests.scenarios.stories import play
from contract_tests.settings import Partner, Settings

from .defective_servers import Server

Answer = Callable[[BaseHTTPRequestHandler], None]


def answer(
    handler: BaseHTTPRequestHandler, status: int, kind: str, body: bytes, **more: str
) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def server(act: Answer) -> Iterator[tuple[str, list[str]]]:
    """A server of one behaviour; yields its base URL and the requests it got."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            got.append(f"{self.command} {self.path}")
            act(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}", got
    finally:
        http.shutdown()
        http.server_close()


def target(base_url: str, **more: Any) -> Target:
    given: dict[str, Any] = {"partner": Partner("partner-a", "secret-a"), **more}
    made = Target(Settings(base_url=base_url, contracts=("x",), **given))
    made.token_path = "/oauth2/token"
    return made


def sentence(act: Answer, **more: Any) -> str:
    with server(act) as (base_url, _):
        with pytest.raises(CannotJudge) as caught:
            target(base_url, **more).check("/api/v2/Clients/Status/x")
        return str(caught.value)


def test_a_closed_port_is_said_in_one_sentence() -> None:
    with pytest.raises(CannotJudge, match="does not answer: the connection is refused"):
        target("http://127.0.0.1:9").check("/")


def test_a_server_that_is_not_available_is_said_in_one_sentence() -> None:
    text = sentence(lambda one: answer(one, 503, "text/plain", b"later"))
    assert text == "the server is not available: the token request got 503"


def test_a_server_that_hangs_is_said_in_one_sentence() -> None:
    text = sentence(lambda one: time.sleep(3), deadline=0.5)
    assert text.endswith("does not answer: no answer in time")


def test_a_server_that_answers_html_is_said_in_one_sentence() -> None:
    text = sentence(lambda one: answer(one, 200, "text/html", b"<html>"))
    assert "not answered with JSON but with 200 text/html" in text


TOKEN = b'{"access_token": "t", "expires_in": 60}'
FIXED = {"partner": Partner(None, token="x")}


def after_token(act: Answer) -> Answer:
    """Grant a token, and act on everything else."""

    def acting(one: BaseHTTPRequestHandler) -> None:
        if one.path == "/oauth2/token":
            answer(one, 200, "application/json", TOKEN)
        else:
            act(one)

    return acting


def trickle(one: BaseHTTPRequestHandler) -> None:
    """Begin an answer and never come to its end, but never be silent either."""
    one.send_response(200)
    one.send_header("Content-Length", "1000")
    one.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(30):
            one.wfile.write(b" ")
            time.sleep(0.1)


def test_a_server_that_hangs_after_its_token_is_said_in_one_sentence() -> None:
    text = sentence(after_token(lambda one: time.sleep(3)), deadline=0.5)
    assert text.endswith("does not answer: no answer in time")


@pytest.mark.parametrize("act", [trickle, after_token(trickle)], ids=["at once", "after a token"])
def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(act: Answer) -> None:
    started = time.monotonic()
    assert sentence(act, deadline=0.5).endswith("does not answer: no answer in time")
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b"<html>", "answers HTML (200 to GET /api/v2/Clients/Status/x); is it the API?"),
        (404, b"<html>", "answers HTML (404 to GET /api/v2/Clients/Status/x); is it the API?"),
        (302, b"", "redirects GET /api/v2/Clients/Status/x to /login; is it the API?"),
    ],
)
def test_pages_for_people_are_told_from_an_api(status: int, body: bytes, told: str) -> None:
    def act(one: BaseHTTPRequestHandler) -> None:
        answer(one, status, "text/html", body, Location="/login")

    assert sentence(act, **FIXED).endswith(told)
    if status != 404:  # what grants a token may be clumsy in its errors
        assert sentence(after_token(act)).endswith(told)


def test_a_place_that_grants_no_token_is_said_in_one_sentence() -> None:
    text = sentence(lambda one: answer(one, 404, "text/html", b"<html>"))
    assert "nothing grants tokens at http://127.0.0.1" in text
    assert text.endswith("give --token, or --token-url if tokens are granted elsewhere")


@pytest.mark.parametrize(
    ("scheme", "act", "why"),
    [
        ("https", lambda one: answer(one, 200, "text/plain", b""), "it does not speak TLS there"),
        ("http", lambda one: one.wfile.write(b"220 mail ESMTP\r\n"), "is not HTTP"),
        ("http", lambda one: one.connection.close(), "closed without an answer"),
    ],
)
def test_what_speaks_no_http_is_said_in_one_sentence(scheme: str, act: Answer, why: str) -> None:
    with server(act) as (base_url, _), pytest.raises(CannotJudge, match=why):
        target(base_url.replace("http:", f"{scheme}:"), **FIXED).check("/x")


def test_a_server_that_keeps_us_waiting_is_waited_for_less() -> None:
    with server(lambda one: time.sleep(30)) as (base_url, _):
        made = target(base_url, **FIXED)
        made.patience = 0.9
        started = time.monotonic()
        for _ in range(3):
            with pytest.raises(Unanswered):
                made.send("GET", "/x")
    assert time.monotonic() - started < 3


def test_a_token_is_fetched_where_one_says_that_tokens_are_granted() -> None:
    with (
        server(lambda one: answer(one, 200, "application/json", TOKEN)) as (elsewhere, asked),
        server(lambda one: answer(one, 200, "application/json", b"{}")) as (base_url, got),
    ):
        made = target(base_url)
        made.token_path = f"{elsewhere}/token"
        made.send("GET", "/x")
    assert (asked, got) == (["POST /token"], ["GET /x"])


def test_the_request_that_releases_a_clock_is_kept_back() -> None:
    with server(lambda one: answer(one, 200, "application/json", b"{}")) as (base_url, got):
        made = target(base_url, **FIXED, max_requests=4)
        assert made.freeze("a")
        made.send("GET", "/x")
        with pytest.raises(BudgetSpent):
            made.send("GET", "/x")
        made.release("a")
    assert got == ["GET /_sandbox/clock", "POST /_sandbox/clock", "GET /x", "POST /_sandbox/clock"]


def test_refused_credentials_are_said_in_one_sentence() -> None:
    body = b'{"error": "invalid_client"}'
    text = sentence(lambda one: answer(one, 401, "application/json", body))
    assert text.startswith("the server refused the credentials of partner-a: 401")


def test_a_request_waits_as_long_as_retry_after_says() -> None:
    answers = iter([503, 200])

    def act(one: BaseHTTPRequestHandler) -> None:
        answer(one, next(answers), "application/json", b"{}", Retry_After="0.2")

    with server(act) as (base_url, got):
        started = time.monotonic()
        reply = target(base_url, partner=Partner(None)).send("GET", "/x")
    assert (reply.status, len(got)) == (200, 2)
    assert time.monotonic() - started >= 0.2


def test_the_budget_counts_every_request_and_sends_no_more() -> None:
    with server(lambda one: answer(one, 200, "application/json", b"{}")) as (base_url, got):
        made = target(base_url, partner=Partner(None), max_requests=3)
        for _ in range(3):
            made.send("GET", "/x")
        with pytest.raises(BudgetSpent, match="after 3 requests"):
            made.send("GET", "/x")
    assert len(got) == 3


def test_a_read_only_run_sends_nothing_but_get_and_token_requests() -> None:
    body = b'{"access_token": "t", "expires_in": 60}'
    with server(lambda one: answer(one, 200, "application/json", body)) as (base_url, got):
        made = target(base_url, read_only=True)
        made.send("GET", "/x")
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            with pytest.raises(NotAllowed):
                made.send(method, "/x", body=b"[]")
    assert got == ["POST /oauth2/token", "GET /x"]


def test_a_dry_run_sends_nothing_and_tells_what_it_would_send() -> None:
    with server(lambda one: answer(one, 200, "application/json", b"{}")) as (base_url, got):
        made = target(base_url, partner=Partner(None), dry_run=True)
        made.send("POST", "/x", body=b"[1]")
    assert got == []
    assert made.planned == [f"POST {base_url}/x [1]"]


def test_a_token_that_was_withdrawn_is_fetched_again() -> None:
    tokens = iter([b'{"access_token": "old", "expires_in": 60}', b'{"access_token": "new"}'])

    def act(one: BaseHTTPRequestHandler) -> None:
        if one.path == "/oauth2/token":
            answer(one, 200, "application/json", next(tokens))
        elif one.headers["Authorization"] == "Bearer new":
            answer(one, 200, "application/json", b"{}")
        else:
            answer(one, 401, "application/json", b"{}")

    with server(act) as (base_url, got):
        assert target(base_url).send("GET", "/x").status == 200
    assert len(got) == 4


def test_a_connection_that_is_closed_without_an_answer_is_the_servers_fault() -> None:
    with server(lambda one: one.connection.close()) as (base_url, _), pytest.raises(Unanswered):
        target(base_url, partner=Partner(None)).send("GET", "/x")


def test_the_ledger_tells_every_submission_with_keys_that_carry_the_run(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    v2 = contract.read(contract.find("partner-client-service-v2"))
    with Server() as running:
        made = target(
            running.base_url,
            partner=Partner("partner-a", "secret-a", profile={"currency": "GBP"}),
            ledger=str(ledger),
            run="ct0123456789",
        )
        judge = Judge(v2, made, made.settings, Coverage())
        play(judge, v2.submissions[0], ("A, B", "A"), "cases")
    entries = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    sent, accepted = entries[::2], entries[1::2]
    assert [len(entry["keys"]) for entry in sent] == [2, 1]
    assert all(key[0].startswith("ct0123456789-") for entry in sent for key in entry["keys"])
    assert all("status_check_id" in entry["as"] for entry in accepted)
    assert {entry["run"] for entry in entries} == {"ct0123456789"}
