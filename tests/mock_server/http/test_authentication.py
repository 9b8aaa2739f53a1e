"""Who is asking, by every security scheme, alone, together and by choice; `--auth any` and `--auth known`."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from mock_server.contracts.credentials import credentials_in_conflict, credentials_taken
from mock_server.loading import load_contracts
from mock_server.settings import Settings
from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve, Served

FLOWS = {
    "clientCredentials": {
        "tokenUrl": "https://id.example/oauth/token",
        "scopes": {"read": "", "write": ""},
    },
    "authorizationCode": {
        "authorizationUrl": "/authorize",
        "tokenUrl": "/code/token",
        "scopes": {},
    },
    "password": {"tokenUrl": "/password/token", "scopes": {}},
}
SCHEMES: dict[str, Any] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "basic": {"type": "http", "scheme": "BASIC"},
    "bearer": {"type": "http", "scheme": "Bearer"},
    "oauth": {"type": "oauth2", "flows": FLOWS},
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://id.example/.well-known/x"},
    "digest": {"type": "http", "scheme": "digest"},
    "mutual": {"type": "mutualTLS"},
    "hawk": {"type": "http", "scheme": "hawk"},
}


def contract(*security: Any, **responses: Any) -> dict[str, Any]:
    """Return a contract whose one operation, GET /a, asks for this."""
    operation = answering("fine", security=list(security))
    operation["responses"].update(responses)
    return document({"/a": {"get": operation}}, components={"securitySchemes": SCHEMES})


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def authorization(text: str) -> dict[str, str]:
    return {"Authorization": text}


ANYBODY: list[tuple[str, dict[str, str]]] = [
    ("header", {"X-Key": "abc"}),
    ("cookie", {"Cookie": "a=b; session=abc"}),
    ("basic", basic("me:pass")),
    ("basic", basic("sk_test:")),
    ("bearer", authorization("bearer abc.def-ghi")),
    ("oauth", authorization("Bearer abc")),
    ("openid", authorization("BEARER abc")),
    ("digest", authorization('Digest username=""')),
    ("hawk", authorization('Hawk id="x"')),
    ("mutual", {}),
]
NOBODY: list[tuple[str, dict[str, str]]] = [
    ("header", {"X-Key": ""}),
    ("header", authorization("abc")),
    ("cookie", {"Cookie": "session="}),
    ("basic", basic(":")),
    ("basic", basic("no-colon")),
    ("basic", authorization("Basic ???")),
    ("basic", authorization("Bearer abc")),
    ("bearer", authorization("Bearer")),
    ("bearer", authorization("Bearer a b")),
    ("bearer", authorization("abc")),
    ("oauth", basic("me:pass")),
    ("digest", authorization("Bearer abc")),
    ("hawk", {}),
]


def asked(sandbox: Served, headers: dict[str, str], query: str = "") -> httpx.Response:
    return sandbox.http.get(f"/a{query}", headers=headers)


@pytest.mark.parametrize(("scheme", "headers"), ANYBODY)
def test_whatever_is_well_formed_is_somebody(
    served: Serve, scheme: str, headers: dict[str, str]
) -> None:
    assert asked(served(contract({scheme: []})), headers).status_code == 200


@pytest.mark.parametrize(("scheme", "headers"), NOBODY)
def test_what_is_empty_or_malformed_is_nobody(
    served: Serve, scheme: str, headers: dict[str, str]
) -> None:
    answer = asked(served(contract({scheme: []})), headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"]


def test_a_key_in_the_query(served: Serve) -> None:
    sandbox = served(contract({"query": []}))

    assert asked(sandbox, {}, "?key=abc").status_code == 200
    assert [asked(sandbox, {}, query).status_code for query in ("", "?key=", "?other=1")] == [
        401
    ] * 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-Key": "abc"}, 401),
        (basic("a:b"), 401),
        ({"X-Key": "abc", **basic("a:b")}, 200),
        (authorization("Bearer abc"), 200),
    ],
)
def test_schemes_are_wanted_together_or_by_choice(
    served: Serve, headers: dict[str, str], status: int
) -> None:
    sandbox = served(contract({"header": [], "basic": []}, {"bearer": []}))

    assert asked(sandbox, headers).status_code == status


@pytest.mark.parametrize("headers", [{}, {"X-Key": "abc"}, authorization("Bearer")])
def test_credentials_may_be_optional(served: Serve, headers: dict[str, str]) -> None:
    assert asked(served(contract({"bearer": []}, {})), headers).status_code == 200


def test_a_scheme_may_be_named_by_where_it_stands_since_3_2(served: Serve) -> None:
    whole = {**contract({"#/components/securitySchemes/header": []}), "openapi": "3.2.0"}
    sandbox = served(whole)

    assert asked(sandbox, {"X-Key": "abc"}).status_code == 200
    assert asked(sandbox, {}).status_code == 401


def test_an_empty_list_takes_back_what_the_document_asks_for(served: Serve) -> None:
    whole = {**contract(), "security": [{"bearer": []}]}

    assert asked(served(whole), {}).status_code == 200


def test_each_credential_is_a_caller_of_its_own(served: Serve) -> None:
    sandbox = served(contract({"bearer": []}))

    def caller(token: str) -> str:
        asked(sandbox, authorization(f"Bearer {token}")).raise_for_status()
        return str(sandbox.server.sandbox.runtime.store.partners.all()[-1].client_id)

    one, other = caller("one"), caller("another")
    assert one != other
    assert caller("one") == other  # nobody new
    assert "one" not in one


KNOWN: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("header", {"X-Key": "secret-a"}, {"X-Key": "abc"}),
    ("basic", basic("partner-a:secret-a"), basic("partner-a:secret-b")),
    ("bearer", {}, authorization("Bearer abc")),
]


@pytest.mark.parametrize(("scheme", "right", "wrong"), KNOWN)
def test_only_partners_are_taken_where_callers_are_known(
    served: Serve, scheme: str, right: dict[str, str], wrong: dict[str, str]
) -> None:
    sandbox = served(contract({scheme: []}), auth="known")
    token = sandbox.server.sandbox.runtime.tokens.issue("partner-a")

    assert asked(sandbox, right or authorization(f"Bearer {token}")).status_code == 200
    assert asked(sandbox, wrong).status_code == 401


@pytest.mark.parametrize("auth", ["any", "known"])
def test_the_caller_without_credentials_has_no_secret(served: Serve, auth: str) -> None:
    sandbox = served(
        contract({"basic": []}, {"header": []}), contract_without_security(), auth=auth
    )
    sandbox.http.get("/open").raise_for_status()
    request = {"grant_type": "client_credentials", "client_id": "anonymous", "client_secret": ""}

    assert sandbox.http.post("/oauth2/token", data=request).status_code == 401
    assert asked(sandbox, {"X-Key": ""}).status_code == 401
    if auth == "known":
        assert asked(sandbox, basic("anonymous:")).status_code == 401


def contract_without_security() -> dict[str, Any]:
    return document({"/open": {"get": answering("open")}})


# -- tokens and scopes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/oauth/token", "/code/token", "/password/token", "/oauth2/token"]
)
def test_the_token_url_of_every_flow_answers_client_credentials(served: Serve, path: str) -> None:
    sandbox = served(contract({"oauth": ["read"]}))
    request = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "mine"}

    token = sandbox.http.post(path, data=request).json()["access_token"]

    assert asked(sandbox, authorization(f"Bearer {token}")).status_code == 200


def test_only_partners_get_tokens_where_callers_are_known(served: Serve) -> None:
    sandbox = served(contract({"oauth": []}), auth="known")
    request = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "mine"}

    assert sandbox.http.post("/oauth/token", data=request).status_code == 401
    assert sandbox.http.post(
        "/oauth/token", data=request, auth=("partner-a", "secret-a")
    ).status_code


@pytest.mark.parametrize(
    ("scope", "responses", "status"),
    [
        (None, {"403": {"description": "No."}}, 200),
        ("read write", {"403": {"description": "No."}}, 200),
        ("write", {"403": {"description": "No."}}, 403),
        ("", {"4XX": {"description": "No."}}, 403),
        ("write", {"default": {"description": "No."}}, 403),
        ("write", {}, 200),
    ],
)
def test_a_token_for_fewer_scopes_is_refused_where_that_is_documented(
    served: Serve, scope: str | None, responses: dict[str, Any], status: int
) -> None:
    sandbox = served(contract({"oauth": ["read"]}, **responses))
    request = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "mine"}
    if scope is not None:
        request["scope"] = scope
    granted = sandbox.http.post("/oauth/token", data=request).json()

    answer = asked(sandbox, authorization(f"Bearer {granted['access_token']}"))

    assert answer.status_code == status
    assert granted.get("scope") == scope
    if status == 403:
        assert 'scope="read"' in answer.headers["WWW-Authenticate"]


# -- what is told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        ("basic", 'Basic realm="A test", charset="UTF-8"'),
        ("bearer", 'Bearer realm="A test"'),
        ("header", 'ApiKey realm="A test", in="header", name="X-Key"'),
    ],
)
def test_a_refusal_tells_which_scheme_would_do(served: Serve, scheme: str, told: str) -> None:
    assert asked(served(contract({scheme: []})), {}).headers["WWW-Authenticate"] == told


def test_digest_can_be_answered_by_any_client(served: Serve) -> None:
    sandbox = served(contract({"digest": []}))

    assert sandbox.http.get("/a", auth=httpx.DigestAuth("me", "mine")).json() == "fine"


def loaded(tmp_path: Any, auth: Any, *security: Any) -> Any:
    file = tmp_path / "api.json"
    file.write_text(json.dumps(contract(*security)))
    return load_contracts(Settings(contracts=(file,), auth=auth))[0]


@pytest.mark.parametrize(
    ("auth", "sentences"),
    [
        (
            "any",
            ["header: any text as X-Key (header)", "basic: any id and secret by HTTP Basic",
             "digest: any `Authorization: Digest ...`, for what it says is not checked",
             "mutual: nothing, for client certificates are not checked"],
        ),
        (
            "known",
            ["header: a partner's secret as X-Key (header)", "basic: a partner's id and secret by HTTP Basic",
             "digest: any `Authorization: Digest ...`, for what it says is not checked",
             "mutual: nothing, for client certificates are not checked"],
        ),
    ],
)  # fmt: skip
def test_what_a_contract_takes_is_told(tmp_path: Any, auth: str, sentences: list[str]) -> None:
    found = loaded(tmp_path, auth, {"header": []}, {"basic": []}, {"digest": []}, {"mutual": []})

    assert list(credentials_taken(found)) == sentences


@pytest.mark.parametrize(
    ("security", "is_told"),
    [
        ([{"basic": [], "bearer": []}], True),
        ([{"basic": [], "bearer": []}, {"header": []}], False),
        ([{"oauth": [], "bearer": []}], False),
        ([{"header": [], "bearer": []}], False),
        ([{"mutual": [], "bearer": []}], False),
        ([{"digest": [], "bearer": []}], True),
    ],
)
def test_what_can_never_be_met_is_told(tmp_path: Any, security: list[Any], is_told: bool) -> None:
    told = list(credentials_in_conflict(loaded(tmp_path, None, *security)))

    assert bool(told) is is_told


NOTE = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "text": {"type": "string"}},
}
SHOWN = {"200": {"description": "It.", "content": {"application/json": {"schema": NOTE}}}}
SENT = {"content": {"application/json": {"schema": NOTE}}}
READ_BY_ALL = document(
    {
        "/notes": {"post": {"requestBody": SENT, "responses": SHOWN, "security": [{"header": []}]}},
        "/notes/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "get": {"responses": SHOWN, "security": []},
        },
    },
    components={"securitySchemes": SCHEMES},
)


def test_who_shows_credentials_that_are_not_asked_for_is_still_known(served: Serve) -> None:
    http = served(READ_BY_ALL).http
    made = http.post("/notes", json={"id": "7", "text": "Hi"}, headers={"X-Key": "mine"}).json()
    path = f"/notes/{made['id']}"

    assert http.get(path, headers={"X-Key": "mine"}).json() == made
    assert http.get(path, headers={"X-Key": "other"}).status_code == 404
    assert http.get(path, headers=authorization("what")).status_code == 404
