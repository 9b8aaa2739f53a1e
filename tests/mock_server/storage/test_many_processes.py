"""Four processes serve one database to one partner at the same time."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from tests.mock_server.samples import CLIENTS, client
from tests.sandboxes import Partner, StartSandbox
from tests.times import TIMES

ITEMS = 3
PROCESSES = 4


def keys_of(number: int, keys: int) -> list[str]:
    return [f"key-{(number * 11 + place * 97) % keys}" for place in range(ITEMS)]


def submission(number: int, keys: int) -> list[dict[str, Any]]:
    return [client(key, sent_by=number) for key in keys_of(number, keys)]


@pytest.mark.parametrize(
    ("kind", "submissions", "keys"),
    [("sqlite", 160 * TIMES, 40 * TIMES), ("postgresql", 200 * TIMES, 50 * TIMES)],
)
def test_four_processes_on_one_database_act_as_one(
    start_sandbox: StartSandbox,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    kind: str,
    submissions: int,
    keys: int,
) -> None:
    database = f"sqlite:///{tmp_path / 'shared.db'}"
    if kind == "postgresql":
        database = request.getfixturevalue("postgresql_database")
    sandboxes = []
    for _ in range(PROCESSES):
        sandboxes.append(start_sandbox(database, "--processing-delay", "0.1"))
    partner = sandboxes[0].partner(frozen=False)
    views = [
        type(partner)(s.http, partner.client_id, partner.client_secret, "GBP", partner.token)
        for s in sandboxes
    ]
    uris, sent_at, answered_at = {}, {}, {}
    done = threading.Event()

    def send(number: int) -> None:
        sent_at[number] = time.monotonic()
        uris[number] = views[number % PROCESSES].submit(CLIENTS, submission(number, keys))
        answered_at[number] = time.monotonic()

    def look_on(view: Partner) -> None:
        """Settling is driven by every process at once."""
        while not done.wait(0.05):
            view.world()

    with ThreadPoolExecutor(PROCESSES) as watchers:
        watching = [watchers.submit(look_on, view) for view in views]
        with ThreadPoolExecutor(16) as threads:
            sending = [threads.submit(send, number) for number in range(submissions)]
        done.set()
    for future in sending + watching:
        future.result()
    partner.settle()

    winner, losers = {}, defaultdict(set)

    def read(number: int) -> tuple[int, list[str]]:
        # Another process answers than the one that accepted it.
        return number, views[(number + 1) % PROCESSES].states(uris[number])

    with ThreadPoolExecutor(8) as threads:
        outcomes = dict(threads.map(read, range(submissions)))
    for number, states in outcomes.items():
        for key, state in zip(keys_of(number, keys), states, strict=True):
            assert state in ("Completed", "Duplicate")
            if state == "Completed":
                assert key not in winner, f"{key} is saved twice"
                winner[key] = number
            else:
                losers[key].add(number)

    assert len(winner) == keys, "every key is saved"
    assert partner.world()["records"] == {"clients": keys}
    order = defaultdict(set)
    for key, first in winner.items():
        for later in losers[key]:
            order[later].add(first)
            assert sent_at[first] < answered_at[later], "an order that time allows"
    TopologicalSorter(order).prepare()  # raises CycleError unless one order explains every outcome

    for key in list(winner)[::10]:
        saved = partner.get(f"/api/v1/Clients/{key}").json()
        assert saved["sent_by"] == winner[key]
