"""What a balancer and a monitor ask."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.mock_server.samples import CLIENTS, V2, answering, client, document
from tests.mock_server.served import Serve
from tests.sandboxes import StartSandbox


def test_a_healthy_sandbox_is_live_and_ready(served: Serve) -> None:
    answer = served(V2).http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"live": True, "ready": True})


def test_a_sandbox_without_its_database_is_live_and_not_ready(served: Serve) -> None:
    sandbox = served(V2)
    sandbox.server.sandbox.runtime.store.close()
    answer = sandbox.http.get("/healthz")
    assert answer.status_code == 503
    assert (answer.json()["live"], answer.json()["ready"]) == (True, False)
    assert answer.headers["retry-after"] == "1"


def test_a_contract_may_have_a_path_of_that_name(served: Serve) -> None:
    content = {"application/json": {"example": {"mine": True}}}
    operation = {"responses": {"200": {"description": "ok", "content": content}}}
    document = {
        "openapi": "3.1.1",
        "info": {"title": "Mine", "version": "1"},
        "paths": {"/healthz": {"get": operation}},
    }
    assert served(document).http.get("/healthz").json() == {"mine": True}


def test_requests_are_counted_by_operation_and_status(served: Serve) -> None:
    sandbox = served(V2)
    partner = sandbox.partner()
    partner.post(CLIENTS, json=[client("a")])
    partner.post(CLIENTS, json=[client("b")])
    partner.post(CLIENTS, json="nonsense")
    told = sandbox.http.get("/_sandbox/metrics")
    labels = 'contract="partner-client-service-v2",operation="createPartnerClients",status='
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert f'understudy_requests_total{{{labels}"202"}} 2.0' in told.text
    assert f'understudy_requests_total{{{labels}"400"}} 1.0' in told.text


def test_the_last_submissions_are_listed(served: Serve) -> None:
    partner = served(V2).partner()
    partner.post(CLIENTS, json=[client("a")])
    partner.post("/_sandbox/clock", json={"advance": 10})
    partner.post(CLIENTS, json=[client("b"), client("c")])
    told = partner.get("/_sandbox/submissions").json()
    assert [(one["settled"], one["items"]) for one in told] == [
        (False, {"Pending": 2}),
        (True, {"Completed": 1}),
    ]
    assert partner.get("/_sandbox/submissions", params={"limit": 1}).json() == told[:1]


def test_a_line_is_written_for_each_request(start_sandbox: StartSandbox, tmp_path: Path) -> None:
    sandbox = start_sandbox("sqlite://", V2, "--log", "text")
    partner = sandbox.partner()
    partner.post(CLIENTS, [client("a")])
    partner.get("/no%1B[31m/where")
    sandbox.wait_for(rf"^POST {CLIENTS} 202 createPartnerClients [\d.]+ ms$")
    line = sandbox.wait_for(r"^GET /no%1B\[31m/where 404 - .*Nothing is served")
    assert "\u001b" not in line
    assert partner.token not in sandbox.printed()


def test_a_line_for_machines_is_one_json_object_and_holds_no_credential(
    served: Serve, capfd: pytest.CaptureFixture[str]
) -> None:
    partner = served(V2, log="json").partner()
    capfd.readouterr()
    partner.post(f"{CLIENTS}?token=hidden", json=[client("a")])
    partner.post(CLIENTS, json="non\nsense")
    printed = capfd.readouterr().err
    accepted, refused = (json.loads(line) for line in printed.splitlines())
    named = {"contract": V2.stem, "operation": "createPartnerClients", "path": CLIENTS}
    assert accepted.items() >= {**named, "method": "POST", "status": 202, "refused": None}.items()
    assert (refused["status"], refused["refused"]) == (400, "The body does not fit the contract.")
    assert accepted["partner"].startswith("partner-")
    assert "hidden" not in printed
    assert partner.headers["Authorization"].removeprefix("Bearer ") not in printed


def test_names_that_a_monitor_could_not_read_are_escaped(served: Serve) -> None:
    name = 'a "b"\\c'
    sandbox = served(document({"/x": {"get": answering(1, operationId=name)}}))
    sandbox.http.get("/x")
    told = sandbox.http.get("/_sandbox/metrics").text
    (family, *_) = [
        one for one in text_string_to_metric_families(told) if one.name == "understudy_requests"
    ]
    assert name in {sample.labels["operation"] for sample in family.samples}
