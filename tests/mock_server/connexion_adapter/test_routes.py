"""Which operation a request is for: servers, templates, what goes before what, and what stays in its segment."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_server.connexion_adapter.routes import Found, Routes
from mock_server.contracts.contract import read_contract
from mock_server.http.escapes import plain
from openapi_documents import DocumentError, parse
from tests.mock_server.samples import document
from tests.mock_server.served import Serve


def routes(paths: dict[str, Any], **members: Any) -> Routes:
    whole = json.dumps(document(paths, **members))
    return Routes([read_contract(parse(whole, "api.json"), "api")])


def operations(*methods: str, **members: Any) -> dict[str, Any]:
    return {method: {"responses": {}, **members} for method in methods or ("get",)}


def found(among: Routes, path: str, method: str = "GET") -> tuple[str, tuple[str, ...]] | None:
    """Return the path of the operation that is found, as the document spells it, and the values of its templates."""
    answer: Found = among.find(method, path.encode())
    if answer.operation is None:
        return None
    return answer.operation.own_path, tuple(map(plain, answer.values))


PATHS = {
    path: operations()
    for path in (
        "/", "/pets", "/pets/mine", "/pets/{id}", "/pets/{id}/toys", "/pets/{id}.{format}", "/pets/by-{name}",
        "/{kind}/mine/toys", "/a b%20c", "/files/{name}:copy", "/sum(a={a},b={b})", "/slash/",
    )
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/", ("/", ())),
        ("/pets", ("/pets", ())),
        ("/pets/mine", ("/pets/mine", ())),
        ("/pets/5", ("/pets/{id}", ("5",))),
        ("/pets/5/toys", ("/pets/{id}/toys", ("5",))),
        # A concrete segment goes first, the first one that differs decides, and what leads nowhere is left again.
        ("/pets/mine/toys", ("/pets/{id}/toys", ("mine",))),
        ("/dogs/mine/toys", ("/{kind}/mine/toys", ("dogs",))),
        ("/pets/archive.tar.gz", ("/pets/{id}.{format}", ("archive.tar", "gz"))),
        ("/pets/by-rex", ("/pets/by-{name}", ("rex",))),
        ("/files/a:copy", ("/files/{name}:copy", ("a",))),
        ("/sum(a=1,b=2)", ("/sum(a={a},b={b})", ("1", "2"))),
        ("/slash/", ("/slash/", ())),
        # Whatever is encoded is the same as not, but for a slash, which stays in its segment.
        ("/a%20b%20c", ("/a b%20c", ())),
        ("/pets/a%2Fb", ("/pets/{id}", ("a/b",))),
        ("/%70ets", ("/pets", ())),
        ("/pets/caf%C3%A9", ("/pets/{id}", ("café",))),
        ("/nothing", None),
        ("/pets/", None),
        ("/pets/5/", None),
        ("//pets", None),
        ("/slash", None),
    ],
)
def test_a_path_leads_to_the_most_concrete_operation(
    path: str, operation: tuple[str, tuple[str, ...]] | None
) -> None:
    assert found(routes(PATHS), path) == operation


def test_delimiters_that_came_encoded_are_text_all_the_same() -> None:
    among = routes({"/files/{name}:copy": operations(), "/list(a={a})": operations()})

    assert found(among, "/files/a%3Acopy") == ("/files/{name}:copy", ("a",))
    assert found(among, "/list(a%3D5)") == ("/list(a={a})", ("5",))


def test_a_method_that_only_the_template_knows_is_the_templates() -> None:
    among = routes({"/pets/mine": operations("get"), "/pets/{id}": operations("get", "delete")})

    assert found(among, "/pets/mine", "DELETE") == ("/pets/{id}", ("mine",))
    assert found(among, "/pets/mine", "HEAD") == ("/pets/mine", ())
    assert among.find("PUT", b"/pets/mine").allowed == ("DELETE", "GET")


def test_a_method_of_openapi_3_2_is_found() -> None:
    item = {"query": {"responses": {}}, "additionalOperations": {"PURGE": {"responses": {}}}}
    among = routes({"/a": item}, openapi="3.2.0")

    assert [found(among, "/a", method) for method in ("QUERY", "PURGE")] == [("/a", ())] * 2


@pytest.mark.parametrize(
    ("servers", "served", "not_served"),
    [
        ([], ["/a"], ["/v1/a"]),
        ([{"url": "https://api.example.com/v1/"}], ["/v1/a"], ["/a"]),
        ([{"url": "/v1"}, {"url": "https://other.example.com/v2"}], ["/v1/a", "/v2/a"], ["/a"]),
        ([{"url": "v1"}], ["/v1/a"], ["/a"]),
        ([{"url": "../v1"}], ["/v1/a"], ["/a"]),
        (
            [{"url": "/{v}", "variables": {"v": {"default": "v2", "enum": ["v1", "v2"]}}}],
            ["/v1/a", "/v2/a"],
            ["/v3/a", "/a"],
        ),
        (
            [{"url": "https://x.example/{tenant}/api", "variables": {"tenant": {"default": "me"}}}],
            ["/me/api/a", "/somebody/api/a"],
            ["/api/a"],
        ),
        (
            [{"url": "https://x.example:{port}/v1", "variables": {"port": {"default": 443}}}],
            ["/v1/a"],
            ["/a"],
        ),
        (
            [{"url": "https://x.example{base}", "variables": {"base": {"default": ""}}}],
            ["/a"],
            ["/x/a"],
        ),
        ([{"url": "/{undeclared}"}], ["/x/a"], ["/a"]),
    ],
)
def test_an_operation_is_served_below_every_server(
    servers: list[Any], served: list[str], not_served: list[str]
) -> None:
    among = routes({"/a": operations()}, servers=servers)

    assert [found(among, path) for path in served] == [("/a", ())] * len(served)
    assert [found(among, path) for path in not_served] == [None] * len(not_served)


def test_the_servers_of_an_operation_go_before_those_of_its_path_and_of_the_document() -> None:
    item = {
        "servers": [{"url": "/of-path"}],
        **operations("get"),
        **operations("post", servers=[{"url": "/of-operation"}]),
    }
    among = routes({"/a": item, "/b": operations()}, servers=[{"url": "/of-document"}])

    assert found(among, "/of-path/a") == ("/a", ())
    assert found(among, "/of-operation/a", "POST") == ("/a", ())
    assert found(among, "/of-document/b") == ("/b", ())
    assert found(among, "/of-document/a") is None
    assert found(among, "/of-path/a", "POST") is None


def test_a_value_of_a_server_is_none_of_the_paths() -> None:
    servers = [{"url": "/{tenant}", "variables": {"tenant": {"default": "me"}}}]
    among = routes({"/pets/{id}": operations()}, servers=servers)

    assert found(among, "/somebody/pets/5") == ("/pets/{id}", ("5",))


@pytest.mark.parametrize(("path", "told"), [("/a", "; /v1/a is"), ("/b", ".")])
def test_who_leaves_out_the_path_of_the_server_is_told(served: Serve, path: str, told: str) -> None:
    sandbox = served(document({"/a": operations()}, servers=[{"url": "/v1"}]))

    assert f"Nothing is served at {path}{told}" in sandbox.http.get(path).json()["detail"]


def test_two_operations_at_one_place_are_told() -> None:
    with pytest.raises(DocumentError, match="is served already"):
        routes({"/pets/{id}": operations(), "/pets/{name}": operations()})
