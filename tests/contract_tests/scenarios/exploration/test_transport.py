"""What Schemathesis sends keeps to the limits of the run: to one origin, and answers of a size."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from contract_tests.http.failures import CannotJudge
from contract_tests.http.limits import Limits
from contract_tests.judging.mode import Effort
from contract_tests.reading.contract import Contract
from contract_tests.scenarios.exploration.explore import explore
from tests.contract_tests.contracts import contract_from
from tests.contract_tests.plain_servers import Act, answering, serving
from tests.contract_tests.sessions import session_of

THINGS = contract_from("""
openapi: 3.1.0
info: {title: Things, version: "1"}
paths:
  /things:
    post:
      operationId: makeThing
      responses:
        "201": {description: made, content: {application/json: {schema: {type: object}}}}
""")


def found(act: Act, limits: Limits | None = None, contract: Contract = THINGS) -> dict[str, str]:
    """Explore a server; what came, by the rule that it breaks."""
    with serving(act) as (base_url, _):
        session = session_of(contract, base_url, effort=Effort.QUICK, limits=limits or Limits())
        return {one.requirement.id: one.came for one in explore(session)}


def test_an_answer_that_leads_elsewhere_is_found_and_not_followed() -> None:
    with ExitStack() as servers:
        elsewhere, stolen = servers.enter_context(serving(answering(200)))
        told = found(answering(201, Location=f"{elsewhere}/things/1"))
        redirected = found(answering(302, Location=f"{elsewhere}/things/1"))
    assert f"201 leads to {elsewhere}/things/1" in told["surface.own_origin"]
    assert "surface.status_code_conformance" in redirected
    assert stolen == []


def test_an_answer_on_the_server_itself_is_right() -> None:
    assert "surface.own_origin" not in found(answering(201, Location="/things/1"))


def test_an_answer_that_is_too_large_is_not_read_and_is_a_finding() -> None:
    told = found(answering(201, b'"' + b"x" * 5000 + b'"'), Limits(max_answer=1000))
    assert told["surface.answer_size"] == "the answer is larger than --max-answer allows"


def test_an_answer_in_no_encoding_is_a_finding() -> None:
    told = found(answering(201, b"plain", Content_Encoding="gzip"))
    assert "is not in the content encoding" in told["surface.answer_given"]


def test_proxies_and_passwords_of_the_machine_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(200)) as (proxy, asked):
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("http_proxy", proxy)
        found(answering(201))
    assert asked == []


def test_a_server_that_has_none_of_the_paths_is_not_judged() -> None:
    with pytest.raises(CannotJudge, match=r"404 below http.*; --base-url may be wrong"):
        found(answering(404))


@pytest.mark.parametrize(("body", "is_right"), [(b"{}", True), (b"1", False)])
def test_a_schema_in_the_network_asks_nothing_and_what_stands_beside_it_does(
    body: bytes, is_right: bool
) -> None:
    contract = contract_from("""
openapi: 3.1.0
info: {title: Things, version: "1"}
components: {schemas: {Far: {$ref: "https://example.com/far.yaml"}}}
paths:
  /things:
    get:
      responses:
        "200":
          description: all
          content:
            application/json: {schema: {type: object, allOf: [{$ref: "#/components/schemas/Far"}]}}
""")
    told = found(answering(200, body), contract=contract)
    assert ("surface.response_schema_conformance" not in told) is is_right


def test_a_server_error_is_told_with_its_code() -> None:
    assert "503 was answered" in found(answering(503))["surface.not_a_server_error"]
