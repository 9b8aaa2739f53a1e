"""What is no fault though a check of the exploration fails: whoever answers for a template that fits answers right."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from contract_tests.http.messages import Reply
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.mode import Mode
from contract_tests.scenarios.exploration.excuses import Excuses, Failed
from tests.contract_tests.contracts import contract_from

CONTRACT = contract_from("""
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /users/{id}:
    get: {responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}}
    head: {responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}}
    delete: {responses: {"204": {description: ok}}}
  /users/me:
    get: {responses: {"202": {description: ok, content: {text/plain: {}}}}}
  /versions:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json;v=1: {schema: {type: object, required: [one]}}
            application/json;v=2: {schema: {type: object, required: [two]}}
""")
EXCUSES = Excuses(CONTRACT, Freedom(Mode.STRICT), ["/api"])
SHOWN = "GET /users/{id}"


def failed(
    check: str,
    path: str,
    status: int,
    *,
    operation: str = SHOWN,
    method: str = "GET",
    body: bytes = b"",
    header_name: str = "",
    **headers: str,
) -> Failed:
    reply = Reply(status, {name.replace("_", "-"): one for name, one in headers.items()}, body)
    failure = SimpleNamespace(header_name=header_name)
    return Failed(check, failure, operation, method, f"http://x/api{path}?q=1", reply)


@pytest.mark.parametrize(
    ("allow", "excused"),
    [
        ("GET, HEAD, DELETE", True),
        ("GET, DELETE, OPTIONS", True),
        ("GET", False),
        ("GET, DELETE, PUT", False),
        ("", False),
    ],
)
def test_allow_names_the_methods_of_its_own_template_at_least(allow: str, excused: bool) -> None:
    asked = failed("allow_header_conformance", "/users/7", 200, method="OPTIONS", allow=allow)
    assert EXCUSES.excuse(asked) == excused


@pytest.mark.parametrize("allow", ["GET", "GET, HEAD, DELETE"])
def test_where_two_templates_fit_the_methods_of_both_may_be_told(allow: str) -> None:
    check, mine = "allow_header_conformance", "GET /users/me"
    asked = failed(check, "/users/me", 200, operation=mine, method="OPTIONS", allow=allow)
    assert EXCUSES.excuse(asked)


@pytest.mark.parametrize(
    ("method", "path", "status", "excused"),
    [
        ("DELETE", "/users/me", 204, True),
        ("PUT", "/users/me", 204, False),
        ("TRACE", "/users/7", 501, True),
        ("TRACE", "/users/7", 200, False),
    ],
)
def test_a_method_of_another_template_is_none_too_many(
    method: str, path: str, status: int, excused: bool
) -> None:
    asked = failed("unsupported_method", path, status, method=method)
    assert EXCUSES.excuse(asked) == excused


def test_an_answer_may_be_that_of_another_template() -> None:
    for check in ("status_code_conformance", "content_type_conformance"):
        assert EXCUSES.excuse(failed(check, "/users/me", 202, content_type="text/plain"))
        assert not EXCUSES.excuse(failed(check, "/users/7", 202, content_type="text/plain"))


def test_head_and_empty_answers_have_no_body() -> None:
    head = "HEAD /users/{id}"
    for check in ("content_type_conformance", "response_schema_conformance"):
        assert EXCUSES.excuse(failed(check, "/users/7", 200, operation=head, method="HEAD"))
        assert EXCUSES.excuse(failed(check, "/users/7", 304))
        assert not EXCUSES.excuse(failed(check, "/users/7", 200))


@pytest.mark.parametrize(
    ("kind", "body", "excused"),
    [
        ("application/json; v=2", b'{"two": 2}', True),
        ("application/json; v=2", b'{"one": 1}', False),
        ("application/json; charset=utf-8; v=1", b'{"one": 1}', True),
    ],
)
def test_parameters_tell_the_schema_of_an_answer(kind: str, body: bytes, excused: bool) -> None:
    check, asked = "response_schema_conformance", "GET /versions"
    one = failed(check, "/versions", 200, operation=asked, body=body, content_type=kind)
    assert EXCUSES.excuse(one) == excused


def test_header_parameters_that_nobody_can_describe_may_be_missing() -> None:
    for name, excused in (("Accept", True), ("authorization", True), ("X-Api", False)):
        asked = failed("missing_required_header", "/users/7", 200, header_name=name)
        assert EXCUSES.excuse(asked) == excused


SECURED = contract_from("""
openapi: 3.1.0
info: {title: T, version: "1"}
security: [{key: []}]
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
paths:
  /users:
    get: {responses: {"200": {description: ok}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {description: ok}}
  /users/{id}:
    get: {responses: {"200": {description: ok}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: ok}}
""")


def refused(path: str, status: int, operation: str, *, is_valid: bool) -> Failed:
    asked = failed("status_code_conformance", path, status, operation=operation)
    return replace(asked, is_valid=is_valid)


@pytest.mark.parametrize(
    ("path", "status", "operation", "is_valid", "excused"),
    [
        ("/users", 401, "GET /users", True, True),
        ("/users/7", 404, "GET /users/{id}", True, True),
        ("/users/7", 400, "GET /users/{id}", True, True),
        ("/users", 404, "GET /users", True, False),
        ("/users", 422, "POST /users", False, True),
        ("/users", 422, "POST /users", True, False),
        ("/users/7", 422, "PUT /users/{id}", True, False),
        ("/users", 415, "POST /users", False, True),
        ("/users", 409, "POST /users", False, False),
        ("/users", 413, "POST /users", True, True),
        ("/users", 418, "GET /users", False, False),
        ("/users/7", 500, "GET /users/{id}", False, False),
    ],
)
def test_http_itself_gives_codes_that_few_contracts_name(
    path: str, status: int, operation: str, is_valid: bool, excused: bool
) -> None:
    asked = refused(path, status, operation, is_valid=is_valid)
    assert Excuses(SECURED, Freedom(Mode.DOCUMENTED), ["/api"]).excuse(asked) == excused
    assert not Excuses(SECURED, Freedom(Mode.STRICT), ["/api"]).excuse(asked)


@pytest.mark.parametrize(("mode", "excused"), [(Mode.DOCUMENTED, True), (Mode.STRICT, False)])
def test_allow_is_asked_of_servers_whose_contract_never_speaks_of_it_in_strict_mode_alone(
    mode: Mode, excused: bool
) -> None:
    asked = failed("allow_header_conformance", "/users/7", 200, method="OPTIONS", allow="GET")
    assert Excuses(CONTRACT, Freedom(mode), ["/api", ""]).excuse(asked) == excused


TRIPS = Excuses(
    contract_from("""
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /trips:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  id: {type: string, format: uuid}
                  train: {type: string, format: uuid, examples: [ICE 1]}
"""),
    Freedom(Mode.DOCUMENTED),
    [""],
)


@pytest.mark.parametrize(
    ("body", "member", "excused"),
    [
        (b'{"train": ""}', {"format": "uuid", "examples": ["ICE 1"]}, True),
        (b'{"train": "", "id": ""}', {"format": "uuid", "examples": ["ICE 1"]}, False),
        (b'{"id": ""}', {"format": "uuid"}, False),
    ],
)
def test_a_format_that_the_examples_of_the_contract_lack_is_asked_of_nobody(
    body: bytes, member: dict[str, object], excused: bool
) -> None:
    headers = {"content-type": "application/json"}
    failure = SimpleNamespace(schema_path=["properties", "x", "format"], schema=member)
    check = "response_schema_conformance"
    reply = Reply(200, headers, body)

    assert (
        TRIPS.excuse(Failed(check, failure, "GET /trips", "GET", "http://x/trips", reply))
        == excused
    )


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    ("body", "is_example"), [(b'{"id": "seven"}', True), (b'{"id": "x"}', False)]
)
def test_an_example_of_the_contract_convicts_nobody_but_in_strict_mode(
    mode: Mode, body: bytes, is_example: bool
) -> None:
    contract = contract_from("""
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /things:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {type: object, properties: {id: {type: integer}}}
              example: {id: seven}
""")
    reply = Reply(200, {"content-type": "application/json"}, body)
    failure = SimpleNamespace(schema_path=["properties", "id", "type"], schema={"type": "integer"})
    asked = Failed(
        "response_schema_conformance", failure, "GET /things", "GET", "http://x/things", reply
    )

    excuse = Excuses(contract, Freedom(mode), [""]).excuse(asked)
    assert excuse is (is_example and mode is Mode.DOCUMENTED)
