"""A partner never sees, and is never influenced by, another partner."""

from __future__ import annotations

import uuid

import pytest

from tests.mock_server.samples import CLIENTS, CLIENTS_WITH_CLAIMS, client, client_with_claims
from tests.sandboxes import Partner, Sandbox


@pytest.fixture
def one(any_sandbox: Sandbox) -> Partner:
    return any_sandbox.partner()


@pytest.fixture
def other(any_sandbox: Sandbox) -> Partner:
    return any_sandbox.partner()


@pytest.mark.parametrize(
    ("submission", "status"),
    [
        ("/api/v1/Clients", "/api/v1/Clients/Status/"),
        ("/api/v1/RevenueClaims", "/api/v1/Clients/Status/"),
        ("/api/v2/Clients", "/api/v2/Clients/Status/"),
        ("/api/v2/RevenueClaims", "/api/v2/RevenueClaims/Status/"),
        ("/api/v2/Clients", "/_sandbox/submissions/"),
    ],
)
def test_anothers_submission_looks_like_one_that_never_was(
    one: Partner, other: Partner, submission: str, status: str
) -> None:
    identifier = one.submit(submission, [client("A")]).rpartition("/")[2]
    assert one.get(status + identifier).status_code == 200

    foreign = other.get(status + identifier)
    unknown = other.get(status + str(uuid.uuid4()))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text.replace(identifier, "") == unknown.text.replace(
        str(unknown.url).rpartition("/")[2], ""
    )


def test_anothers_saved_client_cannot_be_read(one: Partner, other: Partner) -> None:
    assert one.outcome(CLIENTS, [client("A")]) == ["Completed"]
    assert one.get("/api/v1/Clients/A").status_code == 200
    assert other.get("/api/v1/Clients/A").status_code == 404


def test_anothers_records_decide_nothing(one: Partner, other: Partner) -> None:
    assert one.outcome(CLIENTS, [client("A")]) == ["Completed"]
    assert other.outcome(CLIENTS, [client("A")]) == ["Completed"]
    one.post(CLIENTS_WITH_CLAIMS, [client_with_claims("B")])
    answer = other.post(CLIENTS_WITH_CLAIMS, [client_with_claims("B")])
    assert answer.json()["result"][0]["status"]["state"] == "Completed"


def test_anothers_idempotency_key_does_not_matter(one: Partner, other: Partner) -> None:
    header = {"Idempotency-Key": "the same"}
    first = one.post(CLIENTS, [client("A")], header)
    second = other.post(CLIENTS, [client("B")], header)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() != second.json()


def test_anothers_clock_moves_alone(one: Partner, other: Partner) -> None:
    uri = other.submit(CLIENTS, [client("A")])
    before = other.get("/_sandbox/clock").json()
    one.clock(advance=1_000_000)
    one.clock(freeze=False)
    assert other.get("/_sandbox/clock").json() == before
    assert other.states(uri) == ["Pending"]


def test_anothers_reset_leaves_everything(one: Partner, other: Partner) -> None:
    uri = other.submit(CLIENTS, [client("A")])
    other.settle()
    one.outcome(CLIENTS, [client("A")])
    before = other.world()
    assert one.post("/_sandbox/reset", b"").status_code == 204
    assert other.world() == before
    assert other.states(uri) == ["Completed"]
    assert one.world()["submissions"] == 0


def test_a_world_counts_its_own_alone(one: Partner, other: Partner) -> None:
    one.outcome(CLIENTS, [client("A"), client("B")])
    world = other.world()
    assert (world["partner"], world["submissions"]) == (other.client_id, 0)
    assert sum(world["records"].values()) == sum(world["items"].values()) == 0


def test_a_partners_token_does_not_list_the_partners(one: Partner) -> None:
    answer = one.get("/_sandbox/partners")
    assert answer.status_code == 401
    assert one.client_secret not in answer.text
