"""The whole way of the guide: clients and their claims, offers of them, one accepted, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.mock_server import samples
from tests.mock_server.resources.listener import SECRET, listening
from tests.mock_server.served import Served, serving

DAY = 24 * 3600


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    contracts = (samples.V2, samples.OPENAPI / "offers-preview.yaml")
    with serving(*contracts, validate_answers=True) as served:
        yield served


@pytest.fixture
def partner(server: Served) -> Iterator[httpx.Client]:
    """Return a new partner with the client A, for whom 24,000 were claimed and 4,000 given back; its clock stands still."""
    with closing(server.partner(currency="GBP")) as client:
        client.post(samples.CLIENTS, json=[samples.client("A"), samples.client("B")])
        claims = [samples.claim(24_000, 90), samples.claim(-4_000, -9)]
        client.post(samples.CLAIMS, json=claims)
        client.post("/_sandbox/clock", json={"advance": 10})
        yield client


def offers(partner: httpx.Client, key: str = "A", **more: Any) -> list[dict[str, Any]]:
    answer = partner.post("/offers", json={"partner_client_id": key, **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["offers"]
    return found


def test_the_saved_claims_of_a_client_drive_its_offers(partner: httpx.Client) -> None:
    found = offers(partner)
    assert [one["amount"] for one in found] == [2000, 1500, 1000]
    assert {one["maximum_amount"] for one in found} == {2000}
    assert {(one["currency"], one["status"]) for one in found} == {("GBP", "Open")}


def test_claims_that_came_with_the_client_count_too(partner: httpx.Client) -> None:
    item = samples.client_with_claims("C")
    item["revenue_claims"][0].update(total_amount=10_000.5, transaction_count=7)
    partner.post(samples.CLIENTS_WITH_CLAIMS, json=[item])
    assert [one["amount"] for one in offers(partner, "C", apply_offer_presets=False)] == [1000]


def test_claims_that_are_due_are_settled_before_offers_are_made(partner: httpx.Client) -> None:
    partner.post("/_sandbox/clock", json={"freeze": False})
    partner.post(samples.CLAIMS, json=[samples.claim(1_000, 1)])
    assert offers(partner)[0]["amount"] == 2000
    partner.post("/_sandbox/clock", json={"advance": 2})
    assert offers(partner)[0]["amount"] == 2100


@pytest.mark.parametrize(("key", "reason"), [("nobody", "no such client"), ("B", "too small")])
def test_who_is_not_known_or_earns_too_little_has_no_offers(
    partner: httpx.Client, key: str, reason: str
) -> None:
    answer = partner.post("/offers", json={"partner_client_id": key})
    assert answer.status_code == 404
    assert reason in answer.json()["detail"]


def test_nobody_elses_claims_count(server: Served, partner: httpx.Client) -> None:
    with closing(server.partner(currency="GBP")) as other:
        assert other.post("/offers", json={"partner_client_id": "A"}).status_code == 404
        offer = offers(partner)[0]["offer_id"]
        assert other.post(f"/offers/{offer}/accept").status_code == 404


def test_an_offer_is_accepted_once(partner: httpx.Client) -> None:
    offer = offers(partner)[0]["offer_id"]
    accepted = partner.post(f"/offers/{offer}/accept", json={"bank_details": {"iban": "X"}})
    assert (accepted.status_code, accepted.json()["status"]) == (200, "Accepted")
    assert "bank_details" not in accepted.json()
    again = partner.post(f"/offers/{offer}/accept")
    assert (again.status_code, "Accepted" in again.json()["detail"]) == (409, True)


def test_its_terms_stay_whatever_is_claimed_later(partner: httpx.Client) -> None:
    first = offers(partner)[0]
    partner.post(samples.CLAIMS, json=[samples.claim(90_000, 1)])
    partner.post("/_sandbox/clock", json={"advance": DAY})
    accepted = partner.post(f"/offers/{first['offer_id']}/accept").json()
    kept = ("amount", "maximum_amount", "currency", "expires_at")
    assert [accepted[name] for name in kept] == [first[name] for name in kept]


def test_it_expires_by_the_clock_of_its_partner_and_is_not_found_then(
    partner: httpx.Client,
) -> None:
    early, late = (one["offer_id"] for one in offers(partner)[:2])
    partner.post("/_sandbox/clock", json={"advance": 30 * DAY - 1})
    assert partner.post(f"/offers/{early}/accept").status_code == 200
    partner.post("/_sandbox/clock", json={"advance": 1})
    assert partner.post(f"/offers/{late}/accept").status_code == 404
    assert partner.get(f"/offers/{late}").json()["status"] == "Expired"


def test_the_action_webhook_brings_the_address_that_takes_one_reply(partner: httpx.Client) -> None:
    with listening() as listener:
        partner.post("/_sandbox/webhooks", json={"url": listener.url, "secret": SECRET})
        offer = offers(partner)[0]["offer_id"]
        partner.post(f"/offers/{offer}/accept")
        (event,) = listener.wait(1)
    assert (event["event"], event["api_version"]) == ("offer-action", "1.0")
    assert (event["data"]["offer_id"], event["data"]["status"]) == (offer, "Accepted")
    reply = event["data"]["actions"]["notify"]
    failed = partner.post(reply, json={"success": False, "errors": ["ExistingSplit"]})
    assert (failed.status_code, failed.json()["status"]) == (200, "Rejected")
    assert partner.post(reply, json={"success": True, "errors": []}).status_code == 409


def test_a_full_snapshot_is_sent_each_day_of_the_partners_clock_until_nobody_follows(
    partner: httpx.Client,
) -> None:
    with listening() as listener:
        partner.post("/_sandbox/webhooks", json={"url": listener.url, "secret": SECRET})
        followed = partner.put("/marketing-offers/A", json={"level": "ADVANCE"})
        assert followed.status_code == 200, followed.text
        listener.wait(1)
        partner.post(samples.CLAIMS, json=[samples.claim(10_000, 1)])
        partner.post("/_sandbox/clock", json={"advance": 10})
        partner.post("/_sandbox/clock", json={"advance": 2 * DAY})
        listener.wait(3)
        partner.delete("/marketing-offers/A")
        partner.post("/_sandbox/clock", json={"advance": 2 * DAY})
        assert partner.get("/marketing-offers/A").status_code == 404
    told = [event["data"]["offers"] for event in listener.bodies]
    maxima = [one["maximum_amount"] for snapshot in told for one in snapshot]
    assert maxima == [2000, 3000, 3000]
    assert {event["data"]["currency"] for event in listener.bodies} == {"GBP"}
    dates = [event["created_date"][:10] for event in listener.bodies]
    assert len(set(dates)) == 3


def test_nobody_follows_a_client_that_is_not_there(partner: httpx.Client) -> None:
    answer = partner.put("/marketing-offers/nobody", json={"level": "ADVANCE"})
    assert answer.status_code == 404
