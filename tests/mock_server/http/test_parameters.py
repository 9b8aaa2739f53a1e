"""Parameters in every style of OpenAPI (3.1.1, section 4.8.12), after RFC 6570: `color` is a text, a list or an object."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mock_server.contracts.contract import read_contract
from mock_server.contracts.schemas import Schemas
from mock_server.http import parameters
from mock_server.http.escapes import decoded
from mock_server.http.headers import headers_of
from mock_server.http.problems import Problem
from openapi_documents import parse
from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve

TEXT = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
NUMBERS = {"type": "array", "items": {"type": "integer"}}
COLOUR = {
    "type": "object",
    "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}},
}
BLUE, SEVERAL, RGB = "blue", ["blue", "black"], {"R": 100, "G": 200}
EXPLODE, WHOLE = {"explode": True}, {"explode": False}
EMPTY: dict[str, Any] = {}
"""Nothing is said: the defaults of the location."""


def read(
    parameter: dict[str, Any],
    *,
    path: str = "",
    query: str = "",
    headers: dict[str, str] | None = None,
) -> dict[str, object]:
    """Return the values of the parameters of an operation with one."""
    template = "/{color}" if parameter["in"] == "path" else "/"
    whole = document({template: {"get": {"parameters": [parameter], "responses": {}}}})
    contract = read_contract(parse(json.dumps(whole), "api.json"), "api")
    (operation,) = contract.operations
    raw = [(name.encode(), text.encode()) for name, text in (headers or {}).items()]
    sources = parameters.Sources(
        {"color": decoded(path)} if path else {}, query.encode(), headers_of({"headers": raw})
    )
    return parameters.read(operation, Schemas(contract.document, contract.rules), sources)


def parameter(location: str, schema: dict[str, Any], **members: Any) -> dict[str, Any]:
    required = location == "path"
    return {"name": "color", "in": location, "required": required, "schema": schema, **members}


@pytest.mark.parametrize(
    ("style", "schema", "written", "value"),
    [
        (EMPTY, TEXT, "blue", BLUE),
        (EMPTY, LIST, "blue,black", SEVERAL),
        (EMPTY, COLOUR, "R,100,G,200", RGB),
        (EXPLODE, COLOUR, "R=100,G=200", RGB),
        ({"style": "label"}, TEXT, ".blue", BLUE),
        ({"style": "label"}, LIST, ".blue,black", SEVERAL),
        ({"style": "label"}, NUMBERS, ".1.2", [1, 2]),
        ({"style": "label", **EXPLODE}, LIST, ".blue.black", SEVERAL),
        ({"style": "label"}, COLOUR, ".R,100,G,200", RGB),
        ({"style": "label", **EXPLODE}, COLOUR, ".R=100.G=200", RGB),
        ({"style": "matrix"}, TEXT, ";color=blue", BLUE),
        ({"style": "matrix"}, TEXT, ";color", ""),
        ({"style": "matrix"}, LIST, ";color=blue,black", SEVERAL),
        ({"style": "matrix", **EXPLODE}, LIST, ";color=blue;color=black", SEVERAL),
        ({"style": "matrix"}, COLOUR, ";color=R,100,G,200", RGB),
        ({"style": "matrix", **EXPLODE}, COLOUR, ";R=100;G=200", RGB),
        # A delimiter that came encoded belongs to a value.
        (EMPTY, LIST, "a%2Cb,c%2Fd", ["a,b", "c/d"]),
        ({"style": "label", **EXPLODE}, LIST, ".a%2Eb.c", ["a.b", "c"]),
        (EMPTY, TEXT, "a%2Fb%20c%25", "a/b c%"),
    ],
)
def test_a_template_is_read_in_its_style(
    style: dict[str, Any], schema: dict[str, Any], written: str, value: object
) -> None:
    assert read(parameter("path", schema, **style), path=written) == {"color": value}


@pytest.mark.parametrize(
    ("style", "schema", "written", "value"),
    [
        (EMPTY, TEXT, "color=blue", BLUE),
        (EMPTY, TEXT, "color=", ""),
        (EMPTY, TEXT, "color=a+b%2Bc", "a b+c"),
        ({"allowReserved": True}, TEXT, "color=a+b/c?d", "a+b/c?d"),
        (EMPTY, LIST, "color=blue&color=black", SEVERAL),
        (EMPTY, LIST, "color=blue,black", ["blue,black"]),
        (WHOLE, LIST, "color=blue,black", SEVERAL),
        (WHOLE, LIST, "color=a%2Cb,c", ["a,b", "c"]),
        (WHOLE, NUMBERS, "color=1%2C2", [1, 2]),
        (WHOLE, NUMBERS, "color=", []),
        (EMPTY, COLOUR, "R=100&G=200&other=1", RGB),
        (WHOLE, COLOUR, "color=R,100,G,200", RGB),
        ({"style": "spaceDelimited", **WHOLE}, LIST, "color=blue%20black", SEVERAL),
        ({"style": "spaceDelimited", **WHOLE}, LIST, "color=blue+black", SEVERAL),
        ({"style": "pipeDelimited", **WHOLE}, LIST, "color=blue|black", SEVERAL),
        ({"style": "pipeDelimited", **WHOLE}, LIST, "color=blue%7Cblack", SEVERAL),
        ({"style": "pipeDelimited", **WHOLE}, COLOUR, "color=R%7C100%7CG%7C200", RGB),
        ({"style": "deepObject"}, COLOUR, "color[R]=100&color%5BG%5D=200", RGB),
    ],
)
def test_a_query_is_read_in_its_style(
    style: dict[str, Any], schema: dict[str, Any], written: str, value: object
) -> None:
    assert read(parameter("query", schema, **style), query=written) == {"color": value}


@pytest.mark.parametrize(
    ("style", "schema", "written", "value"),
    [
        (EMPTY, TEXT, "a%20b", "a%20b"),
        (EMPTY, LIST, "blue, black", SEVERAL),
        (EMPTY, COLOUR, "R,100,G,200", RGB),
        (EXPLODE, COLOUR, "R=100, G=200", RGB),
    ],
)
def test_a_header_is_read_in_its_style(
    style: dict[str, Any], schema: dict[str, Any], written: str, value: object
) -> None:
    found = read(parameter("header", schema, **style), headers={"Color": written})

    assert found == {"color": value}


@pytest.mark.parametrize(
    ("style", "schema", "written", "value"),
    [
        (EMPTY, TEXT, "x=1; color=a%20b", "a b"),
        (EMPTY, TEXT, 'bad; color="blue"', BLUE),
        ({"style": "cookie"}, TEXT, "color=a%20b", "a%20b"),
        (WHOLE, LIST, "color=blue,black", SEVERAL),
        (EMPTY, LIST, "color=blue&color=black", SEVERAL),
        ({"style": "cookie"}, LIST, "color=blue; color=black", SEVERAL),
        (WHOLE, COLOUR, "color=R,100,G,200", RGB),
        (EMPTY, COLOUR, "R=100&G=200", RGB),
        ({"style": "cookie"}, COLOUR, "R=100; G=200", RGB),
    ],
)
def test_a_cookie_is_read_in_its_style(
    style: dict[str, Any], schema: dict[str, Any], written: str, value: object
) -> None:
    found = read(parameter("cookie", schema, **style), headers={"Cookie": written})

    assert found == {"color": value}


DEEP = {
    "type": "object",
    "properties": {
        "price": {"type": "object", "properties": {"gte": {"type": "number"}}},
        "ids": NUMBERS,
    },
}


@pytest.mark.parametrize("written", ["color[ids]=1&color[ids]=2", "color[ids][]=1&color[ids][]=2"])
def test_a_deep_object_may_be_deeper_than_one_member(written: str) -> None:
    found = read(
        parameter("query", DEEP, style="deepObject"), query=f"{written}&color[price][gte]=1.5"
    )

    assert found == {"color": {"ids": [1, 2], "price": {"gte": 1.5}}}


@pytest.mark.parametrize(
    ("schema", "written", "value"),
    [
        ({"type": "integer"}, "5", 5),
        ({"type": "number"}, "1e2", 100.0),
        ({"type": "boolean"}, "true", True),
        ({"type": ["integer", "null"]}, "null", None),
        ({"type": ["string", "null"]}, "null", "null"),
        ({"type": ["integer", "string"]}, "5", 5),
        ({"type": ["integer", "string"]}, "a", "a"),
        ({"anyOf": [{"type": "integer", "minimum": 10}, TEXT]}, "5", "5"),
        ({"anyOf": [LIST, TEXT]}, "a", "a"),
        ({"oneOf": [{"type": "integer"}, {"type": "boolean"}]}, "false", False),
        ({"allOf": [{"type": "integer"}, {"minimum": 1}]}, "5", 5),
        ({"enum": [1, "a", True]}, "1", 1),
        ({"const": 7}, "7", 7),
        ({"minimum": 3}, "4", 4),
        ({}, "4", "4"),
    ],
)
def test_a_text_becomes_what_its_schema_speaks_of(
    schema: dict[str, Any], written: str, value: object
) -> None:
    assert read(parameter("query", schema), query=f"color={written}") == {"color": value}


def test_members_of_an_exploded_object_may_be_those_of_its_branches() -> None:
    by_id = {"required": ["id"], "properties": {"id": {"type": "integer"}}}
    by_name = {"required": ["name"], "properties": {"name": TEXT}}
    schema = {"type": "object", "oneOf": [by_id, by_name]}

    assert read(parameter("query", schema), query="id=5") == {"color": {"id": 5}}
    assert read(parameter("query", schema), query="name=5") == {"color": {"name": "5"}}


def test_content_says_how_a_parameter_is_written() -> None:
    content = {"application/json": {"schema": {"type": "object", "required": ["a"]}}}
    written = {"name": "color", "in": "query", "content": content}

    assert read(written, query="color=%7B%22a%22:1%7D") == {"color": {"a": 1}}
    with pytest.raises(Problem) as caught:
        read(written, query="color=%7B%7D")
    assert caught.value.faults[0].pointer == "#/query/color/a"


@pytest.mark.parametrize(
    ("media_type", "query"),
    [
        ("application/json", "%7B%22a%22:1%7D"),
        ("application/x-www-form-urlencoded", "a=1"),
    ],
)
def test_a_whole_query_may_be_one_parameter(media_type: str, query: str) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    written = {"name": "all", "in": "querystring", "content": {media_type: {"schema": schema}}}

    assert read(written, query=query) == {"all": {"a": 1}}


def test_a_whole_query_is_written_as_its_encoding_says() -> None:
    schema = {"type": "object", "properties": {"ids": NUMBERS, "rgb": COLOUR}}
    encoding = {"ids": {"explode": False}, "rgb": {"style": "deepObject"}}
    content = {"application/x-www-form-urlencoded": {"schema": schema, "encoding": encoding}}
    written = {"name": "all", "in": "querystring", "content": content}

    assert read(written, query="ids=1,2&rgb[R]=100&rgb[G]=200") == {
        "all": {"ids": [1, 2], "rgb": RGB}
    }


def test_cookies_may_come_in_several_headers() -> None:
    raw = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-list", b"1"), (b"x-list", b"2")]

    assert headers_of({"headers": raw}) == {"cookie": "a=1; b=2", "x-list": "1, 2"}


def test_an_empty_value_fits_where_it_is_allowed() -> None:
    schema = {"type": "integer"}

    assert read(parameter("query", schema, allowEmptyValue=True), query="color=") == {"color": ""}
    with pytest.raises(Problem):
        read(parameter("query", schema), query="color=")


@pytest.mark.parametrize(
    ("wanted", "query", "sentence"),
    [
        (parameter("query", TEXT), "color=a&color=b", "is given 2 times"),
        (parameter("query", LIST, explode=False), "color=a&color=b", "is given 2 times"),
        (parameter("query", NUMBERS), "color=a", "must be an integer"),
        ({**parameter("query", COLOUR), "required": True}, "other=1", "is required"),
        (parameter("query", COLOUR, style="deepObject"), "color[R]=x", "must be an integer"),
    ],
)
def test_what_is_written_otherwise_is_told(
    wanted: dict[str, Any], query: str, sentence: str
) -> None:
    with pytest.raises(Problem) as caught:
        read(wanted, query=query)

    assert [fault.detail for fault in caught.value.faults] == [sentence]


@pytest.mark.parametrize(
    ("style", "path"), [("matrix", "5"), ("matrix", ";other=5"), ("label", "5")]
)
def test_a_template_that_is_not_written_in_its_style_is_told(style: str, path: str) -> None:
    with pytest.raises(Problem) as caught:
        read(parameter("path", TEXT, style=style), path=path)

    assert style in caught.value.faults[0].detail


@pytest.mark.parametrize("name", ["Accept", "content-type", "Authorization"])
def test_a_header_parameter_that_openapi_ignores_is_ignored(name: str) -> None:
    ignored = {"name": name, "in": "header", "required": True, "schema": {"enum": ["x"]}}

    assert read(ignored, headers={name: "something else"}) == {}


def test_what_is_declared_of_a_path_without_its_template_is_asked_of_nobody(served: Serve) -> None:
    of_path = {"name": "page", "in": "path", "required": True, "schema": {"type": "integer"}}

    assert (
        served(document({"/a": {"get": answering(1, parameters=[of_path])}})).http.get("/a").json()
        == 1
    )


def test_a_request_goes_through_all_of_it(served: Serve) -> None:
    wanted = [
        parameter("path", NUMBERS, style="label"),
        {**parameter("query", COLOUR), "name": "rgb"},
    ]
    sandbox = served(document({"/a/{color}": {"get": answering("fine", parameters=wanted)}}))

    assert sandbox.http.get("/a/.1.2?R=5").json() == "fine"
    refused = sandbox.http.get(httpx.URL("/a/.1,b?R=x"))
    assert {error["pointer"] for error in refused.json()["errors"]} == {
        "#/path/color/1", "#/query/rgb/R",
    }  # fmt: skip


def test_each_request_is_read_anew(served: Serve) -> None:
    limit = {"name": "X-Limit", "in": "header", "schema": {"type": "integer"}}
    colours = {"get": answering("fine", parameters=[parameter("query", NUMBERS)])}
    limited = {"get": answering("fine", parameters=[limit])}
    http = served(document({"/colours": colours, "/limited": limited})).http

    asked = ["/colours?color=1", "/colours?color=x", "/colours", "/colours?color=1"]
    assert [http.get(target).status_code for target in asked] == [200, 400, 200, 200]
    given = [{"X-Limit": "1"}, {"X-Limit": "x"}, {}, {"X-Limit": "1"}]
    answers = [http.get("/limited", headers=headers) for headers in given]
    assert [answer.status_code for answer in answers] == [200, 400, 200, 200]
