"""Bearer tokens by the client credentials grant, as RFC 6749 has it."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import jwt
import pytest

from tests.mock_server.served import Serve
from tests.sandboxes import ADMIN_KEY, Partner, Sandbox, StartSandbox

TOKEN = "/oauth2/token"
STATUS = "/api/v2/Clients/Status/1b7901db-4879-4616-8052-c73e29664bda"
FORM = "application/x-www-form-urlencoded"
GRANT = {"grant_type": "client_credentials"}


def basic(client_id: str, client_secret: str) -> dict[str, str]:
    pair = f"{quote(client_id, safe='')}:{quote(client_secret, safe='')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def check_token(sandbox: Sandbox, answer: httpx.Response) -> None:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    header = {"Authorization": f"Bearer {body['access_token']}"}
    assert sandbox.http.get(STATUS, headers=header).status_code == 404


def check_refusal(answer: httpx.Response, status: int, error: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    assert body["error"] == error
    assert body["error_description"]
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("place", ["form", "json", "basic and form", "basic and json"])
def test_the_secret_stands_in_the_body_or_in_the_header(
    shared_sandbox: Sandbox, partner: Partner, place: str
) -> None:
    body = dict(GRANT)
    headers = {}
    if place.startswith("basic"):
        headers = basic(partner.client_id, partner.client_secret)
    else:
        body |= {"client_id": partner.client_id, "client_secret": partner.client_secret}
    http = shared_sandbox.http
    if place.endswith("json"):
        check_token(shared_sandbox, http.post(TOKEN, headers=headers, json=body))
    else:
        check_token(shared_sandbox, http.post(TOKEN, headers=headers, data=body))


def test_the_partners_of_the_fixtures_have_tokens(shared_sandbox: Sandbox) -> None:
    for name in ("a", "b", "e"):
        shared_sandbox.known_partner(f"partner-{name}", f"secret-{name}")


def test_a_secret_may_hold_any_character(shared_sandbox: Sandbox) -> None:
    known = {"client_id": f"odd-{time.time_ns()}", "client_secret": 'p:ss w%rd+ü/"\\&='}
    headers = {"X-Admin-Key": ADMIN_KEY}
    created = shared_sandbox.http.post("/_sandbox/partners", json=known, headers=headers)
    assert created.status_code == 201
    http = shared_sandbox.http
    check_token(shared_sandbox, http.post(TOKEN, data={**GRANT, **known}))
    check_token(shared_sandbox, http.post(TOKEN, json={**GRANT, **known}))
    header = basic(known["client_id"], known["client_secret"])
    check_token(shared_sandbox, http.post(TOKEN, data=GRANT, headers=header))


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        (GRANT, 401, "invalid_client"),
        ({**GRANT, "client_id": "partner-a"}, 401, "invalid_client"),
        ({**GRANT, "client_id": "partner-a", "client_secret": "wrong"}, 401, "invalid_client"),
        ({**GRANT, "client_id": "nobody", "client_secret": "secret-a"}, 401, "invalid_client"),
        ({**GRANT, "client_id": "partner-b", "client_secret": "secret-a"}, 401, "invalid_client"),
        ({**GRANT, "client_id": "Partner-A", "client_secret": "secret-a"}, 401, "invalid_client"),
    ],
    ids=str,
)
def test_what_is_missing_or_wrong_is_named(
    shared_sandbox: Sandbox, body: dict[str, str], status: int, error: str
) -> None:
    if body.get("grant_type") == "":
        status_and_error = ((400, "unsupported_grant_type"), (400, "invalid_request"))
        answer = shared_sandbox.http.post(TOKEN, data=body)
        assert (answer.status_code, answer.json()["error"]) in status_and_error
        return
    check_refusal(shared_sandbox.http.post(TOKEN, data=body), status, error)
    check_refusal(shared_sandbox.http.post(TOKEN, json=body), status, error)


@pytest.mark.parametrize(
    "header",
    [
        basic("partner-a", "wrong"),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic"},
        {"Authorization": "Basic " + base64.b64encode(b"\xff\xfe:x").decode()},
        {"Authorization": "Basic " + base64.b64encode(b"no colon").decode()},
        {"Authorization": "Bearer x"},
    ],
    ids=str,
)
def test_a_header_that_opens_nothing_is_refused(shared_sandbox: Sandbox, header: Any) -> None:
    answer = shared_sandbox.http.post(TOKEN, data=GRANT, headers=header)
    check_refusal(answer, 401, "invalid_client")


@pytest.mark.parametrize("client_id", ["partner-a\0", "\0", "😀" * 1000, "' OR 1=1 --"])
def test_an_odd_client_id_is_an_unknown_one(any_sandbox: Sandbox, client_id: str) -> None:
    body = {**GRANT, "client_id": client_id, "client_secret": "secret-a"}
    http = any_sandbox.http
    check_refusal(http.post(TOKEN, data=body), 401, "invalid_client")
    check_refusal(http.post(TOKEN, json=body), 401, "invalid_client")
    header = basic(client_id, "secret-a")
    check_refusal(http.post(TOKEN, data=GRANT, headers=header), 401, "invalid_client")


def test_a_secret_holds_no_zero_character(any_sandbox: Sandbox) -> None:
    body, headers = {"client_secret": "a long\0secret"}, {"X-Admin-Key": ADMIN_KEY}
    assert (
        any_sandbox.http.post("/_sandbox/partners", json=body, headers=headers).status_code == 400
    )


def test_credentials_in_both_places_are_refused(shared_sandbox: Sandbox) -> None:
    body = {**GRANT, "client_id": "partner-a", "client_secret": "secret-a"}
    header = basic("partner-a", "secret-a")
    answer = shared_sandbox.http.post(TOKEN, data=body, headers=header)
    check_refusal(answer, 400, "invalid_request")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"grant_type=client_credentials&grant_type=client_credentials", FORM, 400),
        (b"grant_type=%ff", FORM, 400),
        (b"", FORM, 400),
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"grant_type": "client_credentials", "grant_type": "x"}', "application/json", 400),
        (b'{"grant_type": 1}', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"grant_type=client_credentials", "text/plain", 415),
        (b"grant_type=client_credentials", "", 415),
        (b"x" * (10 * 1024 * 1024 + 1), FORM, 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_malformed_request_is_an_invalid_request(
    shared_sandbox: Sandbox, content: bytes, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = shared_sandbox.http.post(TOKEN, content=content, headers=headers)
    check_refusal(answer, status, "invalid_request")


def test_another_method_is_refused_with_what_is_allowed(shared_sandbox: Sandbox) -> None:
    answer = shared_sandbox.http.get(TOKEN)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def forged(**claims: Any) -> str:
    return jwt.encode({"sub": "partner-a", "exp": 4102444800, **claims}, "x" * 32, "HS256")


def unsigned() -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none'})}.{part({'sub': 'partner-a', 'exp': 4102444800})}."


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        f"Bearer {forged()}",
        f"Bearer {forged(iss='understudy')}",
        f"Bearer {unsigned()}",
        "Token x",
        "Basic cGFydG5lci1hOnNlY3JldC1h",
        "Bearer é".encode("latin-1"),
        "Bearer " + "x" * 5000,
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize(
    "path", [STATUS, "/api/v1/Clients/A", "/_sandbox/world", "/_sandbox/clock"]
)
def test_without_a_good_token_nothing_opens(
    shared_sandbox: Sandbox, header: Any, path: str
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = shared_sandbox.http.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_a_token_is_checked_before_the_body(shared_sandbox: Sandbox) -> None:
    for path in ("/api/v1/Clients", "/api/v2/RevenueClaims", "/api/v2/ClientsAndRevenueClaims"):
        assert shared_sandbox.http.post(path, content=b"{").status_code == 401


def test_the_word_bearer_may_be_written_in_any_case(
    shared_sandbox: Sandbox, partner: Partner
) -> None:
    for word in ("bearer", "BEARER"):
        headers = {"Authorization": f"{word} {partner.token}"}
        assert shared_sandbox.http.get("/_sandbox/world", headers=headers).status_code == 200


def test_a_token_that_was_tampered_with_opens_nothing(
    shared_sandbox: Sandbox, partner: Partner
) -> None:
    head, _, signature = partner.token.split(".")
    claims = {"iss": "understudy", "sub": "partner-a", "exp": 4102444800}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    headers = {"Authorization": f"Bearer {head}.{body}.{signature}"}
    assert shared_sandbox.http.get("/_sandbox/world", headers=headers).status_code == 401


def test_a_token_does_not_expire_by_the_partners_clock(
    shared_sandbox: Sandbox, partner: Partner
) -> None:
    partner.clock(advance=10_000_000)
    fresh = shared_sandbox.known_partner(partner.client_id, partner.client_secret)
    for known in (partner, fresh):
        assert known.get("/_sandbox/world").status_code == 200


def test_a_token_that_has_expired_is_told(served: Serve) -> None:
    sandbox = served(token_lifetime=0)
    token = sandbox.server.sandbox.runtime.tokens.issue("partner-a")
    answer = sandbox.http.get("/_sandbox/world", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert "expired" in answer.json()["detail"]


def test_a_token_ends_by_the_clock_of_its_partner_where_that_is_wanted(served: Serve) -> None:
    sandbox = served(token_clock="partner", token_lifetime=60)
    credentials = {
        "grant_type": "client_credentials",
        "client_id": "partner-a",
        "client_secret": "secret-a",
    }

    def token() -> dict[str, str]:
        granted = sandbox.http.post("/oauth2/token", data=credentials).json()
        return {"Authorization": f"Bearer {granted['access_token']}"}

    first = token()
    sandbox.http.post("/_sandbox/clock", json={"freeze": True}, headers=first)
    for seconds, code in ((30, 200), (30, 401)):
        sandbox.http.post("/_sandbox/clock", json={"advance": seconds}, headers=first)
        assert sandbox.http.get("/_sandbox/world", headers=first).status_code == code
    assert sandbox.http.get("/_sandbox/world", headers=token()).status_code == 200


def test_a_token_of_another_sandbox_opens_nothing(
    start_sandbox: StartSandbox, partner: Partner
) -> None:
    other = start_sandbox("sqlite://")
    answer = other.http.get("/_sandbox/world", headers=partner.headers)
    assert answer.status_code == 401


@pytest.mark.parametrize("key", [None, "", "wrong", "é".encode("latin-1")])
def test_partners_are_made_with_the_admin_key_alone(shared_sandbox: Sandbox, key: str) -> None:
    headers = {} if key is None else {"X-Admin-Key": key}
    answer = shared_sandbox.http.post("/_sandbox/partners", json={}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"]
    assert shared_sandbox.http.get("/_sandbox/partners", headers=headers).status_code == 401


def test_a_partner_may_be_named_or_made_up(shared_sandbox: Sandbox) -> None:
    def create(body: Any) -> httpx.Response:
        headers = {"X-Admin-Key": ADMIN_KEY}
        return shared_sandbox.http.post("/_sandbox/partners", json=body, headers=headers)

    made_up = create({}).json()
    assert made_up["currency"] == "GBP"
    assert made_up["client_id"]
    assert len(made_up["client_secret"]) >= 8
    name = f"named-{time.time_ns()}"
    named = create({"client_id": name, "client_secret": "a long secret", "currency": "EUR"})
    assert named.status_code == 201
    assert named.json() == {
        "client_id": name,
        "client_secret": "a long secret",
        "currency": "EUR",
    }
    again = create({"client_id": name})
    assert again.status_code == 409
    assert name in again.json()["detail"]
    headers = {"X-Admin-Key": ADMIN_KEY}
    listed = shared_sandbox.http.get("/_sandbox/partners", headers=headers).json()
    assert named.json() in listed
    assert [partner["client_id"] for partner in listed][:3] == [
        "partner-a",
        "partner-b",
        "partner-e",
    ]
    for bad in (
        {"currency": "gbp"},
        {"client_id": "a b"},
        {"name": "x"},
        {"client_secret": "short"},
    ):
        assert create(bad).status_code == 400


TOKEN_URL = """
openapi: 3.1.1
info: {title: Tokens elsewhere, version: "1"}
paths: {}
components:
  securitySchemes:
    partner:
      type: oauth2
      flows:
        clientCredentials: {tokenUrl: "https://identity.example/oauth/2.0/token", scopes: {}}
"""


def test_tokens_are_granted_where_a_contract_says_so(
    start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "elsewhere.yaml"
    file.write_text(TOKEN_URL, encoding="utf-8")
    sandbox = start_sandbox("sqlite://", file)
    sandbox.wait_for("also at /oauth/2.0/token")

    form = {**GRANT, "client_id": "partner-a", "client_secret": "secret-a"}
    for path in ("/oauth/2.0/token", TOKEN):
        answer = sandbox.http.post(path, data=form)
        assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
    refused = sandbox.http.post("/oauth/2.0/token", data={**form, "client_secret": "wrong"})
    check_refusal(refused, 401, "invalid_client")
    assert sandbox.http.get("/oauth/2.0/token").status_code == 405
