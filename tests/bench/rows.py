"""The rows of the table that are about requests: each measures one kind of work, the servers side by side in turns."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bodies
import servers
import wire
from bench import (
    CLIENTS,
    PACE,
    STATUS,
    Bench,
    check,
    check_completed,
    loaded,
    made,
    paced_reads,
    percentile,
    read,
    submit,
    turns,
)
from filling import fill
from limit import ID
from measures import Row, Target
from servers import Sandbox, Server, bearer
from wire import Shot

REWARDS_BASE = "/crmapi/rest/v2"
LOGIN = f"{REWARDS_BASE}/authentication/token"
PREVIEW = f"{REWARDS_BASE}/customer_events/purchases/preview"


# -- accepting and reading ---------------------------------------------------------------------------


def post_one(bench: Bench) -> Row:
    """POST one client."""
    row = _post(bench, 1, "POST one client")
    row.costs_at_most(60)
    row.at_least(2.5, "Prism")
    return row


def post_hundred(bench: Bench) -> Row:
    """POST 100 clients."""
    row = _post(bench, 100, "POST 100 clients")
    row.costs_at_most(180)
    row.at_least(1.6, "Prism")
    return row


def _post(bench: Bench, items: int, work: str) -> Row:
    template = bench.write(f"clients-{items}.json", bodies.template(items))

    def shot(server: Server) -> Shot:
        # A partner of its own each time; its clock stands still, so that nothing is settled meanwhile.
        token = server.new_partner(frozen=True) if isinstance(server, Sandbox) else "any"
        return Shot("POST", CLIENTS, token, template)

    row = loaded(bench, work, bench.peers(), shot)
    row.notes.append("The clock stands still: accepting alone.")
    return row


def get_one(bench: Bench) -> Row:
    """GET the finished status of one item."""
    token = bench.ours.new_partner()
    with bench.ours.connect() as connection:
        done = submit(connection, token, bodies.unique(bodies.template(1)))
        bench.ours.clock(token, {"advance": 10})
        check_completed(read(connection, token, done), 1)

    def shot(server: Server) -> Shot:
        return Shot("GET", STATUS + (done if server is bench.ours else ID), token)

    row = loaded(bench, "GET a finished status of one item", bench.peers(), shot)
    row.costs_at_most(40)
    row.at_least(3, "Prism")
    return row


def clock(bench: Bench) -> Row:
    """Move the clock where nothing is due."""
    token = bench.ours.new_partner()
    change = bench.write("clock.json", json.dumps({"advance": 0.001}))
    row = loaded(
        bench,
        "move the clock, nothing due",
        {"ours": bench.ours},
        lambda _server: Shot("POST", "/_sandbox/clock", token, change),
    )
    row.costs_at_most(65)
    return row


# -- full cycles -------------------------------------------------------------------------------------


def cycle(bench: Bench) -> Row:
    """POST 100 clients, advance, read them all Completed."""
    text = bodies.template(100)
    rounds: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}
    for counted, name, server in turns(bench, bench.peers()):
        before = server.cpu_seconds()
        if isinstance(server, Sandbox):
            count, spent = _cycles(server, server.new_partner(), text, bench.seconds)
        else:
            count, spent = _stateless_cycles(server, text, bench.seconds)
        after = server.cpu_seconds()
        if counted:
            rounds.setdefault(name, []).append(count / spent)
            if before is not None and after is not None:
                costs.setdefault(name, []).append((after - before) / count * 1e6)
    row = Row("full cycle of 100 clients", "cycles/s", rounds, costs=costs)
    row.costs_at_most(1_400, "a cycle")
    row.notes.append(
        "One connection. Ours: POST, advance, GET of all 100 Completed; the others: POST, GET of a "
        "constant."
    )
    return row


def cycle_with_million(bench: Bench) -> Row:
    """The full cycle with many records saved, against the same with none."""
    saved = 50_000 if bench.quick else 1_000_000
    folder = bench.folder / "filled"
    fill(servers.database_url(made(folder)), "partner-a", saved)
    full = bench.start(Sandbox(folder, "ours with records"))
    empty = bench.start(Sandbox(bench.folder / "empty", "ours without records"))
    assert isinstance(full, Sandbox)
    assert isinstance(empty, Sandbox)
    text = bodies.template(100)
    rounds: dict[str, list[float]] = {"ours": [], "none": []}
    for counted, name, server in turns(bench, {"ours": full, "none": empty}):
        token = server.token("partner-a", "secret-a")
        count, spent = _cycles(server, token, text, bench.seconds)
        if counted:
            rounds[name].append(1000 * spent / count)
    row = Row(f"full cycle of 100, {saved:,} records saved", "ms", rounds, [])
    row.at_most(1.5, "none")
    empty_time = row.median("none")
    row.notes.append(f"With none saved: {empty_time:.1f} ms.")
    full.stop()
    empty.stop()
    return row


def _cycles(server: Sandbox, token: str, text: str, seconds: float) -> tuple[int, float]:
    forward = json.dumps({"advance": servers.DELAY + 1}).encode()
    headers = bearer(token) | {"Content-Type": "application/json"}
    count = 0
    spent = 0.0
    with server.connect() as connection:
        while spent < seconds:
            body = bodies.unique(text)
            start = time.perf_counter()
            done = submit(connection, token, body)
            status, answer = connection.ask("POST", "/_sandbox/clock", forward, headers)
            check(status == 200, answer)
            answer = read(connection, token, done)
            spent += time.perf_counter() - start
            count += 1
            check_completed(answer, 100)
    return count, spent


def _stateless_cycles(server: Server, text: str, seconds: float) -> tuple[int, float]:
    count = 0
    spent = 0.0
    with server.connect() as connection:
        while spent < seconds:
            body = bodies.unique(text)
            start = time.perf_counter()
            done = submit(connection, "any", body)
            read(connection, "any", done)
            spent += time.perf_counter() - start
            count += 1
    return count, spent


# -- large submissions -------------------------------------------------------------------------------


def post_ten_thousand(bench: Bench) -> Row:
    """POST 10,000 clients, then settle them."""
    text = bodies.template(10_000)
    rounds: dict[str, list[float]] = {}
    settled: list[float] = []
    costs: list[float] = []
    read_in: list[float] = []
    notes = []
    peers = bench.peers()
    for _ in range(max(3, bench.rounds)):
        for name, server in list(peers.items()):
            body = bodies.unique(text)
            token = server.new_partner(frozen=True) if isinstance(server, Sandbox) else "any"
            with server.connect() as connection:
                start = time.perf_counter()
                try:
                    done = submit(connection, token, body)
                except wire.Broken as error:
                    notes.append(f"{name} does not take 10,000 clients: {error}")
                    del peers[name]
                    continue
                rounds.setdefault(name, []).append((time.perf_counter() - start) * 1000)
                if isinstance(server, Sandbox):
                    before, start = server.cpu_seconds(), time.perf_counter()
                    server.clock(token, {"advance": servers.DELAY + 1})
                    settled.append(10_000 / (time.perf_counter() - start))
                    after = server.cpu_seconds()
                    if before is not None and after is not None:
                        costs.append((after - before) / 10_000 * 1e6)
                    start = time.perf_counter()
                    answer = read(connection, token, done)
                    read_in.append((time.perf_counter() - start) * 1000)
                    check_completed(answer, 10_000)
    row = Row("POST 10,000 clients, settle them", "ms", rounds, [], notes)
    row.rounds["settled"] = settled
    row.costs["ours"] = costs
    row.costs_at_most(5, "an item that is settled")
    row.at_most(3, "limit")
    row.notes.append(
        f"Settled within the call that advances the clock, {statistics.median(settled):,.0f} items a second; reading "
        f"all 10,000 then takes {statistics.median(read_in):.0f} ms."
    )
    return row


def other_partner(bench: Bench) -> Row:
    """Another partner's GETs while 10,000 items settle."""
    ours = bench.ours
    token = ours.new_partner()
    with ours.connect() as connection:
        done = submit(connection, token, bodies.unique(bodies.template(1)))
        ours.clock(token, {"advance": 10})
        check_completed(read(connection, token, done), 1)
        quiet = paced_reads(connection, token, done, lambda: False, bench.seconds)
        with _settling(ours) as state:
            busy = paced_reads(connection, token, done, lambda: state.settling, 6 * bench.seconds)
    latencies = [latency for latency, meanwhile in busy if meanwhile]
    if state.error is not None:
        raise state.error
    if len(latencies) < 20:
        raise wire.Broken("too few reads fell into the settling of 10,000 items")
    p99 = percentile(latencies, 99)
    row = Row("another partner's GET while 10,000 settle: p99", "ms", {"ours": [p99]}, [])
    row.within(p99, 100, "ms")
    calm = [latency for latency, _meanwhile in quiet]
    row.notes.append(
        f"{len(latencies)} GETs on a schedule of {PACE}/s, each measured from when it was due; "
        f"{state.count} times 10,000 settled meanwhile. Median {statistics.median(latencies):.1f}, "
        f"maximum {max(latencies):.0f} ms; on an idle server median "
        f"{statistics.median(calm):.1f}, p99 {percentile(calm, 99):.0f} ms."
    )
    return row


@dataclass
class _State:
    settling: bool = False
    ending: bool = False
    count: int = 0
    error: Exception | None = None


@contextmanager
def _settling(server: Sandbox) -> Iterator[_State]:
    """Let another partner settle 10,000 items again and again, in a thread of its own."""
    state = _State()
    text = bodies.template(10_000)
    token = server.new_partner(frozen=True)

    def work() -> None:
        try:
            with server.connect() as connection:
                while not state.ending:
                    submit(connection, token, bodies.unique(text))
                    state.settling = True
                    server.clock(token, {"advance": servers.DELAY + 1})
                    state.settling = False
                    state.count += 1
        except Exception as error:  # told by the main thread
            state.error = error

    thread = threading.Thread(target=work, name="settling")
    thread.start()
    try:
        yield state
    finally:
        state.ending = True
        thread.join()


# -- memory ------------------------------------------------------------------------------------------


def memory(bench: Bench) -> Row:
    """Memory after 1,000 submissions of 100."""
    count = 100 if bench.quick else 1_000
    text = bodies.template(100)
    fresh = bench.start(Sandbox(bench.folder / "memory"))
    assert isinstance(fresh, Sandbox)
    peers: dict[str, Server] = {"ours": fresh}
    prism = bench.prism()
    if prism is not None:
        peers["Prism"] = prism
    peers["limit"] = bench.limit
    before = fresh.memory()
    token = fresh.new_partner()
    rounds: dict[str, list[float]] = {}
    for name, server in peers.items():
        with server.connect() as connection:
            for _ in range(count):
                submit(connection, token, bodies.unique(text))
        if server is fresh:
            fresh.clock(token, {"advance": servers.DELAY + 1})
        rounds[name] = [server.memory()]
    used = rounds["ours"][0]
    row = Row(f"memory after {count:,} submissions of 100", "MB", rounds, [])
    row.within(used, 250, "MB")
    peak = fresh.peak_memory()
    row.notes.append(
        f"Resident; ours settled all of them, began with {before:.0f} MB"
        + (f" and had {peak:.0f} MB at most." if peak else ".")
        + " The others' processes did the rows before, too."
    )
    fresh.stop()
    return row


# -- rewards -----------------------------------------------------------------------------------------


def rewards(bench: Bench) -> Row:
    """Preview a purchase of ten products, with one process, and with a worker for each of two cores."""
    work = "rewards: preview a purchase of 10 products"
    folder = bench.folder / "rewards"
    one = bench.start(Sandbox(folder))
    two = bench.start(Sandbox(folder, "ours, two workers", workers=2))
    user = {
        "username": "rewards-user",
        "password": "rewards-secret",
        "organisation": "northwind",
    }
    with one.connect() as connection:
        token = connection.json("POST", LOGIN, user)["data"]["token"]
        large = connection.json("POST", PREVIEW, bodies.preview(token, 10))
        small = connection.json("POST", PREVIEW, bodies.preview(token, 1))
    if large == small:
        return Row(
            work,
            "requests/s",
            {},
            [Target("at least 1.5 x Prism", "-", None)],
            ["Not measurable yet: the answer is an example, not computed."],
        )
    template = bench.write("preview.json", json.dumps(bodies.preview(token, 10)))

    def shot(server: Server) -> Shot:
        # Prism leaves out the path of a server that is a relative reference.
        path = PREVIEW.removeprefix(REWARDS_BASE) if server.name == "Prism" else PREVIEW
        return Shot("POST", path, None, template)

    # A login in one is good in the other: both work on one database.
    peers = {**bench.peers(servers.REWARDS), "ours": one, "two": two}
    row = loaded(bench, work, peers, shot)
    row.at_least(1.5, "Prism")
    together, prism = row.median("two") or 0.0, row.median("Prism")
    ratio = f", {together / prism:.2f} x Prism" if prism else ""
    row.notes.append(
        "Ours computes the answer from the saved wallet, in one process; with --workers 2 it is "
        f"{together:,.0f}/s{ratio}. Prism's answer is an example."
    )
    one.stop()
    two.stop()
    return row


ROWS: dict[str, Callable[[Bench], Row]] = {
    "post-1": post_one,
    "post-100": post_hundred,
    "get-1": get_one,
    "clock": clock,
    "cycle": cycle,
    "post-10000": post_ten_thousand,
    "million": cycle_with_million,
    "other-get": other_partner,
    "memory": memory,
    "rewards": rewards,
}
