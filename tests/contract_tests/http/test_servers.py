"""Where operations stand on the server that is judged."""

from __future__ import annotations

import pytest

from contract_tests.http.client import Server
from contract_tests.http.servers import before
from tests.contract_tests.contracts import contract_from

CONTRACT = contract_from("""
openapi: 3.1.0
info: {title: T, version: "1"}
servers: [{url: https://api.example.com/v1}]
paths:
  /things: {get: {operationId: things, responses: {}}}
  /files:
    servers: [{url: "https://{where}.example.com/upload/", variables: {where: {default: files}}}]
    get: {operationId: files, responses: {}}
    put: {operationId: health, servers: [{url: /}], responses: {}}
""")


@pytest.mark.parametrize(
    ("operation", "url"), [("things", "/v1"), ("files", "/upload"), ("health", "")]
)
@pytest.mark.parametrize("base_url", ["http://x:1", "http://x:1/v1", "http://x:1/v1/"])
def test_an_operation_stands_below_the_first_server_of_its_own(
    operation: str, url: str, base_url: str
) -> None:
    (asked,) = (one for one in CONTRACT.operations if one.id == operation)
    assert Server(base_url).url(before(asked, CONTRACT, base_url) + "/a") == f"http://x:1{url}/a"


def test_no_other_origin_is_ever_the_place_of_a_path() -> None:
    server = Server("http://x:1")
    assert server.url("http://y:1/a") == "http://x:1http://y:1/a"
