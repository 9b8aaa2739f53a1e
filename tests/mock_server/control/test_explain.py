"""The sandbox tells why each item is in its state."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cache
from typing import Any

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from openapi_documents import load
from tests.mock_server.samples import CLIENTS, OPENAPI, client, client_with_claims
from tests.sandboxes import Partner, Sandbox

CONTRACT = OPENAPI / "sandbox.yaml"


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    resource = DRAFT202012.create_resource(load(CONTRACT).data)
    registry = Registry().with_resource("urn:sandbox", resource)
    schema = {"$ref": f"urn:sandbox#/components/schemas/{name}"}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema, registry=registry, format_checker=checker)


@pytest.fixture
def partner(any_sandbox: Sandbox) -> Partner:
    return any_sandbox.partner()


def explain(partner: Partner, uri: str) -> Any:
    answer = partner.get("/_sandbox/submissions/" + uri.rpartition("/")[2])
    assert answer.status_code == 200, answer.text
    body = answer.json()
    validator("Explanation").validate(body)
    return body


def when(explanation: Any) -> Any:
    return [item["decided_by"] and item["decided_by"]["when"] for item in explanation["items"]]


def collisions(explanation: Any) -> Any:
    return [item["collided_with"] for item in explanation["items"]]


def test_before_it_is_judged_nothing_decided(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("A"), client("A")])
    explanation = explain(partner, uri)
    assert explanation["settled_at"] is None
    assert [item["state"] for item in explanation["items"]] == ["Pending", "Pending"]
    assert when(explanation) == collisions(explanation) == [None, None]
    assert [item["validation_errors"] for item in explanation["items"]] == [[], []]


def test_it_names_the_contract_the_operation_and_the_times(partner: Partner) -> None:
    partner.clock(at="2026-01-31T12:00:00Z")
    uri = partner.submit(CLIENTS, [client("A")])
    partner.clock(advance=600)
    explanation = explain(partner, uri)
    assert explanation["status_check_id"] == uri.rpartition("/")[2]
    assert explanation["contract"] == "partner-client-service-v2"
    assert explanation["operation"] == "createPartnerClients"
    assert explanation["lifecycle"] == "partner-client"
    accepted, due, settled = (
        datetime.fromisoformat(explanation[f"{name}_at"]) for name in ("accepted", "due", "settled")
    )
    assert accepted == datetime.fromisoformat("2026-01-31T12:00:00Z")
    assert (due - accepted).total_seconds() == 60
    assert accepted < due <= settled <= datetime.fromisoformat("2026-01-31T12:10:00Z")


def test_the_row_of_the_contract_is_shown_as_it_stands_there(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("A")])
    partner.settle()
    (item,) = explain(partner, uri)["items"]
    assert item["decided_by"] == {
        "row": 6,
        "when": "otherwise",
        "then": "Completed",
        "source": "docs/sources.md#item-states",
    }
    assert item["collided_with"] is None


def test_a_twin_collides_with_the_first_of_its_kind(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("B"), client("A"), client("A"), client("A")])
    partner.settle()
    explanation = explain(partner, uri)
    assert when(explanation) == ["otherwise", "otherwise", "twin-in-request", "twin-in-request"]
    assert collisions(explanation) == [None, None, {"item": 1}, {"item": 1}]


def test_a_rival_collides_with_an_item_that_differs(partner: Partner) -> None:
    items = [client("A"), client("A"), client("B"), client("A", "LLP")]
    uri = partner.submit(CLIENTS, items)
    partner.settle()
    explanation = explain(partner, uri)
    assert when(explanation) == ["rival-in-request"] * 2 + ["otherwise", "rival-in-request"]
    first, second, alone, third = collisions(explanation)
    assert first == second == {"item": 3}
    assert alone is None
    assert third in ({"item": 0}, {"item": 1})


def test_an_invalid_item_collides_with_nothing(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [{"partner_client_id": "A"}, {}])
    partner.settle()
    explanation = explain(partner, uri)
    assert when(explanation) == ["invalid", "invalid"]
    assert collisions(explanation) == [None, None]
    assert all(item["validation_errors"] for item in explanation["items"])


def test_a_saved_record_is_named_with_the_submission_that_saved_it(partner: Partner) -> None:
    first = partner.submit(CLIENTS, [client("B"), client("A")])
    partner.settle()
    again = partner.submit(CLIENTS, [client("A"), client("B", "LLP")])
    partner.settle()
    explanation = explain(partner, again)
    assert when(explanation) == ["twin-saved", "rival-saved"]
    assert explanation["items"][1]["decided_by"]["silence"] in ("S14", ["S14"])
    saved = [collision["record"] for collision in collisions(explanation)]
    identifier = first.rpartition("/")[2]
    assert [(record["status_check_id"], record["index"]) for record in saved] == [
        (identifier, 1),
        (identifier, 0),
    ]
    settled_at = explain(partner, first)["settled_at"]
    assert {record["saved_at"] for record in saved} == {settled_at}


def test_what_a_synchronous_submission_saved_is_explained_too(partner: Partner) -> None:
    sent = [client_with_claims("A")]
    partner.post("/api/v2/ClientsAndRevenueClaims", sent)
    uri = partner.submit(CLIENTS, [client("A")])
    partner.settle()
    (item,) = explain(partner, uri)["items"]
    record = item["collided_with"]["record"]
    saver = explain(partner, record["status_check_id"])
    assert saver["operation"] == "createClientsAndRevenueClaims"
    assert saver["items"][record["index"]]["state"] == "Completed"


def test_the_explanation_says_what_the_status_says(partner: Partner) -> None:
    items = [client("A"), client("A"), client("B"), client("B", "LLP"), {"partner_client_id": "C"}]
    uri = partner.submit(CLIENTS, items)
    partner.settle()
    told = [
        {"state": item["state"], "validation_errors": item["validation_errors"]}
        for item in explain(partner, uri)["items"]
    ]
    assert told == [entry["status"] for entry in partner.result(uri)]


def test_a_submission_that_is_not_there_is_not_explained(partner: Partner) -> None:
    assert partner.get(f"/_sandbox/submissions/{uuid.uuid4()}").status_code == 404
    assert partner.get("/_sandbox/submissions/17").status_code == 400


def test_the_world_counts_by_state_and_collection(partner: Partner) -> None:
    validator("World").validate(partner.world())
    partner.submit(CLIENTS, [client("A"), client("A"), {"partner_client_id": "C"}])
    partner.settle()
    waiting = partner.submit(CLIENTS, [client("D"), client("E")])
    world = partner.world()
    validator("World").validate(world)
    assert world["partner"] == partner.client_id
    assert world["submissions"] == 2
    assert {state: n for state, n in world["items"].items() if n} == {
        "Completed": 1, "Duplicate": 1, "Failed": 1, "Pending": 2,
    }  # fmt: skip
    assert {name: n for name, n in world["records"].items() if n} == {"clients": 1}
    assert [(due["status_check_id"], due["items"]) for due in world["due"]] == [
        (waiting.rpartition("/")[2], 2)
    ]
