"""What the sandbox does to a request besides what its operations say: methods, preferences, leniency, its own judgement."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve

NEEDY = {
    "parameters": [{"name": "n", "in": "query", "required": True, "schema": {"type": "integer"}}],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "required": ["a"]}}},
    },
}


def test_options_tells_the_methods_of_a_path(served: Serve) -> None:
    http = served(document({"/a": {"get": answering(1), "put": answering(1)}})).http

    answer = http.request("OPTIONS", "/a")

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, PUT"
    assert http.request("OPTIONS", "/b").status_code == 404


def test_a_contract_may_answer_options_itself(served: Serve) -> None:
    http = served(document({"/a": {"options": answering({"own": True})}})).http

    assert http.request("OPTIONS", "/a").json() == {"own": True}


def test_head_has_the_head_of_get(served: Serve) -> None:
    http = served(document({"/a": {"get": answering([1, 2])}})).http

    answer = http.head("/a")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == "6"


@pytest.mark.parametrize(
    ("prefer", "status"),
    [
        ("code=404", 404),
        ("return=minimal, code=404", 404),
        ("return=minimal", 200),
        ("code=404, return=LOUD", 400),
        ("return=LOUD", 400),
    ],
)
def test_an_answer_is_chosen_beside_a_prefer_header_of_the_contracts_own(
    served: Serve, prefer: str, status: int
) -> None:
    schema = {"type": "string", "pattern": "^return=[a-z]*$"}
    parameter = {"name": "Prefer", "in": "header", "required": True, "schema": schema}
    responses = {"200": {"description": "Fine."}, "404": {"description": "Nothing."}}
    operation = {"parameters": [parameter], "responses": responses}
    http = served(document({"/a": {"get": operation}})).http

    assert http.get("/a", headers={"Prefer": prefer}).status_code == status


def test_a_dynamic_answer_is_another_one_each_time_and_fits(served: Serve) -> None:
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    media = {"application/json": {"schema": schema, "example": {"n": 42}}}
    operation = {"responses": {"200": {"description": "Fine.", "content": media}}}
    http = served(document({"/a": {"get": operation}})).http

    found = [http.get("/a", headers={"Prefer": "dynamic=true"}).json()["n"] for _ in range(4)]

    assert len(set(found)) == 4
    assert all(isinstance(one, int) for one in found)
    assert http.get("/a").json() == {"n": 42}


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"params": {"n": "x"}, "json": {"a": 1}}, "#/query/n must be an integer"),
        ({"params": {"n": 1}, "json": {}}, "#/a is required"),
        ({"params": {"n": 1}}, "a body is required"),
        ({"params": {"n": 1}, "content": "{", "headers": {"Content-Type": "application/json"}},
         "not valid JSON"),
        ({"params": {"n": 1}, "content": "x", "headers": {"Content-Type": "text/csv"}}, "text/csv"),
    ],
)  # fmt: skip
def test_a_request_that_does_not_fit_is_refused_told_or_let_through(
    served: Serve, caplog: pytest.LogCaptureFixture, request_: dict[str, Any], reason: str
) -> None:
    contract = document({"/a": {"post": {**NEEDY, **answering({"ok": True})}}})
    caplog.set_level(logging.WARNING)

    assert served(contract).http.post("/a", **request_).status_code in (400, 415)
    assert served(contract, validate="off").http.post("/a", **request_).json() == {"ok": True}
    assert caplog.text == ""
    assert served(contract, validate="warn").http.post("/a", **request_).json() == {"ok": True}
    assert reason in caplog.text


def test_an_answer_that_breaks_its_contract_is_written_down_with_its_place(
    served: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    media = {"application/json": {"schema": schema, "example": {"n": "5"}}}
    operation = {"responses": {"200": {"description": "Fine.", "content": media}}}
    sandbox = served(document({"/a": {"get": operation}}))
    sandbox.may_be_wrong = True

    assert sandbox.http.get("/a").json() == {"n": "5"}
    assert "GET /a: the answer 200: #/n must be an integer" in caplog.text


def test_an_answer_that_keeps_its_contract_is_not_written_down(
    served: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    header = {"required": True, "schema": {"type": "integer"}}
    operation = {"responses": {"200": {"description": "Fine.", "headers": {"X-Count": header}}}}
    http = served(document({"/a": {"get": {**NEEDY, **operation}}})).http

    http.get("/a")
    http.request("GET", "/a", params={"n": 1}, json={"a": 1})

    assert caplog.text == ""
