"""Processes of one PostgreSQL that are killed and replaced one by one, while partners go on sending."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.mock_server.samples import CLIENTS, client
from tests.sandboxes import Sandbox, StartSandbox
from tests.times import TIMES

# `make faults` kills one of four each second, for a minute.
PROCESSES, KILLS = (2, 2) if TIMES == 1 else (4, 60)
SECONDS_BETWEEN_KILLS = 1.0
SENDERS = 4
SECONDS_BETWEEN_REQUESTS = 0.04


class Balancer:
    """Hands each request to the next process, and to another one when that does not answer."""

    def __init__(self, sandboxes: list[Sandbox], headers: dict[str, str]) -> None:
        self.urls = [sandbox.url for sandbox in sandboxes]
        self._http = httpx.Client(headers=headers, timeout=30)
        self._turns = itertools.count()

    def ask(self, method: str, path: str, key: str = "", **more: object) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            url = self.urls[next(self._turns) % PROCESSES]
            try:
                answer = self._http.request(method, url + path, headers=headers, **more)  # type: ignore[arg-type]
            except httpx.TransportError:
                continue
            if answer.status_code != 503:
                return answer


def test_a_process_may_be_killed_at_any_moment(
    start_sandbox: StartSandbox, postgresql_database: str
) -> None:
    def start() -> Sandbox:
        return start_sandbox(postgresql_database, "--processing-delay", "0.2")

    sandboxes = [start() for _ in range(PROCESSES)]
    partner = sandboxes[0].partner(frozen=False)
    balancer = Balancer(sandboxes, partner.headers)
    sent: dict[str, str] = {}
    over = threading.Event()

    def send(sender: int) -> None:
        for number in itertools.count():
            if over.is_set() and number >= 10:
                return
            name = f"{sender}-{number}"
            answer = balancer.ask(
                "POST", CLIENTS, name, json=[client(f"key-{number % 50}", sent_by=name)]
            )
            assert answer.status_code == 202, answer.text
            sent[name] = answer.json()["status_check_uri"]
            time.sleep(SECONDS_BETWEEN_REQUESTS)

    with ThreadPoolExecutor(SENDERS) as threads:
        sending = [threads.submit(send, sender) for sender in range(SENDERS)]
        for kill in range(KILLS):
            place, begun = kill % PROCESSES, time.monotonic()
            sandboxes[place].kill()
            sandboxes[place] = start()
            balancer.urls[place] = sandboxes[place].url
            time.sleep(max(0.0, begun + SECONDS_BETWEEN_KILLS - time.monotonic()))
        over.set()
    for one in sending:
        one.result()

    assert balancer.ask("POST", "/_sandbox/clock", json={"advance": 100}).status_code == 200
    saved: Counter[str] = Counter()
    for name, uri in sent.items():
        (entry,) = balancer.ask("GET", uri).json()["result"]
        assert entry["data"]["sent_by"] == name
        saved[entry["data"]["partner_client_id"]] += entry["status"]["state"] == "Completed"
    assert set(saved.values()) == {1}, "each key is saved once"
    world = balancer.ask("GET", "/_sandbox/world").json()
    assert world["submissions"] == len(set(sent.values())), (
        "nothing is lost, and nothing accepted twice"
    )
    assert world["records"] == {"clients": len(saved)}
