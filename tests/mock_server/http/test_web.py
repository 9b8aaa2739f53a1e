"""Pages of other origins, and proxies in front: the server answers as the web wants it."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.http.proxies import as_seen_outside
from tests.mock_server.conftest import RunHere
from tests.mock_server.samples import V2, answering, document
from tests.mock_server.served import Serve

PAGE = "https://page.example"
FROM_PAGE = {"Origin": PAGE}
PATHS = {
    "/a": {
        "get": {
            "responses": {
                "200": {
                    "description": "Fine.",
                    "headers": {"X-Total": {"required": True, "schema": {"const": 5}}},
                    "content": {"application/json": {"example": "fine"}},
                }
            }
        },
        "post": answering("made"),
    }
}


# -- other origins ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/a", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/a", 405),
        ("GET", "/contracts/api.json", 200),
    ],
)
def test_a_page_of_any_origin_may_read_every_answer(
    served: Serve, method: str, path: str, status: int
) -> None:
    answer = served(document(PATHS)).http.request(method, path, headers=FROM_PAGE)

    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in answer.headers["Vary"]


def test_the_headers_of_an_answer_may_be_read(served: Serve) -> None:
    answer = served(document(PATHS)).http.get("/a", headers=FROM_PAGE)

    assert answer.headers["Access-Control-Expose-Headers"] == "x-total"


def test_nothing_is_said_of_origins_to_who_is_no_page(served: Serve) -> None:
    headers = served(document(PATHS)).http.get("/a").headers

    assert not any(name.startswith("access-control") for name in headers)


@pytest.mark.parametrize(("path", "methods"), [("/a", "GET, POST, DELETE"), ("/nowhere", "DELETE")])
def test_a_browser_learns_what_a_page_may_send(served: Serve, path: str, methods: str) -> None:
    asked = {
        **FROM_PAGE,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization, x-key",
        "Access-Control-Request-Private-Network": "true",
    }

    answer = served(document(PATHS)).http.options(path, headers=asked)

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert answer.headers["Access-Control-Allow-Methods"] == methods
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization, x-key"
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


def test_a_preflight_needs_no_credentials(served: Serve) -> None:
    key = {"type": "apiKey", "in": "header", "name": "X-Key"}
    secured = {"/a": {"get": answering("fine", security=[{"key": []}])}}
    sandbox = served(document(secured, components={"securitySchemes": {"key": key}}))
    asked = {**FROM_PAGE, "Access-Control-Request-Method": "GET"}

    assert sandbox.http.options("/a", headers=asked).status_code == 204
    refused = sandbox.http.get("/a", headers=FROM_PAGE)
    assert refused.status_code == 401
    assert "www-authenticate" in refused.headers["Access-Control-Expose-Headers"]


def test_only_the_origins_that_are_named_may_ask(served: Serve) -> None:
    sandbox = served(document(PATHS), cors=("https://mine.example",))
    asked = {"Access-Control-Request-Method": "GET"}

    for origin, is_open in (("https://mine.example", True), (PAGE, False)):
        headers = {"Origin": origin}
        for answer in (
            sandbox.http.get("/a", headers=headers),
            sandbox.http.options("/a", headers={**headers, **asked}),
        ):
            assert ("Access-Control-Allow-Origin" in answer.headers) is is_open


def test_what_a_page_of_ours_shows_is_for_no_other_page(served: Serve) -> None:
    headers = served(document(PATHS)).http.get("/", headers=FROM_PAGE).headers

    assert "Access-Control-Allow-Origin" not in headers


def test_options_tells_the_methods_of_a_path(served: Serve) -> None:
    paths = {**PATHS, "/documented": {"options": answering("as documented")}}
    sandbox = served(document(paths))

    told = sandbox.http.options("/a")
    assert (told.status_code, told.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert sandbox.http.options("/documented").json() == "as documented"
    assert sandbox.http.options("/nowhere").status_code == 404


# -- proxies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root_path", "path", "headers"),
    [
        ("/sandbox", "", {}),
        ("/sandbox", "/sandbox", {}),
        ("", "", {"X-Forwarded-Prefix": "/sandbox"}),
        ("", "/sandbox", {"X-Forwarded-Prefix": "/sandbox/"}),
    ],
)
def test_links_are_right_behind_a_proxy_that_shows_the_server_below_a_path(
    served: Serve, root_path: str, path: str, headers: dict[str, str]
) -> None:
    sandbox = served(V2, root_path=root_path)
    partner = sandbox.partner()
    item = {
        "partner_client_id": "A", "client_start_date": "2024-04-23T13:44:03.585Z", "entity_type": "LLC",
    }  # fmt: skip

    answer = partner.post(f"{path}/api/v2/Clients", json=[item], headers=headers)

    uri = answer.json()["status_check_uri"]
    assert uri.startswith("/sandbox/api/v2/")
    assert answer.headers.get("Location", uri) == uri
    assert partner.get(uri, headers=headers).status_code == 200


def test_a_location_is_a_whole_uri_where_a_proxy_says_its_host(served: Serve) -> None:
    headers = {"Location": {"required": True, "schema": {"const": "/things/5"}}}
    made = {"201": {"description": "Made.", "headers": headers}}
    sandbox = served(document({"/things": {"post": {"responses": made}}}))
    told = {
        "X-Forwarded-Proto": "https", "X-Forwarded-Host": "mock.example", "X-Forwarded-Prefix": "/s",
    }  # fmt: skip

    assert sandbox.http.post("/things").headers["Location"] == "/things/5"
    seen = sandbox.http.post("/things", headers=told).headers["Location"]
    assert seen == "https://mock.example/s/things/5"


def test_a_location_is_a_whole_uri_where_its_schema_asks_for_one(served: Serve) -> None:
    headers = {"Location": {"schema": {"type": "string", "format": "uri"}}}
    made = {"201": {"description": "Made.", "headers": headers}}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    one = {"parameters": [key], "responses": {"204": {"description": "It."}}}
    paths = {"/things": {"post": {"responses": made}}, "/things/{id}": {"get": one}}
    http = served(document(paths)).http

    location = http.post("/things").headers["Location"]
    assert location == str(http.base_url.join("/things/1"))


def test_a_page_is_right_behind_a_proxy(served: Serve) -> None:
    told = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "mock.example",
        "X-Forwarded-Prefix": "/s",
    }

    page = served(document(PATHS)).http.get("/", headers={"Accept": "text/html", **told}).text

    assert "https://mock.example/s" in page
    assert "secret-b" not in page  # who comes through a proxy is not at home


@pytest.mark.parametrize(
    ("headers", "scheme", "host"),
    [
        ({"x-forwarded-proto": "https"}, "https", "here:8080"),
        ({"x-forwarded-host": "out.example"}, "http", "out.example"),
        ({"x-forwarded-host": "out.example, in.example"}, "http", "out.example"),
        (
            {"x-forwarded-host": "out.example", "x-forwarded-port": "8443"},
            "http",
            "out.example:8443",
        ),
        (
            {
                "x-forwarded-host": "out.example",
                "x-forwarded-proto": "https",
                "x-forwarded-port": "443",
            },
            "https",
            "out.example",
        ),
        (
            {"forwarded": 'for=1.2.3.4;proto=https;host="out.example:8443"'},
            "https",
            "out.example:8443",
        ),
        ({"x-forwarded-host": "<script>"}, "http", "here:8080"),
        ({"x-forwarded-proto": "javascript"}, "http", "here:8080"),
    ],
)
def test_what_a_proxy_says_of_scheme_and_host_is_taken_where_it_can_stand_in_a_link(
    headers: dict[str, str], scheme: str, host: str
) -> None:
    seen = as_seen_outside(scope(headers), "")

    assert (seen["scheme"], dict(seen["headers"])[b"host"].decode()) == (scheme, host)


@pytest.mark.parametrize(
    ("prefix", "root_path"),
    [("/a/b", "/a/b"), ("/a/", "/a"), ("a", ""), ("//evil.example", ""), ("/a b", ""), ("/", "")],
)
def test_a_prefix_is_a_path_or_nothing(prefix: str, root_path: str) -> None:
    assert as_seen_outside(scope({"x-forwarded-prefix": prefix}), "")["root_path"] == root_path


def scope(headers: dict[str, str]) -> dict[str, Any]:
    raw = [
        (name.encode(), text.encode()) for name, text in {"host": "here:8080", **headers}.items()
    ]
    return {"scheme": "http", "path": "/a", "raw_path": b"/a", "headers": raw}


def test_a_root_path_that_is_none_is_told(run_command_here: RunHere) -> None:
    code, printed = run_command_here(
        "serve", V2, "--database", "sqlite://", "--root-path", "no path"
    )

    assert code == 2
    assert "a path such as /sandbox is expected" in printed
