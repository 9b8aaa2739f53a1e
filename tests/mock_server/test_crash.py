"""Kills a sandbox in the middle of its work and looks at what the next one finds."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

CLIENTS = "/api/v2/Clients"
SUBMISSIONS = 200
ITEMS = 10
KEYS = 400
KILL_AFTER = 60


def submission(number):
    """Ten clients of one submission; every key is sent by several submissions."""
    keys = [(number * 7 + place * 37) % KEYS for place in range(ITEMS)]
    return [
        {
            "partner_client_id": f"key-{key}",
            "client_start_date": "2024-04-23T13:44:03.585Z",
            "entity_type": "LLC",
            "sent_by": number,
        }
        for key in keys
    ]


def test_a_killed_sandbox_loses_and_repeats_nothing(start_sandbox, database_url):
    first = start_sandbox(database_url, "--processing-delay", "0.2")
    partner = first.partner(frozen=False)
    accepted: dict[int, str] = {}
    seen: dict[int, list[str]] = {}
    enough = threading.Event()

    def send(number):
        if first.process.poll() is not None:
            return
        try:
            answer = partner.post(
                CLIENTS, submission(number), {"Idempotency-Key": f"submission {number}"}
            )
        except httpx.TransportError:
            return
        if answer.status_code == 202:
            accepted[number] = answer.json()["status_check_uri"]
        if len(accepted) >= KILL_AFTER and seen:
            enough.set()

    def watch():
        while first.process.poll() is None:
            for number, uri in list(accepted.items())[::5]:
                try:
                    states = partner.states(uri)
                except (httpx.TransportError, json.JSONDecodeError):
                    return
                if "Pending" not in states:
                    seen[number] = states

    def kill():
        enough.wait(60)
        time.sleep(0.05)
        first.kill()

    with ThreadPoolExecutor(8) as threads:
        threads.submit(kill)
        threads.submit(watch)
        for number in range(SUBMISSIONS):
            threads.submit(send, number)
    assert first.process.poll() is not None
    assert KILL_AFTER <= len(accepted) < SUBMISSIONS, "it died in the middle of its work"
    assert seen, "settling was under way"

    second = start_sandbox(database_url, "--processing-delay", "0.2")
    partner.http = second.http  # with the token of the first process
    for number, uri in accepted.items():
        assert [entry["data"] for entry in partner.result(uri)] == submission(number)

    # Sent again with its idempotency key, one that was accepted without an answer shows itself.
    uris = {}
    for number in range(SUBMISSIONS):
        answer = partner.post(
            CLIENTS, submission(number), {"Idempotency-Key": f"submission {number}"}
        )
        uris[number] = answer.json()["status_check_uri"]
        assert accepted.get(number, uris[number]) == uris[number]
    partner.settle()

    outcomes = {number: partner.states(uri) for number, uri in uris.items()}
    for number, states in seen.items():
        assert outcomes[number] == states, "final is for ever"
    completed = Counter(
        item["partner_client_id"]
        for number, states in outcomes.items()
        for item, state in zip(submission(number), states, strict=True)
        if state == "Completed"
    )
    sent = {item["partner_client_id"] for n in range(SUBMISSIONS) for item in submission(n)}
    assert completed == dict.fromkeys(sent, 1), "every key is saved exactly once"
    world = partner.world()
    assert world["submissions"] == SUBMISSIONS
    assert world["records"] == {"clients": len(sent)}
    assert world["due"] == []
