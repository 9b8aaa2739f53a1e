"""What a connection may ask for before anybody knows who it is."""

from __future__ import annotations

import json
import logging
import time

import pytest

from mock_server.serving import limits
from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve
from tests.mock_server.serving.raw import ask, connect, hear, send

ECHO = {
    "post": answering(
        {"taken": True},
        requestBody={"content": {"application/json": {"schema": {"type": "object"}}}},
    )
}
CONTRACT = document({"/things": {"get": answering([1, 2]), **ECHO}})
GET = b"GET /things HTTP/1.1\r\nHost: x\r\n"
LAST = b"Connection: close\r\n\r\n"
MEGABYTE = b"a" * 1024 * 1024


def test_a_wish_for_a_websocket_is_not_heard(served: Serve) -> None:
    wish = b"Connection: Upgrade, close\r\nUpgrade: websocket\r\n"
    head = b"POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    heard = ask(served(CONTRACT).server.url, head + wish + b"Content-Length: 2\r\n\r\n", b"{}")
    assert heard.statuses == [200]
    assert heard.text.endswith('{"taken": true}')


def test_a_body_that_comes_with_such_a_wish_is_checked(served: Serve) -> None:
    wish = b"Connection: Upgrade, close\r\nUpgrade: h2c\r\n"
    head = b"POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    heard = ask(served(CONTRACT).server.url, head + wish + b"Content-Length: 2\r\n\r\n", b"[]")
    assert heard.statuses == [400]


@pytest.mark.parametrize(
    ("status", "pieces"),
    [
        (431, [GET + b"X: ", *[MEGABYTE] * 40]),
        (431, [GET, *[b"X: a\r\n" * 10_000] * 20]),
        (431, [GET, b"X: a\r\n" * (limits.HEADERS + 1), b"\r\n"]),
        (414, [b"GET /", *[MEGABYTE] * 40]),
        (414, [b"GET /" + b"a" * (limits.URL + 1) + b" HTTP/1.1\r\n\r\n"]),
        (431, [b"\r\n" * limits.HEAD]),
        (405, [b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"]),
        (400, [b"What is this?\r\n\r\n"]),
    ],
    ids=["header", "headers", "count", "url", "short-url", "empty-lines", "connect", "no-http"],
)
def test_a_head_beyond_all_use_is_refused_and_the_connection_closed(
    served: Serve, status: int, pieces: list[bytes]
) -> None:
    heard = ask(served(CONTRACT).server.url, *pieces)
    assert heard.statuses == [status]
    assert json.loads(heard.text.partition("\r\n\r\n")[2])["status"] == status
    assert heard.is_closed


@pytest.mark.parametrize("endless", [b"0\r\nX: ", b"2;x="], ids=["trailer", "words of a chunk"])
def test_what_stands_between_chunks_is_limited_too(served: Serve, endless: bytes) -> None:
    head = b"POST /things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    kind = b"Content-Type: application/json\r\n\r\n"
    heard = ask(served(CONTRACT).server.url, head + kind + endless, *[MEGABYTE] * 20)
    assert heard.statuses[-1] == 431
    assert heard.is_closed


def test_a_trailer_is_no_header(served: Serve) -> None:
    head = b"POST /things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    body = b"2\r\n{}\r\n0\r\nContent-Type: application/json\r\n\r\n"
    heard = ask(served(CONTRACT).server.url, head + LAST, body)
    assert heard.statuses == [415]


def test_a_head_within_the_limits_is_answered(served: Serve) -> None:
    headers = [b"X-%d: %s\r\n" % (number, b"a" * 500) for number in range(100)]
    assert ask(served(CONTRACT).server.url, GET, *headers, LAST).statuses == [200]


@pytest.mark.parametrize("requests", [1, 3])
def test_who_sends_no_more_is_answered_in_full(served: Serve, requests: int) -> None:
    heard = ask(served(CONTRACT).server.url, (GET + b"\r\n") * requests, half_close=True)
    assert heard.statuses == [200] * requests
    assert heard.is_closed


def test_who_leaves_in_the_middle_of_a_request_is_let_go(served: Serve) -> None:
    heard = ask(served(CONTRACT).server.url, GET, half_close=True)
    assert (heard.statuses, heard.is_closed) == ([], True)


def test_a_refusal_reaches_nobody_else(served: Serve) -> None:
    running = served(CONTRACT)
    with connect(running.server.url) as client:
        send(client, [GET + b"X: ", *[MEGABYTE] * 4])
        assert running.http.get("/things").json() == [1, 2]
        assert hear(client).statuses == [431]


def test_what_comes_to_no_end_is_given_up(served: Serve) -> None:
    running = served(CONTRACT)
    head = b"POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with connect(running.server.url) as slow, connect(running.server.url) as silent:
        send(slow, [head + b"Content-Length: 9\r\n\r\n{"])
        send(silent, [GET])
        watch = running.server.watch
        while len(watch.connections) < 2 or not running.http.get("/things").is_success:
            time.sleep(0.01)
        for connection in list(watch.connections):
            connection.check(time.monotonic() + limits.SECONDS_FOR_A_BODY + 1)
        assert [hear(one).statuses for one in (slow, silent)] == [[408], [408]]


def test_broken_requests_are_counted_and_not_told_one_by_one(
    served: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    url = served(CONTRACT).server.url
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            assert ask(url, b"?\r\n\r\n").statuses == [400]
    assert [record.message for record in caplog.records] == [
        "A request of 127.0.0.1 was refused with 400: Invalid HTTP request received."
    ]
