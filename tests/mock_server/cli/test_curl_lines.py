"""The line that a start prints asks the operation that needs least, with all that it needs."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.cli.contents import line_to_paste
from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve

NUMBER = {"type": "integer", "minimum": 4}
BODY = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
TOKEN = '-H "Authorization: Bearer $TOKEN"'


def needing(location: str, name: str, schema: dict[str, Any], **members: Any) -> dict[str, Any]:
    parameter = {"name": name, "in": location, "required": True, "schema": schema, **members}
    return answering({}, parameters=[parameter])


def taking(kind: str, schema: dict[str, Any] = BODY, **members: Any) -> dict[str, Any]:
    content = {kind: {"schema": schema, **members}}
    return answering({}, requestBody={"required": True, "content": content})


def line(served: Serve, path: str, method: str, operation: Any, scheme: Any = None) -> str | None:
    schemes = {"s": scheme} if scheme is not None else {}
    security: list[dict[str, list[str]]] = [{"s": []}] if scheme is not None else []
    components = {"securitySchemes": schemes}
    whole = document({path: {method: operation}}, components=components, security=security)
    return line_to_paste(served(whole).server.sandbox, "URL")


@pytest.mark.parametrize(
    ("path", "method", "operation", "told"),
    [
        ("/a", "get", answering({}), "curl -si URL/a"),
        ("/a", "post", answering({}), "curl -si -X POST URL/a"),
        ("/a/{n}", "get", needing("path", "n", {"type": "integer"}), "curl -si URL/a/1"),
        ("/a/{n}", "get", needing("path", "n", NUMBER), "curl -si URL/a/4"),
        ("/a/{n}", "get", needing("path", "n", {}, example="b/c"), "curl -si URL/a/b%2Fc"),
        ("/a", "get", needing("query", "n", NUMBER, examples={"x": {"value": 9}}),
         "curl -si 'URL/a?n=9'"),
        ("/a", "get", needing("header", "X-N", NUMBER), "curl -si URL/a -H 'X-N: 4'"),
        ("/a", "post", taking("application/json"),
         "curl -si -X POST URL/a -H 'Content-Type: application/json' -d '{\"a\": \"string\"}'"),
        ("/a", "post", taking("application/json", example={"a": "it's"}),
         "curl -si -X POST URL/a -H 'Content-Type: application/json' -d "
         "'{\"a\": \"it'\"'\"'s\"}'"),
        ("/a", "post", taking("application/x-www-form-urlencoded"),
         "curl -si -X POST URL/a -d a=string"),
        ("/a", "post", taking("application/json", example={"a": 1}), None),
        ("/a", "post", taking("image/png"), None),
        ("/a", "get", needing("query", "n", BODY), None),
    ],
)  # fmt: skip
def test_a_line_gives_what_an_operation_needs(
    served: Serve, path: str, method: str, operation: dict[str, Any], told: str | None
) -> None:
    assert line(served, path, method, operation) == told


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ({"type": "http", "scheme": "bearer"}, f"URL/a {TOKEN}"),
        ({"type": "http", "scheme": "basic"}, "URL/a -u partner-a:secret-a"),
        ({"type": "http", "scheme": "digest"}, "URL/a --digest -u partner-a:secret-a"),
        ({"type": "http", "scheme": "hawk"}, "URL/a -H 'Authorization: hawk secret-a'"),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, "URL/a -H 'X-Key: secret-a'"),
        ({"type": "apiKey", "in": "cookie", "name": "sid"}, "URL/a -b sid=secret-a"),
        ({"type": "apiKey", "in": "query", "name": "a key"}, "'URL/a?a+key=secret-a'"),
        ({"type": "mutualTLS"}, "URL/a"),
    ],
)
def test_a_line_says_who_asks(served: Serve, scheme: dict[str, Any], words: str) -> None:
    assert line(served, "/a", "get", answering({}), scheme) == f"curl -si {words}"


def test_what_needs_less_is_asked_first(served: Serve) -> None:
    paths = {
        "/post": {"post": answering({})},
        "/one/{n}": {"get": needing("path", "n", NUMBER)},
        "/plain": {"get": answering({})},
    }
    sandbox = served(document(paths)).server.sandbox
    assert line_to_paste(sandbox, "URL") == "curl -si URL/plain"


def test_what_answers_501_is_not_asked(served: Serve) -> None:
    none = {"application/json": {"schema": {"$ref": "https://example.com/schema.yaml"}}}
    paths = {
        "/none": {"get": {"responses": {"200": {"description": "It.", "content": none}}}},
        "/one/{n}": {"get": needing("path", "n", NUMBER)},
    }
    sandbox = served(document(paths)).server.sandbox
    assert line_to_paste(sandbox, "URL") == "curl -si URL/one/4"
