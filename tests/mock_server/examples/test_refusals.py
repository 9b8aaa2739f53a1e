"""A refused request gets the error that its contract documents, with the cause in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock_server.samples import document
from tests.mock_server.served import Serve

TEXT = {"type": "string"}


def contract(**responses: Any) -> dict[str, Any]:
    """Return a contract of one operation that takes two integers in its query and one in its path."""
    parameters = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "integer"}}
        for name in ("n", "m")
    ]
    parameters.append({"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}})
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    operation = {
        "parameters": parameters,
        "requestBody": body,
        "responses": {
            "200": {"description": "Fine."},
            **{code.lstrip("_"): response for code, response in responses.items()},
        },
    }
    return document({"/a/{id}": {"post": operation}})


def error(schema: Any, media_type: str = "application/json", **media: Any) -> dict[str, Any]:
    return {"description": "Wrong.", "content": {media_type: {"schema": schema, **media}}}


def having(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


CAUSE = "A parameter does not fit the contract. #/query/n must be an integer; #/query/m is required"


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (["400", "422", "4XX", "default"], 400),
        (["422", "default"], 422),
        (["4XX", "422", "default"], 400),
        (["404", "default"], 400),
        (["404"], 400),
        ([], 400),
    ],
)
def test_the_code_is_the_problems_own_or_its_range_else_its_twin_else_the_general_one(
    serve_refusing: Any, codes: list[str], status: int
) -> None:
    answer = serve_refusing(**{f"_{code}": error(having(message=TEXT)) for code in codes})

    assert answer.status_code == status
    assert ("message" in answer.json()) == bool(set(codes) - {"404"})


@pytest.fixture
def serve_refusing(served: Serve) -> Any:
    def refused(query: str = "n=x", path: str = "1", **responses: Any) -> Any:
        http = served(contract(**responses)).http
        return http.post(f"/a/{path}?{query}", json={})

    return refused


LINES = {"type": "array", "minItems": 1, "items": having(name=TEXT)}
BODIES = [
    (having(message=TEXT), {"message": CAUSE}),
    (having(code=TEXT, message=TEXT), {"code": "string", "message": CAUSE}),
    (having(first=TEXT, second=TEXT), {"first": CAUSE, "second": "string"}),
    (having(error=having(message=TEXT, code={"type": "integer"})),
     {"error": {"message": CAUSE, "code": 400}}),
    (having(error={"properties": {"message": TEXT, "order": having(lines=LINES)}}),
     {"error": {"message": CAUSE}}),
    (having(error=having(message=TEXT, order=having(lines=LINES))),
     {"error": {"message": CAUSE, "order": {"lines": [{"name": "string"}]}}}),
    (having(kind={"enum": ["bad"]}, text=TEXT), {"kind": "bad", "text": CAUSE}),
    (having(message={**TEXT, "maxLength": 45}),
     {"message": "A parameter does not fit the contract."}),
    (having(message=TEXT, status={"type": "integer"}), {"message": CAUSE, "status": 400}),
    (having(message=TEXT, errors={"type": "array", "items": having(field=TEXT, problem=TEXT)}),
     {"message": CAUSE, "errors": [{"field": "#/query/n", "problem": "must be an integer"},
                                   {"field": "#/query/m", "problem": "is required"}]}),
    (having(errors={"type": "array", "items": TEXT}),
     {"errors": ["#/query/n must be an integer", "#/query/m is required"]}),
    (TEXT, CAUSE),
    (having(count={"type": "integer"}), {"count": 0}),
    ({"type": "number"}, 0),
    ({"type": "array", "items": TEXT}, ["#/query/n must be an integer", "#/query/m is required"]),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "body"), BODIES)
def test_the_cause_stands_in_the_first_text_and_each_fault_in_a_list(
    serve_refusing: Any, schema: Any, body: Any
) -> None:
    answer = serve_refusing(_400=error(schema))

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == body


def test_a_list_of_errors_tells_the_cause_where_no_member_is_at_fault(served: Serve) -> None:
    schema = having(message=TEXT, errors={"type": "array", "items": TEXT})
    http = served(
        contract(_415=error(schema, example={"message": "m", "errors": ["no name"]}))
    ).http

    answer = http.post("/a/1?n=1&m=2", content=b"a=1", headers={"Content-Type": "text/csv"})

    cause = "The content type is text/csv; application/json is expected."
    assert (answer.status_code, answer.json()) == (415, {"message": cause, "errors": [cause]})


def test_what_else_stands_there_is_the_example_of_the_contract(serve_refusing: Any) -> None:
    example = {"message": "Validation failed", "documentation_url": "https://example.com/errors"}
    answer = serve_refusing(_400=error(having(message=TEXT), example=example))

    assert answer.json() == {**example, "message": CAUSE}


def test_a_documented_problem_is_told_by_rfc_9457(serve_refusing: Any) -> None:
    schema = having(title=TEXT, status={"const": 422}, detail=TEXT)
    answer = serve_refusing(_422=error(schema, "application/problem+json"))

    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/query/n", "#/query/m"]


def test_a_text_is_the_cause(serve_refusing: Any) -> None:
    answer = serve_refusing(_400=error(TEXT, "text/plain"))

    assert (answer.headers["content-type"], answer.text) == ("text/plain", CAUSE)


def test_a_code_without_content_has_a_body_of_rfc_9457(serve_refusing: Any) -> None:
    answer = serve_refusing(_422={"description": "Wrong."})

    assert (answer.status_code, answer.json()["title"]) == (422, "Unprocessable Content")


def test_a_path_that_nothing_can_be_at_is_not_found_where_only_that_is_documented(
    serve_refusing: Any,
) -> None:
    answer = serve_refusing("n=1&m=2", "x", _404=error(having(message=TEXT)))

    assert answer.status_code == 404
    assert answer.json()["message"].endswith("#/path/id must be an integer")


def test_the_headers_that_the_contract_asks_of_an_error_are_sent(serve_refusing: Any) -> None:
    header = {"required": True, "schema": {"type": "integer"}}
    answer = serve_refusing(_400={**error(having(message=TEXT)), "headers": {"X-Code": header}})

    assert answer.headers["x-code"] == "0"


def test_a_contract_that_says_its_error_form_has_that(served: Serve) -> None:
    said = {**contract(_400=error(having(message=TEXT))), "x-error-form": "envelope"}

    assert "data" in served(said).http.post("/a/1?n=x", json={}).json()


def test_missing_credentials_are_told_in_the_contracts_form_with_a_challenge(served: Serve) -> None:
    operation = {
        "security": [{"key": []}],
        "responses": {"200": {"description": "Fine."}, "401": error(having(message=TEXT))},
    }
    scheme = {"type": "http", "scheme": "bearer"}
    answer = served(
        document({"/a": {"get": operation}}, components={"securitySchemes": {"key": scheme}})
    ).http.get("/a")

    assert (answer.status_code, answer.headers["www-authenticate"]) == (
        401,
        'Bearer realm="A test"',
    )
    assert answer.json() == {"message": "The credentials are missing."}
