"""What a partner of the bank does: consents, payments, and what the payer does meanwhile."""

from __future__ import annotations

from typing import Any

import httpx

DAY = 24 * 3600


def initiation(amount: str = "5.00") -> dict[str, Any]:
    return {"Initiation": {"InstructedAmount": {"Amount": amount, "Currency": "GBP"}}}


def consent(bank: httpx.Client, amount: str = "5.00") -> str:
    answer = bank.post("/domestic-payment-consents", json={"Data": initiation(amount)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["Data"]["ConsentId"])


def status(bank: httpx.Client, key: str) -> str:
    return str(bank.get(f"/domestic-payment-consents/{key}").json()["Data"]["Status"])


def play(bank: httpx.Client, key: str, event: str = "authorise") -> httpx.Response:
    body = {"lifecycle": "payment-consent", "key": key, "event": event}
    return bank.post("/_sandbox/events", json=body)


def pay(bank: httpx.Client, key: str) -> httpx.Response:
    return bank.post("/domestic-payments", json={"Data": {"ConsentId": key, **initiation()}})
