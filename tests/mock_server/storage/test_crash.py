"""Kills a sandbox in the middle of its work and looks at what the next one finds."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.mock_server.samples import CLIENTS, client
from tests.sandboxes import StartSandbox
from tests.times import TIMES

# Some are final and were seen so, more wait, and the rest is sent while it is killed.
SEEN, WAITING, SUBMISSIONS = 20 * TIMES, 60 * TIMES, 80 * TIMES
ITEMS = 10
KEYS = 2 * SUBMISSIONS


def submission(number: int) -> list[dict[str, Any]]:
    """Ten clients of one submission; every key is sent by several submissions."""
    keys = [(number * 7 + place * 37) % KEYS for place in range(ITEMS)]
    return [client(f"key-{key}", sent_by=number) for key in keys]


def test_a_killed_sandbox_loses_and_repeats_nothing(
    start_sandbox: StartSandbox, database_url: str
) -> None:
    sandbox = start_sandbox(database_url, "--processing-delay", "1")
    partner = sandbox.partner()
    uris: dict[int, str] = {}

    def send(number: int) -> None:
        header = {"Idempotency-Key": f"submission {number}"}
        with contextlib.suppress(httpx.TransportError):
            answer = partner.post(CLIENTS, submission(number), header)
            assert answer.status_code == 202
            uri = answer.json()["status_check_uri"]
            assert uris.setdefault(number, uri) == uri, "the first answer again"

    def settle() -> None:
        with contextlib.suppress(httpx.TransportError):
            partner.settle()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(send, range(SEEN)))
        settle()
        seen = {number: partner.states(uris[number]) for number in range(SEEN)}
        started = time.monotonic()
        list(threads.map(send, range(SEEN, WAITING)))
        pace = time.monotonic() - started
    assert set(uris) == set(range(WAITING))

    # Now they are due all at once, and the rest is sent meanwhile. It is killed while it settles.
    for fraction in (0.1, 0.3) * TIMES:
        with ThreadPoolExecutor(8) as threads:
            threads.submit(settle)
            for number in range(WAITING, SUBMISSIONS):
                if number not in uris:
                    threads.submit(send, number)
            time.sleep(pace * fraction)
            sandbox.kill()
        answered = dict(uris)
        sandbox = start_sandbox(database_url, "--processing-delay", "1")
        partner.http = sandbox.http  # with the token of the first process

    for number, uri in answered.items():
        assert [entry["data"] for entry in partner.result(uri)] == submission(number)
    # Sent again with its idempotency key, one that was accepted without an answer shows itself.
    for number in range(SUBMISSIONS):
        send(number)
    partner.settle()

    outcomes = {number: partner.states(uris[number]) for number in range(SUBMISSIONS)}
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
