"""Rows about what grows: 100,000 submissions of one partner, as many things, and a file that somebody else holds."""

from __future__ import annotations

import json
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import bodies
import servers
import things
from bench import CLIENTS, Bench, check_completed, loaded, made, paced_reads, percentile, submit
from bench import read as read_status
from filling import fill_submissions
from measures import Row
from servers import Sandbox, Server, bearer
from wire import Connection, Shot


def history(bench: Bench) -> Row:
    """Look at a world with 100,000 submissions, and leave it."""
    count = 5_000 if bench.quick else 100_000
    folder = bench.folder / "history"
    fill_submissions(servers.database_url(made(folder)), "partner-a", count)
    with _serving(bench, Sandbox(folder)) as full:
        headers = bearer(full.token("partner-a", "secret-a"))
        with full.connect() as connection:
            looks = _each(
                full, 20, lambda: connection.json("GET", "/_sandbox/world", None, headers)
            )
            assert connection.json("GET", "/_sandbox/world", None, headers)["submissions"] == count
            (reset,) = _each(
                full, 1, lambda: connection.ask("POST", "/_sandbox/reset", b"", headers)
            )
    row = Row(f"a world of {count:,} submissions", "ms", {"ours": looks})
    row.within(statistics.median(looks), 1, "ms", "to tell of it at most 1 ms")
    row.within(reset, 5, "ms", "to leave it at most 5 ms")
    row.notes.append("Processor time.")
    return row


def lists(bench: Bench) -> Row:
    """List 100 of 100,000 things, all of them and those of one colour."""
    count = 5_000 if bench.quick else 100_000
    with _serving(bench, _of_things(bench, "lists")) as many, many.connect() as connection:
        things.multiply(many.folder / "sandbox.db", things.create(connection), count)

        def listed(query: str) -> list[float]:
            def ask() -> None:
                found = connection.json("GET", f"/things?limit=100{query}")
                assert len(found) == 100, len(found)

            return _each(many, 10, ask)

        plain, last, filtered = (
            listed(""),
            listed(f"&offset={count - 200}"),
            listed("&colour=teal"),
        )
    row = Row(f"list 100 of {count:,} things", "ms", {"ours": plain})
    row.within(statistics.median(plain), 3, "ms", "the first page at most 3 ms")
    row.within(statistics.median(last), 3, "ms", "the last page at most 3 ms")
    row.within(statistics.median(filtered), 3, "ms", "of one colour at most 3 ms")
    row.notes.append("Processor time.")
    return row


def inferred(bench: Bench) -> Row:
    """Make and read a thing, against a submission of one item."""
    with _serving(bench, _of_things(bench, "inferred")) as remembering:
        with remembering.connect() as connection:
            key = things.create(connection)
        one = bench.write("thing.json", json.dumps(things.body()))
        items = bench.write("one-client.json", bodies.template(1))

        def create(server: Server) -> Shot:
            if server is remembering:
                return Shot("POST", "/things", None, one)
            return Shot("POST", CLIENTS, bench.ours.new_partner(frozen=True), items)

        row = loaded(
            bench, "make a thing", {"ours": remembering, "a submission": bench.ours}, create
        )
        reading = loaded(
            bench, "", {"ours": remembering}, lambda _server: Shot("GET", f"/things/{key}")
        )
    submission = row.cost("a submission")
    if submission is not None:
        row.within(row.cost() or 0.0, submission, "us", "at most what a submission costs")
        row.within(reading.cost() or 0.0, submission, "us", "to read it no more either")
    return row


def locked(bench: Bench) -> Row:
    """Read as another partner while somebody else holds the file, and writers wait."""
    ours, seconds = bench.ours, 3.0 if bench.quick else 30.0
    token, writer = ours.new_partner(), ours.new_partner(frozen=True)
    with ours.connect() as connection:
        done = submit(connection, token, bodies.unique(bodies.template(1)))
        ours.clock(token, {"advance": 10})
        check_completed(read_status(connection, token, done), 1)
        with _held(ours), _writers(ours, writer):
            seen = paced_reads(connection, token, done, lambda: True, seconds)
    p99 = percentile([latency for latency, _ in seen], 99)
    row = Row(f"another partner's GET while the file is locked for {seconds:g} s: p99", "ms", {})
    row.rounds["ours"] = [p99]
    row.within(p99, 50, "ms")
    return row


@contextmanager
def _serving(bench: Bench, sandbox: Sandbox) -> Iterator[Sandbox]:
    bench.start(sandbox)
    yield sandbox
    sandbox.stop()


def _of_things(bench: Bench, name: str) -> Sandbox:
    return Sandbox(bench.folder / name, contracts=[things.contract(bench.folder / name)])


def _each(server: Server, count: int, ask: Callable[[], object]) -> list[float]:
    """Return the milliseconds of processor time that each of so many requests took."""
    ask()
    spent = []
    for _ in range(count):
        before, began = server.cpu_seconds(), time.perf_counter()
        ask()
        took = time.perf_counter() - began
        after = server.cpu_seconds()
        spent.append((took if before is None or after is None else after - before) * 1000)
    return spent


@contextmanager
def _held(server: Sandbox) -> Iterator[None]:
    """Hold the lock of the file, as another program would."""
    other = sqlite3.connect(server.folder / "sandbox.db", isolation_level=None, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def _writers(server: Sandbox, token: str) -> Iterator[None]:
    """Let eight clients of one partner try to write all the time."""
    over = threading.Event()
    body = bodies.unique(bodies.template(1))
    headers = bearer(token) | {"Content-Type": "application/json"}

    def write(connection: Connection) -> None:
        while not over.is_set():
            connection.ask("POST", CLIENTS, body, headers)

    connections = [server.connect() for _ in range(8)]
    threads = [threading.Thread(target=write, args=(one,)) for one in connections]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


ROWS: dict[str, Callable[[Bench], Row]] = {
    "history": history,
    "lists": lists,
    "inferred": inferred,
    "locked": locked,
}
