"""The same Idempotency-Key with the same request gives the first answer again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.mock_server.samples import CLIENTS, CLIENTS_WITH_CLAIMS, client, client_with_claims
from tests.sandboxes import Partner, Sandbox

KEY = {"Idempotency-Key": "7c0b1d0e-0d6b-4d6c-9a53-0a2f1c2f4f10"}


@pytest.fixture
def partner(any_sandbox: Sandbox) -> Partner:
    return any_sandbox.partner()


def test_a_repeat_gives_the_first_answer_and_submits_nothing(partner: Partner) -> None:
    first = partner.post(CLIENTS, [client("A")], KEY)
    again = partner.post(CLIENTS, [client("A")], KEY)
    partner.settle()
    later = partner.post(CLIENTS, [client("A")], KEY)
    assert [a.status_code for a in (first, again, later)] == [202] * 3
    assert first.content == again.content == later.content
    assert partner.world()["submissions"] == 1
    assert partner.states(first.json()["status_check_uri"]) == ["Completed"]


def test_a_repeat_of_a_synchronous_submission_shows_the_first_outcome(partner: Partner) -> None:
    first = partner.post(CLIENTS_WITH_CLAIMS, [client_with_claims("A")], KEY)
    again = partner.post(CLIENTS_WITH_CLAIMS, [client_with_claims("A")], KEY)
    other_key = partner.post(
        CLIENTS_WITH_CLAIMS, [client_with_claims("A")], {"Idempotency-Key": "other"}
    )
    assert first.json() == again.json()
    assert again.json()["result"][0]["status"]["state"] == "Completed"
    assert other_key.json()["result"][0]["status"]["state"] == "Duplicate"


def test_the_same_key_for_another_body_is_refused_and_nothing_is_kept(partner: Partner) -> None:
    assert partner.post(CLIENTS, [client("A")], KEY).status_code == 202
    for body in ([client("B")], [client("A"), client("B")], [{**client("A"), "note": None}]):
        answer = partner.post(CLIENTS, body, KEY)
        assert answer.status_code == 422
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "Idempotency-Key" in answer.json()["detail"]
    assert partner.world()["submissions"] == 1


@pytest.mark.parametrize("other", ["/api/v1/Clients", "/api/v2/RevenueClaims", CLIENTS_WITH_CLAIMS])
def test_the_same_key_for_another_operation_is_refused(partner: Partner, other: str) -> None:
    assert partner.post(CLIENTS, [client("A")], KEY).status_code == 202
    assert partner.post(other, [client("A")], KEY).status_code == 422
    assert partner.world()["submissions"] == 1


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'[{"a": 1, "a": 1}]'])
def test_a_refused_request_does_not_use_its_key_up(partner: Partner, body: Any) -> None:
    assert partner.post(CLIENTS, body, KEY).status_code == 400
    assert partner.post(CLIENTS, [client("A")], KEY).status_code == 202


def test_repeats_at_the_same_time_submit_once(partner: Partner) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: partner.post(CLIENTS, [client("A")], KEY), range(16)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert partner.world()["submissions"] == 1


@pytest.mark.parametrize(("key", "status"), [("", 400), ("x" * 255, 202), ("x" * 256, 400)])
def test_a_key_has_1_to_255_characters(partner: Partner, key: str, status: int) -> None:
    answer = partner.post(CLIENTS, [client("A")], {"Idempotency-Key": key})
    assert answer.status_code == status


def test_keys_are_told_apart_exactly(partner: Partner) -> None:
    for key in ("k", "K", "k.", "%6b", "'; --"):
        assert partner.post(CLIENTS, [client(key[:1])], {"Idempotency-Key": key}).status_code == 202
    assert partner.world()["submissions"] == 5
