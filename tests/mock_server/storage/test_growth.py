"""A world that has a long history: what it takes to tell of it, to leave it, and to forget it."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from mock_server.clock import real_now
from mock_server.serving import Embedded
from mock_server.settings import Settings
from mock_server.storage.database import Database, Unavailable
from mock_server.storage.partners import Partner, left_worlds
from mock_server.storage.records import NewRecord, records
from mock_server.storage.store import KEEP_ALL, Store
from mock_server.storage.submission_tables import (
    NewSubmission,
    Wanted,
    bodies,
    outcomes,
    submissions,
)
from mock_server.storage.sweeping import Keep, Sweeper
from mock_server.storage.tallies import ITEMS, RECORDS, SUBMISSIONS, Tally, tallies
from tests.mock_server.samples import CLIENTS, V2, client
from tests.mock_server.served import Served

OUTCOMES = b'{"rows":{},"saving":[],"items":[]}'
TABLES = (submissions, bodies, outcomes, records, tallies, left_worlds)


def fill(store: Store, partner: str, count: int, *, settled: bool = True) -> None:
    """Give a partner so many submissions, each of which saved one record."""
    store.partners.add([Partner(partner, f"secret of {partner}", {})])
    new = NewSubmission(partner, "api:post", b"[{}]", 1, 0, None, None)
    with store.database.begin_write() as connection:
        accepted, _due = store.submissions.accept_in(connection, [new] * count, real_now())
        for number, one in enumerate(accepted):
            if not settled:
                continue
            submission = store.submissions.read_in(connection, partner, one.id)  # type: ignore[union-attr]
            record = NewRecord(f"key {number}", b"identity", 0)
            store.records.save(connection, submission, "things", [record])
            store.submissions.settle(connection, submission, OUTCOMES, real_now())
            changes = [
                Tally(SUBMISSIONS, "", 1),
                Tally(ITEMS, "Done", 1),
                Tally(RECORDS, "things", 1),
            ]
            store.tallies.add(connection, submission.world, changes)


def rows(database: Database) -> dict[str, int]:
    with database.begin_read() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in TABLES
        }


def sweep(store: Store, keep: Keep = KEEP_ALL) -> None:
    Sweeper(store.database, keep).sweep(lambda: False)


@pytest.fixture
def store(database_url: str) -> Store:
    return Store(database_url)


def test_a_reset_changes_a_row_and_what_was_is_forgotten_later(store: Store) -> None:
    fill(store, "a", 300)
    fill(store, "b", 10)
    store.reset("a")
    assert store.tallies.of("a") == []
    assert store.submissions.latest("a", 10) == []
    assert store.records.places("a", "things") == []
    sweep(store)
    assert rows(store.database) == {
        "submissions": 10,
        "submission_bodies": 10,
        "submission_outcomes": 10,
        "saved_records": 10,
        "tallies": 3,
        "left_worlds": 0,
    }
    assert len(store.records.places("b", "things")) == 10
    store.close()


def test_a_sweep_that_finds_the_lock_taken_is_no_outage(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'sandbox.db'}")
    fill(store, "a", 3)
    store.reset("a")
    other = sqlite3.connect(tmp_path / "sandbox.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        sweep(store)
    assert caplog.records == []
    other.close()
    store.close()


def test_the_last_submissions_of_each_partner_are_kept(store: Store) -> None:
    fill(store, "a", 250)
    fill(store, "b", 3)
    before = [one.id for one in store.submissions.latest("a", 5)]
    sweep(store, Keep(submissions=5))
    assert [one.id for one in store.submissions.latest("a", 50)] == before
    assert len(store.submissions.latest("b", 50)) == 3
    assert {(kind, name): number for kind, name, number in store.tallies.of("a")} == {
        (SUBMISSIONS, ""): 250,  # what there ever was, and what is there
        (ITEMS, "Done"): 250,
        (RECORDS, "things"): 5,
    }
    assert store.records.last("a", "things", "key 0") is None
    assert store.records.last("a", "things", "key 249") is not None
    store.close()


def test_what_is_older_is_forgotten_and_what_waits_is_kept(store: Store) -> None:
    fill(store, "a", 20)
    fill(store, "waits", 2, settled=False)
    sweep(store, Keep(microseconds=3_600_000_000))
    assert len(store.submissions.latest("a", 50)) == 20
    time.sleep(0.01)
    sweep(store, Keep(microseconds=1))
    assert store.submissions.latest("a", 50) == []
    assert len(store.submissions.latest("waits", 50)) == 2
    store.close()


def test_a_file_gives_back_what_was_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    settings = Settings(contracts=(V2,), database=f"sqlite:///{file}", admin_key="the-admin-key")
    server = Embedded(settings)
    served = Served(server, httpx.Client(base_url=server.url, timeout=60))
    partner = served.partner()
    large = [client(f"key {number}", note="x" * 10_000) for number in range(400)]
    for _ in range(6):
        assert partner.post(CLIENTS, json=large).status_code == 202
    assert partner.post("/_sandbox/reset").status_code == 204
    deadline = time.monotonic() + 120
    while rows(server.sandbox.runtime.store.database)["submissions"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    while not 0 < file.stat().st_size < 12_000_000:
        assert time.monotonic() < deadline, file.stat().st_size
        time.sleep(0.2)
    while (journal := file.with_name("sandbox.db-wal").stat().st_size) > 8_000_000:
        assert time.monotonic() < deadline, journal
        time.sleep(0.2)
    served.http.close()
    server.stop()


def test_what_is_due_is_a_partners_own(database_url: str) -> None:
    store = Store(database_url)
    fill(store, "has due", 3, settled=False)
    store.partners.add([Partner("has none", "secret", {})])
    for partner, has_due in (("has none", False), ("has due", True)):
        later = NewSubmission(partner, "api:post", b"[]", 0, 10**12, None, None)
        ((_answer, told),) = store.submissions.accept([later])
        assert told is has_due
    store.close()


def test_ids_that_a_seed_repeats_after_a_reset_are_of_the_new_world(database_url: str) -> None:
    store = Store(database_url, seed=7)
    store.partners.add([Partner("a", "secret", {})])

    def accept(body: bytes) -> str:
        new = NewSubmission("a", "api:post", body, 1, 0, None, None)
        ((accepted, _due),) = store.submissions.accept([new])
        return accepted.id  # type: ignore[union-attr]

    first = accept(b"[1]")
    store.reset("a")
    assert accept(b"[2]") == first
    (looked,) = store.submissions.look([Wanted("a", first)])
    assert looked.submission is not None
    assert looked.submission.body == b"[2]"
    store.close()


def test_to_tell_of_a_world_and_to_leave_it_takes_no_time(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'sandbox.db'}")
    fill(store, "a", 2000)
    with store.database.begin_write() as connection:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    driver.set_progress_handler(count, 100)
    store.reset("a")
    driver.set_progress_handler(None, 0)
    assert steps < 50  # hundreds of SQLite's instructions, not millions
    fill(store, "a", 2000)
    with store.database.begin_look() as connection:
        looking = connection.connection.dbapi_connection
        assert isinstance(looking, sqlite3.Connection)
    looking.set_progress_handler(count, 100)
    steps = 0
    assert store.submissions.due("a").head_due_at is None
    assert steps < 10
    with store.database.begin_read() as connection:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
    driver.set_progress_handler(count, 100)
    steps = 0
    assert store.submissions.counts_of_waiting("a") == {}
    assert len(store.tallies.of("a")) == 3
    assert steps < 50
    store.close()
