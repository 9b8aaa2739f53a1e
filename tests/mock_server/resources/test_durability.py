"""Kills a sandbox in the middle of creations, events and deliveries; and lets many change one resource at once."""

from __future__ import annotations

import contextlib
import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import sqlalchemy as sa

from mock_server.storage.webhooks import deliveries
from tests.mock_server.resources.conftest import CONSENTS, SHOP
from tests.mock_server.resources.consents import initiation, status
from tests.mock_server.resources.listener import SECRET, Listener, listening
from tests.sandboxes import Sandbox, StartSandbox
from tests.times import TIMES

KILLS = 2 if TIMES == 1 else 5 * TIMES
PATIENCE = 30.0  # seconds without a message after which none is expected any more
WRITERS, CHANGES = 4, 10 if TIMES == 1 else 50 * TIMES


def client_of(sandbox: Sandbox) -> httpx.Client:
    """Return a client of the first of the fixtures' partners."""
    partner = sandbox.known_partner("partner-a", "secret-a")
    return httpx.Client(base_url=sandbox.http.base_url, headers=partner.headers, timeout=30)


def test_a_killed_sandbox_loses_nothing_and_does_nothing_twice(
    start_sandbox: StartSandbox, database_url: str
) -> None:
    numbers = itertools.count()
    made: dict[str, str] = {}
    authorised: set[str] = set()

    def work(bank: httpx.Client) -> None:
        """Make consents and authorise them until the server is gone."""
        with contextlib.suppress(httpx.TransportError):
            for number in numbers:
                retry = {"Idempotency-Key": f"consent {number}"}
                body = {"Data": initiation()}
                answer = bank.post("/domestic-payment-consents", json=body, headers=retry)
                key = made[retry["Idempotency-Key"]] = str(answer.json()["Data"]["ConsentId"])
                event = {"lifecycle": "payment-consent", "key": key, "event": "authorise"}
                assert bank.post("/_sandbox/events", json=event).status_code == 200
                authorised.add(key)

    with listening() as listener:
        for kill in range(KILLS):
            sandbox = start_sandbox(database_url, CONSENTS)
            bank = client_of(sandbox)
            if kill == 0:
                bank.post("/_sandbox/webhooks", json={"url": listener.url, "secret": SECRET})
            known = len(authorised)
            with ThreadPoolExecutor(4) as threads:
                working = [threads.submit(work, bank) for _ in range(4)]
                while len(authorised) < known + 2 and not all(one.done() for one in working):
                    time.sleep(0.01)
                time.sleep(kill % 4 * 0.13)
                sandbox.kill()
        _let_claims_run_out(database_url)
        bank = client_of(start_sandbox(database_url, CONSENTS))
        assert len(authorised) > KILLS
        for key in made.values():
            assert status(bank, key) in ("AwaitingAuthorisation", "Authorised")
        assert {status(bank, key) for key in authorised} == {"Authorised"}
        retried = {retry: made[retry] for retry in list(made)[:20]}
        for retry, key in retried.items():
            answer = bank.post(
                "/domestic-payment-consents",
                json={"Data": initiation()},
                headers={"Idempotency-Key": retry},
            )
            assert answer.json()["Data"]["ConsentId"] == key, "the first answer again"
        _every_state_is_told(listener, authorised)


def _let_claims_run_out(database_url: str) -> None:
    """Let the time pass in which nobody else delivers what was under way when its process was killed."""
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.update(deliveries).values(claimed_until=0))
    engine.dispose()


def _every_state_is_told(listener: Listener, authorised: set[str]) -> None:
    """Wait until all were told; what was told twice has one id."""

    def ids() -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for one, body in zip(list(listener.ids), list(listener.bodies), strict=False):
            found.setdefault(body["Data"]["ConsentId"], set()).add(one)
        return found

    told, until = 0, time.monotonic() + PATIENCE
    while not authorised <= ids().keys() and time.monotonic() < until:
        if len(listener.ids) > told:  # many wait, and come one after the other
            told, until = len(listener.ids), time.monotonic() + PATIENCE
        time.sleep(0.05)
    assert not authorised - ids().keys(), f"{len(authorised)} were authorised, {told} messages came"
    assert {len(found) for found in ids().values()} == {1}


def test_conditional_changes_of_many_processes_lose_none(
    start_sandbox: StartSandbox, postgresql_database: str
) -> None:
    sandbox = start_sandbox(postgresql_database, SHOP, "--workers", "4")
    shop = client_of(sandbox)
    target = "/products/7"
    shop.put(target, json={"name": "Kettle", "stock": 0})

    def change(_writer: int) -> None:
        with httpx.Client(base_url=shop.base_url, headers=shop.headers, timeout=60) as mine:
            done = 0
            while done < CHANGES:
                seen = mine.get(target)
                body = {"name": "Kettle", "stock": seen.json()["stock"] + 1}
                answer = mine.put(target, json=body, headers={"If-Match": seen.headers["ETag"]})
                assert answer.status_code in (200, 412), answer.text
                done += answer.status_code == 200

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(change, range(WRITERS)))
    assert shop.get(target).json()["stock"] == WRITERS * CHANGES
