"""Who may be wrong, and how often."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from mock_server.http.attempts import Attempts
from mock_server.http.problems import Problem
from mock_server.settings import control_contracts
from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve, Served

IDENTITY, SANDBOX = control_contracts()
SECRET = document(
    {
        "/open": {
            "post": answering(
                [],
                **{"x-submission": {"lifecycle": "t", "processing": "synchronous"}, "security": []},
            )
        },
        "/by-key": {"get": answering({"secret": 1}, security=[{"key": []}])},
        "/by-password": {"get": answering({"secret": 1}, security=[{"password": []}])},
    },
    components={
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "password": {"type": "http", "scheme": "basic"},
        },
        "x-lifecycles": {
            "t": {
                "key": [],
                "records": "things",
                "states": {"Done": {"saved": True}, "Bad": {}},
                "outcomes": [
                    {"when": "invalid", "then": "Bad"},
                    {"when": "otherwise", "then": "Done"},
                ],
            }
        },
    },
)
ITEMS: dict[str, Any] = {
    "application/json": {"schema": {"type": "array", "items": {"type": "object"}}}
}
SECRET["paths"]["/open"]["post"].update(
    requestBody={"required": True, "content": ITEMS},
    responses={"200": {"description": "Fine.", "content": ITEMS}},
)


def token(http: httpx.Client, client_id: str, secret: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return http.post("/oauth2/token", data=form)


def test_nobody_is_the_caller_without_credentials(served: Serve) -> None:
    http = served(SECRET).http
    assert (
        http.post("/open", json=[{}]).status_code == 200
    )  # now there is a partner without a secret
    nothing = base64.b64encode(b"anonymous:").decode()
    assert http.get("/by-key", headers={"X-Key": ""}).status_code == 401
    assert (
        http.get("/by-password", headers={"Authorization": f"Basic {nothing}"}).status_code == 401
    )
    assert token(http, "anonymous", "").status_code == 401


def guess(running: Served, times: int) -> list[int]:
    return [token(running.http, "partner-a", f"guess-{n}").status_code for n in range(times)]


def test_wrong_secrets_of_a_client_are_limited(served: Serve) -> None:
    running = served(SECRET)
    statuses = guess(running, 200)
    assert statuses[0] == 401
    assert statuses[-1] == 429
    refused = token(running.http, "partner-a", "secret-a")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 5
    assert refused.json()["error"] == "invalid_client"
    basic = running.http.get("/by-password", auth=("partner-a", "secret-a"))
    assert basic.status_code == 429
    assert token(running.http, "partner-b", "secret-b").status_code == 200


def test_what_is_wrong_is_forgiven_with_time() -> None:
    seconds = 0.0
    attempts = Attempts(lambda: seconds)

    def wrong_until_refused() -> int:
        for count in range(1000):
            try:
                attempts.check("a", "here")
            except Problem:
                return count
            attempts.note_wrong("a", "here")
        return 1000

    at_once = wrong_until_refused()
    assert 20 <= at_once <= 40
    assert wrong_until_refused() == 0
    attempts.check("a", "elsewhere")
    attempts.check("b", "here")
    seconds = 10
    assert wrong_until_refused() == 10
    seconds = 1000
    assert wrong_until_refused() == at_once


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_who_is_unknown_is_not_limited(served: Serve, secret: str) -> None:
    running = served(SECRET)
    found = {token(running.http, "nobody", secret).status_code for _ in range(60)}
    assert found == {401}
