"""A partner sees what it sent and what it got, and nobody else does."""

from __future__ import annotations

import json
import shlex
import subprocess
import threading
import time
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.journal.masking import MASKED, Masks
from mock_server.serving.limits import SECONDS_TO_END
from tests.mock_server.samples import CLIENTS, V2, client
from tests.mock_server.served import Serve, Served

TOKEN_FORM = {
    "grant_type": "client_credentials",
    "client_id": "partner-a",
    "client_secret": "secret-a",
}
KEYED: dict[str, Any] = {
    "openapi": "3.1.1",
    "info": {"title": "Keyed", "version": "1"},
    "security": [{"key": []}],
    "paths": {
        "/echo": {
            "post": {
                "operationId": "echo",
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"example": {"ok": True}}},
                    }
                },
            }
        }
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "door_opener"}}
    },
}


@pytest.fixture
def sandbox(served: Serve) -> Served:
    return served(V2)


def requests_of(partner: httpx.Client, **asked: Any) -> list[dict[str, Any]]:
    answer = partner.get("/_sandbox/requests", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def test_a_request_is_told_with_its_answer(sandbox: Served) -> None:
    partner = sandbox.partner()
    answer = partner.post(CLIENTS, json=[client("bakery")])
    (told,) = requests_of(partner)
    assert (told["contract"], told["operation"]) == (
        "partner-client-service-v2",
        "createPartnerClients",
    )
    assert told["request"]["method"] == "POST"
    assert told["request"]["url"] == f"{sandbox.server.url}{CLIENTS}"
    assert json.loads(told["request"]["body"]) == [client("bakery")]
    assert told["answer"]["status"] == answer.status_code == 202
    assert told["answer"]["body"] == answer.text
    assert told["refused"] is None


def test_a_refusal_is_told_with_each_fault(sandbox: Served) -> None:
    partner = sandbox.partner()
    partner.post(CLIENTS, json={"not": "a list"})
    (told,) = requests_of(partner)
    assert told["answer"]["status"] == 400
    assert told["refused"]["detail"] == "The body does not fit the contract."
    assert [fault["pointer"] for fault in told["refused"]["errors"]] == ["#"]


def test_the_last_request_stands_first(sandbox: Served) -> None:
    partner = sandbox.partner()
    for key in "abc":
        partner.post(CLIENTS, json=[client(key)])
    told = requests_of(partner)
    assert [one["request"]["body"].count('"a"') for one in told] == [0, 0, 1]
    assert told[0]["id"] > told[1]["id"] > told[2]["id"]
    assert requests_of(partner, limit=1) == told[:1]
    assert requests_of(partner, after=told[1]["id"]) == told[:1]


def test_requests_are_found_by_status_and_operation(sandbox: Served) -> None:
    partner = sandbox.partner()
    partner.post(CLIENTS, json=[client("a")])
    partner.post(CLIENTS, json="nonsense")
    assert [one["answer"]["status"] for one in requests_of(partner, status=400)] == [400]
    assert len(requests_of(partner, operation="createPartnerClients")) == 2
    assert requests_of(partner, operation="somethingElse") == []


def test_nobody_sees_what_others_sent(sandbox: Served) -> None:
    mine, yours = sandbox.partner(), sandbox.partner()
    mine.post(CLIENTS, json=[client("mine")])
    assert requests_of(yours) == []
    assert "mine" not in yours.get("/_sandbox/requests/archive").text


def test_nobody_sees_what_came_without_credentials(sandbox: Served) -> None:
    sandbox.http.post(CLIENTS, json=[client("whose")], headers={"Authorization": "Bearer wrong"})
    sandbox.http.post("/oauth2/token", data=TOKEN_FORM)
    assert requests_of(sandbox.partner()) == []
    assert sandbox.http.get("/_sandbox/requests").status_code == 401


def test_a_request_for_what_there_is_not_is_shown_to_whose_token_it_carries(
    sandbox: Served,
) -> None:
    partner = sandbox.partner()
    partner.get(f"{CLIENTS}x")
    partner.delete(CLIENTS)
    sandbox.http.get("/nowhere", headers={"Authorization": "Bearer wrong"})
    wrong_method, misspelt = requests_of(partner)
    assert (misspelt["answer"]["status"], misspelt["operation"]) == (404, None)
    assert "Nothing is served at" in misspelt["refused"]["detail"]
    assert wrong_method["answer"]["status"] == 405
    assert requests_of(sandbox.partner()) == []


def test_a_look_into_the_journal_is_no_news(sandbox: Served) -> None:
    partner = sandbox.partner()
    partner.get("/_sandbox/world")
    requests_of(partner)
    assert requests_of(partner) == []


def test_the_token_is_shown_to_nobody(sandbox: Served) -> None:
    partner = sandbox.partner()
    token = partner.headers["Authorization"].removeprefix("Bearer ")
    partner.post(CLIENTS, json=[client(token)], params={"access_token": token})
    for path in ("/_sandbox/requests", "/_sandbox/requests/archive"):
        assert token not in partner.get(path).text
    (told,) = requests_of(partner)
    assert {"name": "authorization", "value": f"Bearer {MASKED}"} in told["request"]["headers"]


def test_an_api_key_is_masked_wherever_it_stands(served: Serve) -> None:
    sandbox = served(KEYED)
    answer = sandbox.http.post(
        "/echo?door_opener=secret-a", json={"said": "my key is secret-a", "password": "hidden"}
    )
    assert answer.status_code == 200
    token = sandbox.http.post("/oauth2/token", data=TOKEN_FORM).json()["access_token"]
    shown = sandbox.http.get(
        "/_sandbox/requests", headers={"Authorization": f"Bearer {token}"}
    ).text
    assert "secret-a" not in shown
    assert "hidden" not in shown
    assert "my key is ***" in shown


def paste(partner: httpx.Client) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Run the line of the partner's one request; return both requests, and what curl printed."""
    (told,) = requests_of(partner)
    assert shlex.split(told["curl"])[0] == "curl"
    token = partner.headers["Authorization"].removeprefix("Bearer ")
    again = subprocess.run(
        ["bash", "-c", told["curl"]],
        env={"TOKEN": token, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
        text=True,
    )
    second, first = requests_of(partner)
    return first["request"], second["request"], again.stdout


def test_the_line_sends_the_request_again(sandbox: Served) -> None:
    partner = sandbox.partner()
    partner.post(CLIENTS, json=[client("it's $HOME; `date`")])
    first, second, printed = paste(partner)
    assert "status_check_id" in json.loads(printed)
    assert first["body"] == second["body"]


def test_the_line_runs_nothing_and_reads_no_file(sandbox: Served) -> None:
    partner = sandbox.partner()
    headers = {"X-Odd": f'{MASKED} $(echo ran) `echo ran` "', "X-`date`": "1"}
    partner.post(f"{CLIENTS}?a[0]={{b}}&c=$(echo)", content="@/etc/hostname", headers=headers)
    first, second, _ = paste(partner)
    assert second["body"] == "@/etc/hostname"
    assert second["url"] == first["url"]
    told = {one["name"]: one["value"] for one in second["headers"]}
    assert told["x-odd"].endswith(headers["X-Odd"].removeprefix(MASKED))


def test_a_long_body_is_cut(sandbox: Served) -> None:
    partner = sandbox.partner()
    body = b"[" + b" " * 200_000 + b"]"
    partner.post(CLIENTS, content=body, headers={"Content-Type": "application/json"})
    (told,) = requests_of(partner)
    assert told["request"]["body_bytes"] == len(body)
    assert len(told["request"]["body"]) == 64 * 1024


def test_only_the_last_two_hundred_are_kept(sandbox: Served) -> None:
    partner = sandbox.partner()
    for _ in range(203):
        partner.get(f"{CLIENTS}/Status/8d1f8a0e-3c4b-4bd5-9d3c-2b1d0a5b0f11")
    told = requests_of(partner, limit=200)
    assert len(told) == 200
    assert told[0]["id"] - told[-1]["id"] == 199


def test_the_journal_can_be_emptied(sandbox: Served) -> None:
    partner = sandbox.partner()
    partner.post(CLIENTS, json=[client("a")])
    assert partner.delete("/_sandbox/requests").status_code == 204
    assert requests_of(partner) == []


def test_an_archive_has_every_request(sandbox: Served) -> None:
    partner = sandbox.partner()
    partner.post(CLIENTS, json=[client("a")], params={"x": "1"})
    archive = partner.get("/_sandbox/requests/archive").json()["log"]
    assert archive["version"] == "1.2"
    (entry,) = archive["entries"]
    assert entry["request"]["queryString"] == [{"name": "x", "value": "1"}]
    assert json.loads(entry["request"]["postData"]["text"]) == [client("a")]
    assert entry["response"]["status"] == 202
    assert entry["response"]["content"]["mimeType"] == "application/json"


def test_requests_are_followed_as_they_come(sandbox: Served) -> None:
    partner = sandbox.partner()
    partner.post(CLIENTS, json=[client("before")])
    lines: list[str] = []
    began = threading.Event()

    def follow() -> None:
        asked = {"seconds": 20, "after": 0}
        with partner.stream("GET", "/_sandbox/requests/events", params=asked) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                lines.append(line)
                began.set()
                if sum(one.startswith("data: ") for one in lines) == 2:
                    return

    follower = threading.Thread(target=follow)
    follower.start()
    assert began.wait(20)
    httpx.post(
        f"{sandbox.server.url}{CLIENTS}", json=[client("after")], headers=dict(partner.headers)
    )
    follower.join(20)
    told = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert ["before" in told[0]["request"]["body"], "after" in told[1]["request"]["body"]] == [
        True,
        True,
    ]


def test_a_stream_ends_after_its_seconds(sandbox: Served) -> None:
    answer = sandbox.partner().get("/_sandbox/requests/events", params={"seconds": 0})
    assert answer.text == ": the journal follows\n\n"


# What RFC 6750 lets a token be made of.
TOKENS = st.from_regex(r"[A-Za-z0-9._~+/-]{6,40}=*", fullmatch=True)


@given(secret=TOKENS, before=st.text(), after=st.text())
def test_a_value_that_came_as_a_credential_is_masked_in_any_text(
    secret: str, before: str, after: str
) -> None:
    masks = Masks.of(None, [("authorization", f"Bearer {secret}")], "")
    body = f"{before}{secret}{after}".encode("utf-8", "replace")
    assert secret not in masks.body(body, "text/plain")


@pytest.mark.parametrize("is_there", [True, False])
def test_whoever_follows_or_has_followed_keeps_no_sandbox_from_ending(
    sandbox: Served, is_there: bool
) -> None:
    partner = sandbox.partner()
    following = partner.stream("GET", "/_sandbox/requests/events", params={"seconds": 60})
    answer = following.__enter__()
    next(answer.iter_raw())
    if not is_there:
        following.__exit__(None, None, None)
    began = time.monotonic()
    sandbox.server.stop()
    assert time.monotonic() - began < SECONDS_TO_END / 2
