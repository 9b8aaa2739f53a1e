"""A request is not begun a second time while it is under way, whichever process is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import sqlalchemy as sa

from mock_server.serving import Embedded
from mock_server.settings import Settings
from mock_server.storage.database import Database
from mock_server.storage.under_way import UnderWay
from tests.mock_server.resources.conftest import CONSENTS
from tests.mock_server.resources.consents import initiation


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.01)


def test_what_is_under_way_is_not_begun_again_until_it_is_done() -> None:
    under_way = UnderWay(Database("sqlite://"))

    assert under_way.begin("a")
    assert not under_way.begin("a")
    assert under_way.begin("b")
    under_way.end("a")
    assert under_way.begin("a")


def test_what_another_process_does_is_seen_until_it_ends(postgresql_database: str) -> None:
    one, other = (UnderWay(Database(postgresql_database)) for _ in range(2))

    assert one.begin("a")
    assert not other.begin("a")
    assert other.begin("b")
    one.close()
    wait_until(lambda: other.begin("a"))  # its server notices in a moment
    other.close()


@pytest.fixture
def banks(postgresql_database: str) -> Iterator[list[httpx.Client]]:
    """Return one partner as two servers on one database know it."""
    settings = Settings(contracts=(CONSENTS,), database=postgresql_database, admin_key="key")
    servers = [Embedded(settings) for _ in range(2)]
    headers = {"Authorization": "Bearer somebody"}
    clients = [httpx.Client(base_url=one.url, headers=headers, timeout=30) for one in servers]
    yield clients
    for client, server in zip(clients, servers, strict=True):
        client.close()
        server.stop()


def ask(bank: httpx.Client) -> httpx.Response:
    body = {"Data": initiation()}
    return bank.post("/domestic-payment-consents", json=body, headers={"Idempotency-Key": "one"})


def test_a_repeat_to_another_process_is_refused_while_the_first_is_under_way(
    banks: list[httpx.Client], postgresql_database: str
) -> None:
    one, other = banks
    one.get("/domestic-payment-consents/x")  # whoever asks is known from now on
    database = Database(postgresql_database)
    advisory = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    with ThreadPoolExecutor(1) as threads:
        with database.begin_write() as connection:
            connection.execute(sa.text("SELECT 1 FROM partners FOR UPDATE"))  # all changes wait
            first = threads.submit(ask, one)
            wait_until(lambda: connection.scalar(advisory) == 1)
            assert ask(other).status_code == 409
        assert first.result().status_code == 201
    assert ask(other).json() == first.result().json()
    database.close()
