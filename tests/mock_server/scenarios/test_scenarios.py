"""What if it fails? A partner sets what goes wrong, and its client shows what it does then."""

from __future__ import annotations

import copy
import json
import time
import uuid
from typing import Any

import httpx
import pytest
import yaml

from mock_server.embedded import SandboxServer
from mock_server.scenarios.declared import RateLimit
from openapi_documents import DocumentError
from tests.mock_server.samples import CLIENTS, CLIENTS_WITH_CLAIMS, V2, client, client_with_claims
from tests.mock_server.served import Serve, Served

SHOP: dict[str, Any] = {
    "openapi": "3.1.1",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/prices": {
            "get": {
                "operationId": "listPrices",
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"example": {"price": 3}}},
                    },
                    "503": {
                        "description": "down",
                        "content": {"application/json": {"example": {"closed": "for lunch"}}},
                    },
                },
            }
        }
    },
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "security": [{"token": []}],
}


@pytest.fixture
def sandbox(served: Serve) -> Served:
    return served(V2)


def play(partner: httpx.Client, **asked: Any) -> dict[str, Any]:
    answer = partner.post("/_sandbox/scenarios", json=asked)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def submit(partner: httpx.Client, **more: Any) -> httpx.Response:
    return partner.post(CLIENTS, json=[client("bakery")], **more)


def submissions(partner: httpx.Client) -> int:
    return int(partner.get("/_sandbox/world").json()["submissions"])


@pytest.mark.parametrize(
    ("name", "status", "retry_after"),
    [("server-error", 500, None), ("unavailable", 503, "1"), ("rate-limited", 429, "1")],
)
def test_an_answer_is_given_instead_of_the_work(
    sandbox: Served, name: str, status: int, retry_after: str | None
) -> None:
    partner = sandbox.partner()
    play(partner, scenario=name)
    answer = submit(partner)
    assert (answer.status_code, answer.headers.get("retry-after")) == (status, retry_after)
    assert answer.headers["content-type"] == "application/problem+json"
    assert submissions(partner) == 0
    assert submit(partner).status_code == 202


def test_a_documented_answer_is_given_as_it_is_documented(served: Serve) -> None:
    partner = served(SHOP).partner()
    play(partner, scenario="unavailable")
    answer = partner.get("/prices")
    assert (answer.status_code, answer.json()) == (503, {"closed": "for lunch"})
    assert answer.headers["retry-after"] == "1"


def test_a_connection_is_dropped_before_the_work(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="dropped")
    with pytest.raises(httpx.TransportError):
        submit(partner)
    assert submissions(partner) == 0


def test_a_connection_is_dropped_after_the_work(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="applied-reply-lost")
    with pytest.raises(httpx.TransportError):
        submit(partner)
    assert submissions(partner) == 1


def test_a_client_that_retries_with_a_key_ends_with_one_record(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="applied-reply-lost", times=2)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = None
    for _ in range(3):
        try:
            answer = submit(partner, headers=key)
        except httpx.TransportError:
            continue
    assert answer is not None
    assert answer.status_code == 202
    assert submissions(partner) == 1


def test_half_of_a_body_is_sent(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="broken-body")
    answer = submit(partner)
    assert answer.status_code == 202
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_slow_answer_comes_late(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, effect={"delay": 0.3})
    began = time.monotonic()
    assert submit(partner).status_code == 202
    assert time.monotonic() - began >= 0.3


def test_a_submission_settles_late(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="settles-late")
    submit(partner)
    for seconds, items in ((3599, {"Pending": 1}), (1, {"Completed": 1})):
        partner.post("/_sandbox/clock", json={"advance": seconds})
        assert partner.get("/_sandbox/world").json()["items"] == items


def test_a_header_asks_for_one_request(sandbox: Served) -> None:
    partner = sandbox.partner()
    answer = submit(partner, headers={"X-Sandbox-Scenario": "unavailable"})
    assert answer.status_code == 503
    assert submit(partner).status_code == 202


def test_a_name_that_nobody_knows_is_mended(sandbox: Served) -> None:
    partner = sandbox.partner()
    answers = [
        submit(partner, headers={"X-Sandbox-Scenario": "unavailble"}),
        partner.post("/_sandbox/scenarios", json={"scenario": "unavailble"}),
    ]
    for answer in answers:
        assert answer.status_code == 400
        assert "Did you mean unavailable?" in answer.json()["errors"][0]["detail"]
    assert submissions(partner) == 0


def test_a_scenario_is_for_so_many_requests_to_one_operation(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="unavailable", operation="createPartnerClients", times=2)
    status = partner.get(f"{CLIENTS}/Status/{uuid.uuid4()}").status_code
    assert status == 404
    assert [submit(partner).status_code for _ in range(3)] == [503, 503, 202]
    (told,) = partner.get("/_sandbox/scenarios").json()["set"]
    assert (told["left"], told["played"]) == (0, 2)


def test_chance_is_the_same_with_the_same_seed(sandbox: Served) -> None:
    def answered() -> list[int]:
        partner = sandbox.partner()
        play(partner, scenario="unavailable", times=None, probability=0.5, seed=7)
        return [submit(partner).status_code for _ in range(20)]

    first = answered()
    assert first == answered()
    assert {202, 503} == set(first)


def test_an_invalid_request_and_wrong_credentials_are_refused_as_always(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="unavailable", times=None)
    assert partner.post(CLIENTS, json={}).status_code == 400
    assert partner.post(CLIENTS, headers={"Authorization": "Bearer no"}).status_code == 401


def test_nobody_else_meets_it(sandbox: Served) -> None:
    mine, yours = sandbox.partner(), sandbox.partner()
    made = play(mine, scenario="unavailable", times=None)
    assert submit(yours).status_code == 202
    assert yours.get("/_sandbox/scenarios").json()["set"] == []
    assert yours.delete(f"/_sandbox/scenarios/{made['id']}").status_code == 404
    assert submit(mine).status_code == 503


def test_scenarios_are_dropped(sandbox: Served) -> None:
    partner = sandbox.partner()
    one, _ = (play(partner, scenario="unavailable", times=None) for _ in range(2))
    assert partner.delete(f"/_sandbox/scenarios/{one['id']}").status_code == 204
    assert submit(partner).status_code == 503
    assert partner.delete("/_sandbox/scenarios").status_code == 204
    assert submit(partner).status_code == 202


def test_the_sandbox_itself_never_fails(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="server-error", times=None)
    assert partner.get("/_sandbox/world").status_code == 200


def test_the_journal_names_the_scenario(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="applied-reply-lost")
    with pytest.raises(httpx.TransportError):
        submit(partner)
    play(partner, effect={"status": 503})
    submit(partner)
    told = partner.get("/_sandbox/requests").json()
    assert [(one["scenario"], one["answer"]["status"]) for one in told] == [
        ("unnamed", 503),
        ("applied-reply-lost", 0),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"scenario": "slow", "effect": {"delay": 1}},
        {"effect": {}},
        {"effect": {"status": 200}},
        {"effect": {"delay": -1}},
        {"effect": {"unknown": 1}},
        {"scenario": "slow", "probability": 2},
        {"scenario": "slow", "times": 0},
    ],
)
def test_what_is_no_scenario_is_refused(sandbox: Served, asked: Any) -> None:
    partner = sandbox.partner()
    assert partner.post("/_sandbox/scenarios", json=asked).status_code == 400
    assert partner.get("/_sandbox/scenarios").json()["set"] == []


def test_every_name_of_the_catalogue_can_be_played(sandbox: Served) -> None:
    partner = sandbox.partner()
    for name in partner.get("/_sandbox/scenarios").json()["named"]:
        assert play(partner, scenario=name)["scenario"] == name


def test_the_fixture_of_tests_plays_scenarios() -> None:
    server = SandboxServer()
    try:
        world = server.new_world()
        world.scenario("unavailable", operation="createPartnerClients")
        headers = {"Authorization": f"Bearer {world.token()}"}
        sent = [
            httpx.post(world.url + CLIENTS, json=[client("a")], headers=headers).status_code
            for _ in range(2)
        ]
        assert sent == [503, 202]
        with pytest.raises(ValueError, match="Did you mean slow"):
            world.scenario("slov")
    finally:
        server.stop()


# -- what a submission becomes -------------------------------------------------------------------


def test_a_submission_settles_to_the_state_that_was_chosen(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, effect={"settle_as": "Conflict"})
    uri = submit(partner).json()["status_check_uri"]
    assert submit(partner).status_code == 202
    partner.post("/_sandbox/clock", json={"advance": 10})
    (entry,) = partner.get(uri).json()["result"]
    assert entry["status"]["state"] == "Conflict"
    assert entry["status"]["validation_errors"]
    assert partner.get("/_sandbox/world").json()["records"] == {"clients": 1}


def test_what_is_answered_at_once_does_so_too(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="settles-failed")
    answer = partner.post(CLIENTS_WITH_CLAIMS, json=[client_with_claims("A")])
    assert answer.json()["result"][0]["status"]["state"] == "Failed"


def test_a_state_that_no_outcome_leads_to_is_told(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, effect={"settle_as": "Refused"})
    refused = submit(partner)
    assert refused.status_code == 400
    assert "Refused" in refused.text
    assert submissions(partner) == 0


def test_a_submission_that_never_settles_stays_pending(sandbox: Served) -> None:
    partner = sandbox.partner()
    play(partner, scenario="settles-never")
    uri = submit(partner).json()["status_check_uri"]
    partner.post("/_sandbox/clock", json={"advance": 365 * 86_400})
    assert partner.get(uri).json()["status"] == "Pending"


# -- what a request prefers ----------------------------------------------------------------------


def test_a_code_that_nobody_documents_is_explained(sandbox: Served) -> None:
    answer = submit(sandbox.partner(), headers={"Prefer": "code=503"})
    assert answer.status_code == 400
    assert "--scenarios" in answer.json()["detail"]
    assert "POST /_sandbox/scenarios" in answer.json()["detail"]


def test_with_scenarios_on_it_is_answered(served: Serve) -> None:
    partner = served(V2, scenarios=True).partner()
    assert submit(partner, headers={"Prefer": "code=503"}).status_code == 503
    assert submit(partner, headers={"Prefer": "code=299"}).status_code == 400
    assert submissions(partner) == 0


# -- what a contract declares --------------------------------------------------------------------

SCENARIOS = V2.parent / "overlays/partner-client-scenarios.yaml"


def test_a_magic_value_anywhere_in_a_batch_lets_it_go_wrong(served: Serve) -> None:
    partner = served(V2, overlays=(SCENARIOS,)).partner()
    items = [client("bakery"), client("scenario-unavailable")]
    answer = partner.post(CLIENTS, json=items)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    both = [client_with_claims("scenario-rate-limited")]
    assert partner.post(CLIENTS_WITH_CLAIMS, json=both).status_code == 429
    assert submissions(partner) == 0
    assert submit(partner).status_code == 202


def test_without_the_overlay_no_value_is_magic(sandbox: Served) -> None:
    partner = sandbox.partner()
    assert partner.post(CLIENTS, json=[client("scenario-unavailable")]).status_code == 202


def test_every_magic_value_is_told_in_the_description() -> None:
    update = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))["actions"][0]["update"]
    for value in update["x-scenarios"]:
        assert value in update["description"]


def test_a_declared_limit_is_each_partners_own(served: Serve) -> None:
    shop = copy.deepcopy(SHOP)
    shop["paths"]["/prices"]["get"]["x-rate-limit"] = {"requests": 2, "per": "PT30S"}
    sandbox = served(shop)
    one, other = sandbox.partner(), sandbox.partner()
    assert [one.get("/prices").status_code for _ in range(3)] == [200, 200, 429]
    assert 1 <= int(one.get("/prices").headers["Retry-After"]) <= 30
    assert other.get("/prices").status_code == 200


def test_a_limit_begins_anew_when_its_time_is_over() -> None:
    instants = iter([0.0, 0.5, 0.9, 1.0])
    limit = RateLimit(2, 1.0, lambda: next(instants))
    assert [limit.wait("a") for _ in range(4)] == [None, None, 1, None]


def test_a_magic_value_of_a_scenario_that_is_not_there_stops_the_start(served: Serve) -> None:
    shop = copy.deepcopy(SHOP)
    schema = {"type": "string", "x-scenarios": {"x": "unavailible"}}
    day = {"name": "day", "in": "query", "schema": schema}
    shop["paths"]["/prices"]["get"]["parameters"] = [day]
    with pytest.raises(DocumentError, match="Did you mean unavailable"):
        served(shop)
