"""Servers that are no API, or do not take us, are told in one sentence before anything is judged."""

from __future__ import annotations

import contextlib
import time
from http.server import BaseHTTPRequestHandler

import pytest

from contract_tests.http.failures import CannotJudge
from contract_tests.http.limits import Limits
from contract_tests.http.messages import get
from contract_tests.http.partners import Partner
from contract_tests.http.preflight import Look, look
from tests.contract_tests.plain_servers import Act, answering, granting, serving
from tests.contract_tests.sessions import FIXED, KNOWN, client_of

PATH = "/api/v2/Clients/Status/x"
SHORT = Limits(deadline=0.5)


def sentence(act: Act, partner: Partner = KNOWN, limits: Limits | None = None) -> str:
    with serving(act) as (base_url, _):
        with pytest.raises(CannotJudge) as caught:
            look(client_of(base_url, partner, limits), Look(get(PATH)))
        return str(caught.value)


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """Begin an answer and never come to its end, but never be silent either."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(30):
            handler.wfile.write(b" ")
            time.sleep(0.1)


def test_a_closed_port() -> None:
    with pytest.raises(CannotJudge, match="does not answer: the connection is refused"):
        look(client_of("http://127.0.0.1:9"), Look(get(PATH)))


def test_a_server_that_is_not_available() -> None:
    told = sentence(answering(503, b"later", "text/plain"))
    assert told == "the server is not available: the token request got 503"


@pytest.mark.parametrize("act", [lambda _: time.sleep(3), granting(lambda _: time.sleep(3))])
def test_a_server_that_hangs(act: Act) -> None:
    assert sentence(act, limits=SHORT).endswith("does not answer: no answer in time")


@pytest.mark.parametrize("act", [trickle, granting(trickle)], ids=["at once", "after a token"])
def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(act: Act) -> None:
    started = time.monotonic()
    assert sentence(act, limits=SHORT).endswith("does not answer: no answer in time")
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b"<html>", f"answers HTML (200 to GET {PATH}); is it the API?"),
        (404, b"<html>", f"answers HTML (404 to GET {PATH}); is it the API?"),
        (302, b"", f"redirects GET {PATH} to /login; is it the API?"),
    ],
)
def test_pages_for_people_are_told_from_an_api(status: int, body: bytes, told: str) -> None:
    act = answering(status, body, "text/html", Location="/login")
    assert sentence(act, FIXED).endswith(told)
    if status != 404:  # what grants a token may be clumsy in its errors
        assert sentence(granting(act)).endswith(told)


def test_what_the_contract_documents_is_no_page_for_people() -> None:
    with serving(answering(200, b"<html>", "text/html")) as (base_url, _):
        look(client_of(base_url, FIXED), Look(get(PATH), frozenset({"text/html"})))


def test_a_place_that_grants_no_token() -> None:
    told = sentence(answering(404, b"<html>", "text/html"))
    assert "nothing grants tokens at http://127.0.0.1" in told
    assert told.endswith("give --token, or --token-url if tokens are granted elsewhere")


@pytest.mark.parametrize(
    ("scheme", "act", "why"),
    [
        ("https", answering(200, b"", "text/plain"), "it does not speak TLS there"),
        ("http", lambda handler: handler.wfile.write(b"220 mail ESMTP\r\n"), "is not HTTP"),
        ("http", lambda handler: handler.connection.close(), "closed without an answer"),
    ],
)
def test_what_speaks_no_http(scheme: str, act: Act, why: str) -> None:
    with serving(act) as (base_url, _), pytest.raises(CannotJudge, match=why):
        look(client_of(base_url.replace("http:", f"{scheme}:"), FIXED), Look(get("/x")))


def test_refused_credentials() -> None:
    told = sentence(answering(401, b'{"error": "invalid_client"}'))
    assert told.startswith("the server refused the credentials of partner-a: 401")


def test_a_refused_token() -> None:
    assert "refused the token: 401" in sentence(answering(401), FIXED)
