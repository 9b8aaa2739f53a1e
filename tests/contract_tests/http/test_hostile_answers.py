"""An answer that no honest server gives is told as what it is, in time and without taking the machine."""

from __future__ import annotations

import itertools
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from contract_tests.http.failures import Cause, Unanswered
from contract_tests.http.limits import Limits
from contract_tests.http.messages import FORM, Reply, Request, get
from contract_tests.http.partners import Partner
from tests.contract_tests.hostile_answers import MIB, endless, head, inflated, saying, sized
from tests.contract_tests.plain_servers import TOKEN, Act, answering, serving
from tests.contract_tests.sessions import FIXED, KNOWN, NOBODY, client_of

X = get("/x")
SMALL = Limits(max_answer=MIB)


def cause(act: Act, limits: Limits = SMALL) -> Cause:
    with serving(act) as (base_url, _):
        client = client_of(base_url, NOBODY, limits)
        client.patience = 1.0
        with pytest.raises(Unanswered) as caught:
            client.send(X)
        return caught.value.cause


def chunks() -> Iterator[bytes]:
    yield head(b"Transfer-Encoding: chunked")
    yield from itertools.repeat(b"100000\r\n" + b"0" * MIB + b"\r\n")


CROWDED = b"[" + b"{}," * 3_000_000 + b"0]"


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (sized(64 * MIB), Cause.TOO_LARGE),
        (endless(chunks()), Cause.TOO_LARGE),
        (inflated(64 * MIB), Cause.TOO_LARGE),
        (inflated(64 * MIB, 2), Cause.TOO_LARGE),
        (saying(head(b"Content-Encoding: gzip", b"Content-Length: 4"), b"none"), Cause.NOT_DECODED),
        (saying(head(b"Content-Length: 40"), b"{}"), Cause.CUT),
        (saying(b"SSH-2.0-OpenSSH\r\n"), Cause.NO_HTTP),
        (saying(head(status=b"99999999 X")), Cause.NO_HTTP),
        (saying(head(*[b"X: 1"] * 1000)), Cause.NO_HTTP),
        (saying(head(b"X: " + b"a" * MIB)), Cause.NO_HTTP),
        (endless(itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")), Cause.LATE),
        (endless(itertools.chain([head()], itertools.repeat(b" ")), 0.1), Cause.LATE),
        (endless(itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X: 1\r\n")), 0.1), Cause.LATE),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_is_told(act: Act, told: Cause) -> None:
    assert cause(act) is told


def test_json_of_too_many_values_is_too_large() -> None:
    assert cause(answering(200, CROWDED), Limits()) is Cause.TOO_LARGE


def test_what_is_not_read_takes_no_memory() -> None:
    tracemalloc.start()
    try:
        assert cause(endless(chunks())) is Cause.TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()


def test_an_answer_as_large_as_allowed_is_read() -> None:
    with serving(answering(200, b"0" * MIB)) as (base_url, _):
        reply = client_of(base_url, NOBODY, SMALL).send(X).reply
    assert reply is not None
    assert len(reply.body) == MIB


@pytest.mark.parametrize(
    "path", ["@127.0.0.1:1/x", "http://127.0.0.1:1/x", ".evil.example/x", "0/x"]
)
def test_nothing_is_sent_elsewhere(path: str) -> None:
    with serving(answering(200)) as (base_url, came), pytest.raises(Unanswered) as caught:
        client_of(base_url, FIXED).send(get(path))
    assert (caught.value.cause, came) == (Cause.ELSEWHERE, [])


def test_a_redirection_is_an_answer_and_is_not_followed() -> None:
    with ExitStack() as servers:
        elsewhere, stolen = servers.enter_context(serving(answering(200)))
        act = answering(307, Location=f"{elsewhere}/steal")
        base_url, _ = servers.enter_context(serving(act))
        reply = client_of(base_url, FIXED).send(X).reply
    assert reply is not None
    assert (reply.status, stolen) == (307, [])


def echoed(reply: Reply | None) -> str:
    assert reply is not None
    return json.dumps(dict(reply.headers)) + reply.body.decode()


def test_an_answer_that_echoes_a_secret_is_read_without_it() -> None:
    partner = Partner("me", "the-client-secret", "the-fixed-token")
    body = b'{"seen": "Bearer the-fixed-token", "got": "the-client-s\\u0065cret"}'
    with serving(answering(200, body, X_Debug="the-fixed-token")) as (base_url, _):
        told = echoed(client_of(base_url, partner).send(X).reply)
    assert "***" in told
    assert "the-fixed-token" not in told
    assert "cret" not in told


def test_a_token_that_was_granted_is_shown_to_nobody() -> None:
    granted = TOKEN.replace(b'"t"', b'"a-granted-token"')
    with serving(answering(200, granted)) as (base_url, _):
        client = client_of(base_url, KNOWN)
        asked = client.send(Request("POST", "/oauth2/token", FORM, b"", caller=None)).reply
        assert "a-granted-token" in echoed(asked)
        assert client.secrets.masked("a-granted-token") == "***"
        assert "a-granted-token" not in echoed(client.send(X).reply)


def test_a_server_that_puts_off_every_request_is_waited_for_less_and_less() -> None:
    act = answering(429, Retry_After="0.2")
    with serving(act) as (base_url, came):
        client = client_of(base_url, NOBODY, Limits(deadline=1.0))
        counts = []
        for _ in range(3):
            before = len(came)
            client.send(X)
            counts.append(len(came) - before)
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0]
