"""What becomes of requests while the database is in trouble: it stays where it is, and is told."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from mock_server.serving import Embedded
from mock_server.settings import Settings
from mock_server.storage.outages import StorageError
from mock_server.storage.store import Store
from tests.mock_server.samples import CLIENTS, V2, client
from tests.mock_server.served import Served

Open = Callable[[str], Served]


@pytest.fixture
def serve_on() -> Iterator[Open]:
    """Return a function that serves the shipped contract with its state in this database."""
    running: list[Served] = []

    def serve(database: str) -> Served:
        settings = Settings(
            contracts=(V2,), database=database, admin_key="the-admin-key", processing_delay=0.4
        )
        server = Embedded(settings)
        running.append(Served(server, httpx.Client(base_url=server.url, timeout=60)))
        return running[-1]

    yield serve
    for one in running:
        one.http.close()
        one.server.stop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.db"


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the lock of a SQLite file, as another process would."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def submit(partner: httpx.Client, key: str) -> httpx.Response:
    return partner.post(CLIENTS, json=[client(key)])


def status(partner: httpx.Client, accepted: httpx.Response) -> dict[str, Any]:
    answer = partner.get(accepted.json()["status_check_uri"])
    assert answer.status_code == 200, answer.text
    entry: dict[str, Any] = answer.json()["result"][0]
    return entry


def assert_refused(answer: httpx.Response, why: str) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["Retry-After"] == "1"
    assert why in answer.json()["detail"]


def test_whoever_needs_a_locked_file_is_told_soon_and_all_others_go_on(
    serve_on: Open, file: Path
) -> None:
    served = serve_on(f"sqlite:///{file}")
    writing, reading = served.partner(), served.partner()
    accepted = submit(reading, "A")
    with locked(file), ThreadPoolExecutor(40) as threads:
        began = time.monotonic()
        refused = [threads.submit(submit, writing, f"key {number}") for number in range(40)]
        for _ in range(50):
            assert status(reading, accepted)["status"]["state"] == "Pending"
            granted = served.http.post(
                "/oauth2/token",
                data={"grant_type": "client_credentials"},
                auth=("partner-a", "secret-a"),
            )
            assert granted.status_code == 200
        for answer in refused:
            assert_refused(answer.result(), "locked by somebody else")
        assert time.monotonic() - began < 25  # they do not wait for each other
    assert submit(writing, "B").status_code == 202


def test_what_is_due_is_told_as_it_stands_while_the_file_is_locked(
    serve_on: Open, file: Path
) -> None:
    partner = serve_on(f"sqlite:///{file}").partner()
    accepted = submit(partner, "A")
    partner.post("/_sandbox/clock", json={"freeze": False})
    with locked(file):
        time.sleep(0.5)  # by the partner's clock it is due now
        assert status(partner, accepted)["status"]["state"] == "Pending"
    assert status(partner, accepted)["status"]["state"] == "Completed"


def test_an_outage_is_one_line_in_the_log(
    serve_on: Open, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    partner = serve_on(f"sqlite:///{file}").partner()
    with caplog.at_level(logging.WARNING), locked(file):
        for number in range(10):
            assert submit(partner, f"key {number}").status_code == 503
    assert [record.message for record in caplog.records] == [
        "the database is locked by somebody else: what needs it is answered with 503 until it can be used."
    ]


def test_a_full_disk_is_told_and_what_was_accepted_is_still_read(
    serve_on: Open, file: Path
) -> None:
    served = serve_on(f"sqlite:///{file}")
    partner = served.partner()
    accepted = submit(partner, "A")
    partner.post("/_sandbox/clock", json={"freeze": False})
    database = served.server.sandbox.runtime.store.database
    with database.begin_write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # no page more than there are
    large = [client(f"key {number}", note="x" * 1000) for number in range(500)]
    answers = [partner.post(CLIENTS, json=large) for _ in range(3)]
    assert_refused(answers[-1], "no space left")
    time.sleep(0.5)
    status(partner, accepted)
    with database.begin_write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert partner.post(CLIENTS, json=large).status_code == 202
    assert status(partner, accepted)["status"]["state"] == "Completed"


def test_a_deleted_file_is_noticed(serve_on: Open, file: Path) -> None:
    partner = serve_on(f"sqlite:///{file}").partner()
    accepted = submit(partner, "A")
    aside = file.rename(file.with_name("aside.db"))
    assert_refused(submit(partner, "B"), "deleted or replaced")
    assert status(partner, accepted)["status"]["state"] == "Pending"
    aside.rename(file)
    assert submit(partner, "B").status_code == 202


def overwrite(file: Path, what: bytes) -> None:
    """Write something over all pages but the first two, as a program that mistakes the file for its own."""
    with file.open("r+b") as opened:
        opened.seek(2 * 4096)
        opened.write(what * (file.stat().st_size - 2 * 4096))


@pytest.mark.parametrize("what", [b"\0", b"\x5a"], ids=["zeros", "noise"])
def test_a_file_that_is_overwritten_is_noticed(serve_on: Open, file: Path, what: bytes) -> None:
    served = serve_on(f"sqlite:///{file}")
    partner = served.partner()
    sqlite3.connect(file).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    time.sleep(1.5)
    overwrite(file, what)
    deadline = time.monotonic() + 30
    while (answer := submit(partner, "B")).status_code == 202:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert_refused(answer, "damaged")


@pytest.mark.parametrize("what", [b"\0", b"\x5a"], ids=["zeros", "noise"])
def test_a_damaged_file_is_not_opened(file: Path, what: bytes) -> None:
    store = Store(f"sqlite:///{file}")
    store.close()
    sqlite3.connect(file).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    overwrite(file, what)
    with pytest.raises(StorageError, match="damaged"):
        Store(f"sqlite:///{file}")


def test_a_file_that_may_not_be_written_is_told(serve_on: Open, file: Path) -> None:
    served = serve_on(f"sqlite:///{file}")
    partner = served.partner()
    with served.server.sandbox.runtime.store.database.begin_write() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 1")
    assert_refused(submit(partner, "A"), "may not be written")


# -- PostgreSQL ------------------------------------------------------------------------------------


@contextmanager
def row_held(database: str, partner: str) -> Iterator[None]:
    """Hold the row of a partner, as another process would."""
    with psycopg.connect(database.replace("+psycopg", "")) as other:
        query = "SELECT number FROM partners WHERE client_id = %s FOR UPDATE"
        assert other.execute(query, [partner]).fetchone()
        yield
        other.rollback()


def test_a_partner_whose_row_is_held_holds_up_nobody_else(
    serve_on: Open, postgresql_database: str
) -> None:
    served = serve_on(postgresql_database)
    held, free = served.partner(), served.partner()
    name = held.get("/_sandbox/world").json()["partner"]
    with row_held(postgresql_database, name), ThreadPoolExecutor(40) as threads:
        began = time.monotonic()
        refused = [threads.submit(submit, held, f"key {number}") for number in range(40)]
        accepted = [submit(free, f"key {number}").status_code for number in range(20)]
        unhindered = time.monotonic() - began
        assert accepted == [202] * 20
        assert not any(future.done() for future in refused) or unhindered > 3
        for future in refused:
            assert_refused(future.result(), "locked by somebody else")
    assert submit(held, "later").status_code == 202


def test_a_server_that_is_gone_for_a_while_is_told_once(
    serve_on: Open, postgresql_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    served = serve_on(postgresql_database)
    partner = served.partner()
    plain = postgresql_database.replace("+psycopg", "")
    name = plain.partition("?")[0].rpartition("/")[2]
    admin = psycopg.connect(plain, dbname="postgres", autocommit=True)
    with admin, caplog.at_level(logging.WARNING):
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        admin.execute(end, [name])
        answers = [submit(partner, f"key {number}") for number in range(20)]
        for answer in answers:
            assert_refused(answer, "cannot be reached")
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert [record.message for record in caplog.records] == [
        "the database cannot be reached: what needs it is answered with 503 until it can be used."
    ]
    assert submit(partner, "later").status_code == 202


def test_threads_that_wait_for_a_lock_let_the_process_end(serve_on: Open, file: Path) -> None:
    served = serve_on(f"sqlite:///{file}")
    partner = served.partner()
    with locked(file):
        waiting = threading.Thread(target=submit, args=(partner, "A"))
        waiting.start()
        time.sleep(0.5)
        began = time.monotonic()
        served.server.stop()
        assert time.monotonic() - began < 9
        waiting.join()


def test_of_several_that_start_at_once_each_has_the_file(tmp_path: Path) -> None:
    url, together = f"sqlite:///{tmp_path / 'new.db'}", threading.Barrier(6)

    def opened(_: int) -> None:
        together.wait()
        Store(url).close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(opened, range(6)))
