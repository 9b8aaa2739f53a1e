"""The overlays that come along, each beside as much of its document as it speaks of, in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.mock_server.resources.listener import SECRET, listening
from tests.mock_server.samples import OPENAPI
from tests.mock_server.served import Served

HERE = Path(__file__).parent
ISSUES = "/repos/octo/cat/issues"
CONSENTS = "/open-banking/v4.0/pisp/domestic-payment-consents"


@pytest.fixture
def partner(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """Return a caller of the anonymous world of a document with its overlay."""
    document, overlay = request.param
    settings = Settings(
        contracts=(HERE / f"{document}.yaml",),
        overlays=(OPENAPI / "overlays" / f"{overlay}.yaml",),
        database="sqlite://",
        admin_key="the-admin-key",
    )
    server = Embedded(settings)
    token = server.sandbox.runtime.tokens.issue("anonymous")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=30) as http:
        Served(server, http).http.post("/_sandbox/clock", json={"freeze": True})
        yield http
    server.stop()


def later(partner: httpx.Client, seconds: int) -> None:
    partner.post("/_sandbox/clock", json={"advance": seconds})


@pytest.mark.parametrize("partner", [("payouts", "paypal-payouts")], indirect=True)
def test_a_payout_and_its_items_live_apart(partner: httpx.Client) -> None:
    items = [
        {"receiver": "a@example.com", "amount": "1"},
        {"receiver": "b@unknown.example", "amount": "2"},
    ]
    body = {"sender_batch_header": {"sender_batch_id": "one"}, "items": items}
    made = partner.post("/v1/payments/payouts", json=body).json()["batch_header"]
    assert (made["batch_status"], made["sender_batch_header"]["sender_batch_id"]) == (
        "PENDING",
        "one",
    )
    later(partner, 12)
    payout = partner.get(f"/v1/payments/payouts/{made['payout_batch_id']}").json()
    assert payout["batch_header"]["batch_status"] == "SUCCESS"
    paid, unclaimed = payout["items"]
    assert (paid["transaction_status"], unclaimed["transaction_status"]) == ("SUCCESS", "UNCLAIMED")
    assert paid["payout_item"]["receiver"] == "a@example.com"

    def cancel(item: dict[str, Any]) -> httpx.Response:
        return partner.post(f"/v1/payments/payouts-item/{item['payout_item_id']}/cancel")

    assert cancel(paid).status_code == 409
    assert cancel(unclaimed).json()["transaction_status"] == "RETURNED"
    again = partner.get(f"/v1/payments/payouts/{made['payout_batch_id']}").json()
    assert again["items"][1]["transaction_status"] == "RETURNED"


@pytest.mark.parametrize("partner", [("statements", "xero-bank-feeds")], indirect=True)
def test_a_duplicate_statement_is_rejected_and_the_others_are_delivered(
    partner: httpx.Client,
) -> None:
    def send(*items: dict[str, Any]) -> list[str]:
        answer = partner.post("/Statements", json={"items": list(items)})
        return [one["status"] for one in answer.json()["items"]]

    july = {"feedConnectionId": "A", "startDate": "2018-07-01", "endDate": "2018-07-31"}
    august = {"feedConnectionId": "A", "startDate": "2018-08-01", "endDate": "2018-08-31"}
    backward = {"feedConnectionId": "A", "startDate": "2018-09-02", "endDate": "2018-09-01"}
    assert send(july, backward) == ["PENDING", "REJECTED"]
    assert send(july, august) == ["REJECTED", "PENDING"]
    assert send({**july, "lines": ["another"]}) == ["REJECTED"]
    later(partner, 60)
    found = partner.get("/Statements").json()["items"]
    assert [one["status"] for one in found] == [
        "DELIVERED",
        "REJECTED",
        "REJECTED",
        "DELIVERED",
        "REJECTED",
    ]


@pytest.mark.parametrize("partner", [("issues", "github-issues")], indirect=True)
def test_an_issue_is_closed_and_opened_again(partner: httpx.Client) -> None:
    number = partner.post(ISSUES, json={"title": "It rains"}).json()["number"]

    def change(**members: str) -> str:
        return str(partner.patch(f"{ISSUES}/{number}", json=members).json()["state"])

    assert change(state="closed") == "closed"
    assert change(title="It pours") == "closed"
    assert change(state="open") == "open"
    assert partner.get(f"{ISSUES}/{number}").json()["title"] == "It pours"


@pytest.mark.parametrize("partner", [("payments", "open-banking-payment-consents")], indirect=True)
def test_a_consent_is_authorised_consumed_or_rejected_and_each_is_told(
    partner: httpx.Client,
) -> None:
    def ask(retry: str) -> str:
        body = {"Data": {"Initiation": {"Amount": "5"}}}
        answer = partner.post(CONSENTS, json=body, headers={"x-idempotency-key": retry})
        return str(answer.json()["Data"]["ConsentId"])

    def pay(key: str) -> int:
        body = {"Data": {"ConsentId": key}}
        return partner.post("/open-banking/v4.0/pisp/domestic-payments", json=body).status_code

    with listening() as listener:
        partner.post("/_sandbox/webhooks", json={"url": listener.url, "secret": SECRET})
        first = ask("a")
        assert ask("a") == first
        second = ask("b")
        assert pay(first) == 409
        event = {"lifecycle": "payment-consent", "key": first, "event": "authorise"}
        assert partner.post("/_sandbox/events", json=event).json()["to"] == "AUTH"
        assert (pay(first), pay(first)) == (201, 409)
        later(partner, 24 * 3600)
        assert partner.get(f"{CONSENTS}/{second}").json()["Data"]["Status"] == "RJCT"
        told = [(one["Data"]["ConsentId"], one["Data"]["Status"]) for one in listener.wait(3)]
    assert told == [(first, "AUTH"), (first, "COND"), (second, "RJCT")]
