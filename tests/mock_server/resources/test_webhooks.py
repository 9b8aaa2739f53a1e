"""Webhooks that transitions cause: signed, in order, again until they arrive, listed and resent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.mock_server.resources.consents import consent, pay, play
from tests.mock_server.resources.listener import SECRET, Listener, listening


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as one:
        yield one


def register(bank: httpx.Client, listener: Listener, **more: Any) -> str:
    body = {"url": listener.url, "secret": SECRET, **more}
    answer = bank.post("/_sandbox/webhooks", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def states(bodies: list[Any]) -> list[tuple[str, str]]:
    return [(body["Data"]["ConsentId"], body["Data"]["Status"]) for body in bodies]


def deliveries(bank: httpx.Client) -> list[Any]:
    found: list[Any] = bank.get("/_sandbox/webhooks/deliveries").json()
    return found


def test_each_state_that_is_notified_of_is_told_in_order_and_signed(
    bank: httpx.Client, listener: Listener
) -> None:
    register(bank, listener)
    key = consent(bank)
    play(bank, key)
    pay(bank, key)
    assert states(listener.wait(2)) == [(key, "Authorised"), (key, "Consumed")]


def test_what_did_not_arrive_is_sent_again_on_the_clock_of_the_partner(
    bank: httpx.Client, listener: Listener
) -> None:
    listener.codes = [500]
    register(bank, listener)
    key = consent(bank)
    play(bank, key)
    pay(bank, key)
    listener.wait(1)
    assert states(listener.bodies) == [(key, "Authorised")]
    bank.post("/_sandbox/clock", json={"advance": 5})
    assert states(listener.wait(3)) == [
        (key, "Authorised"),
        (key, "Authorised"),
        (key, "Consumed"),
    ]
    assert listener.ids[0] == listener.ids[1] != listener.ids[2]


def test_only_the_events_that_were_asked_for_are_sent(
    bank: httpx.Client, listener: Listener
) -> None:
    register(bank, listener, events=["something-else"])
    play(bank, consent(bank))
    assert deliveries(bank) == []


def test_deliveries_are_listed_with_their_attempts_and_sent_again_under_their_ids(
    bank: httpx.Client, listener: Listener
) -> None:
    register(bank, listener)
    key = consent(bank)
    play(bank, key)
    listener.wait(1)
    (one,) = deliveries(bank)
    assert one["event"] == "consent-authorised"
    assert bank.post(f"/_sandbox/webhooks/deliveries/{one['id']}/resend").status_code == 202
    listener.wait(2)
    assert listener.ids == [one["id"], one["id"]]
    told = bank.get(f"/_sandbox/resources/payment-consent/{key}").json()["webhooks"]
    assert [message["id"] for message in told] == [one["id"]]


def test_nothing_is_sent_to_a_host_that_is_not_this_machine(bank: httpx.Client) -> None:
    answer = bank.post("/_sandbox/webhooks", json={"url": "https://example.com/hook"})
    assert answer.status_code == 400
    assert "--webhook-hosts" in answer.json()["errors"][0]["detail"]


def test_a_secret_that_is_none_is_told(bank: httpx.Client, listener: Listener) -> None:
    answer = bank.post("/_sandbox/webhooks", json={"url": listener.url, "secret": "a"})
    assert answer.status_code == 400


def test_where_nobody_wants_them_any_more_nothing_is_sent(
    bank: httpx.Client, listener: Listener
) -> None:
    target = register(bank, listener)
    assert bank.delete(f"/_sandbox/webhooks/{target}").status_code == 204
    assert bank.delete(f"/_sandbox/webhooks/{target}").status_code == 404
    play(bank, consent(bank))
    assert deliveries(bank) == []
