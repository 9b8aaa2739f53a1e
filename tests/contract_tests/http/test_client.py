"""Requests keep to the limits of a run, and each is answered or told why not."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler

import pytest

from contract_tests.http.failures import BudgetSpent, Cause, NotAllowed, Unanswered
from contract_tests.http.limits import Limits
from contract_tests.http.messages import Request, get
from tests.contract_tests.plain_servers import TOKEN, answer, answering, serving
from tests.contract_tests.sessions import FIXED, NOBODY, client_of

X = get("/x")


def test_a_server_that_keeps_us_waiting_is_waited_for_less() -> None:
    with serving(lambda _: time.sleep(30)) as (base_url, _):
        client = client_of(base_url, FIXED)
        client.patience = 0.9
        started = time.monotonic()
        for _ in range(3):
            with pytest.raises(Unanswered) as caught:
                client.send(X)
            assert caught.value.cause is Cause.LATE
    assert time.monotonic() - started < 3


def test_a_connection_that_is_closed_without_an_answer_is_the_servers_fault() -> None:
    with (
        serving(lambda handler: handler.connection.close()) as (base_url, _),
        pytest.raises(Unanswered) as caught,
    ):
        client_of(base_url, NOBODY).send(X)
    assert caught.value.cause is Cause.CLOSED


def test_a_token_is_fetched_where_one_says_that_tokens_are_granted() -> None:
    with (
        serving(answering(200, TOKEN)) as (elsewhere, asked),
        serving(answering(200)) as (url, got),
    ):
        client_of(url, token_url=f"{elsewhere}/token").send(X)
    assert (asked, got) == (["POST /token"], ["GET /x"])


def test_a_request_waits_as_long_as_retry_after_says() -> None:
    codes = iter([503, 200])

    def act(handler: BaseHTTPRequestHandler) -> None:
        answer(handler, next(codes), Retry_After="0.2")

    with serving(act) as (base_url, got):
        started = time.monotonic()
        reply = client_of(base_url, NOBODY).send(X).reply
    assert reply is not None
    assert (reply.status, len(got)) == (200, 2)
    assert time.monotonic() - started >= 0.2


def test_the_budget_counts_every_request_and_sends_no_more() -> None:
    with serving(answering(200)) as (base_url, got):
        client = client_of(base_url, NOBODY, Limits(max_requests=3))
        for _ in range(3):
            client.send(X)
        with pytest.raises(BudgetSpent, match="after 3 requests"):
            client.send(X)
    assert len(got) == 3


def test_a_read_only_run_sends_nothing_but_get_and_token_requests() -> None:
    with serving(answering(200, TOKEN)) as (base_url, got):
        client = client_of(base_url, limits=Limits(read_only=True))
        client.send(X)
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            with pytest.raises(NotAllowed):
                client.send(Request(method, "/x", body=b"[]"))
    assert got == ["POST /oauth2/token", "GET /x"]


def test_a_dry_run_sends_nothing_and_tells_what_it_would_send() -> None:
    with serving(answering(200)) as (base_url, got):
        client = client_of(base_url, NOBODY, Limits(dry_run=True))
        client.send(Request("POST", "/x", body=b"[1]"))
    assert got == []
    assert client.budget.planned == [f"POST {base_url}/x [1]"]


def test_a_token_that_was_withdrawn_is_fetched_again() -> None:
    tokens = iter([b'{"access_token": "old", "expires_in": 60}', b'{"access_token": "new"}'])

    def act(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/oauth2/token":
            answer(handler, 200, next(tokens))
        else:
            answer(handler, 200 if handler.headers["Authorization"] == "Bearer new" else 401)

    with serving(act) as (base_url, got):
        reply = client_of(base_url).send(X).reply
    assert reply is not None
    assert (reply.status, len(got)) == (200, 4)


def test_a_request_that_brings_its_own_authorization_keeps_it() -> None:
    shown: list[str] = []

    def act(handler: BaseHTTPRequestHandler) -> None:
        shown.append(handler.headers["Authorization"])
        answer(handler, 200)

    with serving(act) as (base_url, _):
        client_of(base_url, FIXED).send(get("/x", Authorization="Basic y"))
        client_of(base_url, FIXED).send(X)
    assert shown == ["Basic y", "Bearer x"]
