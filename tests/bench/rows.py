"""The rows of the table: each measures one kind of work, the servers side by side in interleaved rounds."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bodies
import large
import servers
import wire
from filling import fill
from limit import ID
from servers import Sandbox, Server, Unavailable, bearer
from wire import Connection, Shot

CLIENTS = "/api/v2/Clients"
STATUS = f"{CLIENTS}/Status/"
REWARDS_BASE = "/crmapi/rest/v2"
LOGIN = f"{REWARDS_BASE}/authentication/token"
PREVIEW = f"{REWARDS_BASE}/customer_events/purchases/preview"
COLUMNS = ("ours", "Prism", "limit")


@dataclass(frozen=True)
class Target:
    """What a row has to reach, and what it reached; None when there was nothing to compare with."""

    goal: str
    said: str
    reached: bool | None


@dataclass
class Row:
    """What one row of the table shows: the rounds of each server, and the targets."""

    work: str
    unit: str
    rounds: dict[str, list[float]]
    targets: list[Target]
    notes: list[str] = field(default_factory=list)

    def median(self, name: str) -> float | None:
        """Return the median of a server's rounds."""
        return statistics.median(self.rounds[name]) if self.rounds.get(name) else None

    def at_least(self, factor: float, peer: str) -> None:
        """Add the target of reaching so many times the rate of a peer."""
        self._compare(f"at least {factor:g} x {peer}", peer, lambda ratio: ratio >= factor)

    def at_most(self, factor: float, peer: str) -> None:
        """Add the target of taking at most so many times the time of a peer."""
        self._compare(f"at most {factor:g} x {peer}", peer, lambda ratio: ratio <= factor)

    def _compare(self, goal: str, peer: str, good: Callable[[float], bool]) -> None:
        # Rounds are pairs: what else the machine does then falls on both.
        pairs = zip(self.rounds["ours"], self.rounds.get(peer, []), strict=False)
        ratios = [ours / theirs for ours, theirs in pairs if theirs]
        if not ratios:
            self.targets.append(Target(goal, "-", None))
            return
        ratio = statistics.median(ratios)
        self.targets.append(Target(goal, f"{ratio:.2f} x {peer}", good(ratio)))


class Bench:
    """The servers of one run, started when a row needs them, and how long a round lasts."""

    def __init__(self, folder: Path, seconds: float, rounds: int, *, quick: bool) -> None:
        """Take a folder for everything that is written, and the sizes."""
        self.folder = folder
        self.seconds = seconds
        self.rounds = rounds
        self.quick = quick
        self.generator = wire.Generator()
        self.notes = [self.generator.note]
        self._stack = ExitStack()
        self._started: dict[str, Server | None] = {}

    def close(self) -> None:
        """End the servers."""
        self._stack.close()

    @property
    def ours(self) -> Sandbox:
        """Our server, with nothing saved before."""
        server = self._get("ours", lambda: Sandbox(self.folder / "ours"))
        assert isinstance(server, Sandbox)
        return server

    @property
    def limit(self) -> Server:
        """The bare endpoint."""
        server = self._get("limit", servers.limit)
        assert server is not None
        return server

    def prism(self, contract: Path = servers.CONTRACT) -> Server | None:
        """Prism on a contract, None when it cannot be had."""
        return self._get(f"Prism {contract.name}", lambda: self._start_prism(contract))

    def peers(self, contract: Path = servers.CONTRACT) -> dict[str, Server]:
        """Return the three servers by name, without Prism when it cannot be had."""
        prism = self.prism(contract)
        found = {"ours": self.ours, "Prism": prism, "limit": self.limit}
        return {name: server for name, server in found.items() if server is not None}

    def start(self, server: Server) -> Server:
        """Keep a server until the bench ends."""
        self._stack.callback(server.stop)
        return server

    def load(self, server: Server, shot: Shot, seconds: float | None = None) -> wire.Load:
        """Load a server. Raises Broken when it refuses requests: that is no answer to count."""
        load = self.generator.run(server.port, shot, seconds or self.seconds)
        if load.refused or load.broken:
            raise wire.Broken(
                f"{server.name} refused {load.refused} requests and broke {load.broken}: "
                f"{shot.method} {shot.path}"
            )
        return load

    def write(self, name: str, text: str) -> Path:
        """Write a body for the load generator."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def _start_prism(self, contract: Path) -> Server | None:
        try:
            server, note = servers.prism(contract, self.folder)
        except Unavailable as error:
            self.notes.append(f"Prism is not measured: {error}.")
            return None
        if note:
            self.notes.append(note)
        return server

    def _get(self, name: str, make: Callable[[], Server | None]) -> Server | None:
        if name not in self._started:
            server = make()
            if server is not None:
                self.start(server)
            self._started[name] = server
        return self._started[name]


# -- accepting and reading ---------------------------------------------------------------------------


def post_one(bench: Bench) -> Row:
    """POST one client."""
    row = _post(bench, 1, "POST one client")
    row.at_least(3, "Prism")
    row.at_least(0.3, "limit")
    return row


def post_hundred(bench: Bench) -> Row:
    """POST 100 clients."""
    row = _post(bench, 100, "POST 100 clients")
    row.at_least(2, "Prism")
    return row


def _post(bench: Bench, items: int, work: str) -> Row:
    template = bench.write(f"clients-{items}.json", bodies.template(items))

    def shot(server: Server) -> Shot:
        # A partner of its own each time; its clock stands still, so that nothing is settled meanwhile.
        token = server.new_partner(frozen=True) if isinstance(server, Sandbox) else "any"
        return Shot("POST", CLIENTS, token, template)

    row = _loaded(bench, work, bench.peers(), shot)
    row.notes.append("The clock stands still: accepting alone.")
    return row


def _loaded(
    bench: Bench, work: str, peers: dict[str, Server], shot: Callable[[Server], Shot]
) -> Row:
    """Load the servers in turns and return the row of their rates, with what a request cost them."""
    rounds: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}
    for counted, name, server in _turns(bench, peers):
        chosen = shot(server)
        before = server.cpu_seconds()
        load = bench.load(server, chosen)
        after = server.cpu_seconds()
        if counted:
            rounds.setdefault(name, []).append(load.rate)
            if before is not None and after is not None:
                costs.setdefault(name, []).append((after - before) / load.requests * 1e6)
    row = Row(work, "requests/s", rounds, [])
    _tell_costs(row, "a request", costs)
    return row


def _tell_costs(row: Row, piece: str, costs: dict[str, list[float]]) -> None:
    """Note the processor time of a piece of work: other load on the machine changes it least."""
    if costs:
        each = ", ".join(
            f"{name} {statistics.median(values):,.0f} us" for name, values in costs.items()
        )
        row.notes.append(f"Processor time for {piece}: {each}.")


def get_one(bench: Bench) -> Row:
    """GET the finished status of one item."""
    token = bench.ours.new_partner()
    with bench.ours.connect() as connection:
        done = _submit(connection, token, bodies.unique(bodies.template(1)))
        bench.ours.clock(token, {"advance": 10})
        _check_completed(_read(connection, token, done), 1)

    def shot(server: Server) -> Shot:
        return Shot("GET", STATUS + (done if server is bench.ours else ID), token)

    row = _loaded(bench, "GET a finished status of one item", bench.peers(), shot)
    row.at_least(2, "Prism")
    return row


# -- full cycles -------------------------------------------------------------------------------------


def cycle(bench: Bench) -> Row:
    """POST 100 clients, advance, read them all Completed."""
    text = bodies.template(100)
    rounds: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}
    for counted, name, server in _turns(bench, bench.peers()):
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
    row = Row("full cycle of 100 clients", "cycles/s", rounds, [])
    row.at_least(1, "Prism")
    _tell_costs(row, "a cycle", costs)
    row.notes.append(
        "One connection. Ours: POST, advance, GET of all 100 Completed; the others: POST, GET of a "
        "constant."
    )
    return row


def cycle_with_million(bench: Bench) -> Row:
    """The full cycle with many records saved, against the same with none."""
    saved = 50_000 if bench.quick else 1_000_000
    folder = bench.folder / "filled"
    fill(servers.database_url(_made(folder)), "partner-a", saved)
    full = bench.start(Sandbox(folder, "ours with records"))
    empty = bench.start(Sandbox(bench.folder / "empty", "ours without records"))
    assert isinstance(full, Sandbox)
    assert isinstance(empty, Sandbox)
    text = bodies.template(100)
    rounds: dict[str, list[float]] = {"ours": [], "none": []}
    for counted, name, server in _turns(bench, {"ours": full, "none": empty}):
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
            done = _submit(connection, token, body)
            status, answer = connection.ask("POST", "/_sandbox/clock", forward, headers)
            _check(status == 200, answer)
            answer = _read(connection, token, done)
            spent += time.perf_counter() - start
            count += 1
            _check_completed(answer, 100)
    return count, spent


def _stateless_cycles(server: Server, text: str, seconds: float) -> tuple[int, float]:
    count = 0
    spent = 0.0
    with server.connect() as connection:
        while spent < seconds:
            body = bodies.unique(text)
            start = time.perf_counter()
            done = _submit(connection, "any", body)
            _read(connection, "any", done)
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
    read: list[float] = []
    notes = []
    peers = bench.peers()
    for _ in range(max(3, bench.rounds)):
        for name, server in list(peers.items()):
            body = bodies.unique(text)
            token = server.new_partner(frozen=True) if isinstance(server, Sandbox) else "any"
            with server.connect() as connection:
                start = time.perf_counter()
                try:
                    done = _submit(connection, token, body)
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
                        costs.append((after - before) * 1000)
                    start = time.perf_counter()
                    answer = _read(connection, token, done)
                    read.append((time.perf_counter() - start) * 1000)
                    _check_completed(answer, 10_000)
    row = Row("POST 10,000 clients, accepted", "ms", rounds, [], notes)
    row.at_most(3, "limit")
    rate = statistics.median(settled)
    row.rounds["settled"] = settled
    row.targets.append(Target("settled at 50,000 items/s", f"{rate:,.0f} items/s", rate >= 50_000))
    row.notes.append(
        f"Settled within the call that advances the clock; reading all 10,000 then takes "
        f"{statistics.median(read):.0f} ms."
        + (f" Settling takes {statistics.median(costs):.0f} ms of processor time." if costs else "")
    )
    return row


def other_partner(bench: Bench) -> Row:
    """Another partner's GETs while 10,000 items settle."""
    ours = bench.ours
    token = ours.new_partner()
    with ours.connect() as connection:
        done = _submit(connection, token, bodies.unique(bodies.template(1)))
        ours.clock(token, {"advance": 10})
        _check_completed(_read(connection, token, done), 1)
        quiet = _paced_reads(connection, token, done, lambda: False, bench.seconds)
        with _settling(ours) as state:
            busy = _paced_reads(connection, token, done, lambda: state.settling, 6 * bench.seconds)
    latencies = [latency for latency, meanwhile in busy if meanwhile]
    if state.error is not None:
        raise state.error
    if len(latencies) < 20:
        raise wire.Broken("too few reads fell into the settling of 10,000 items")
    p99 = _percentile(latencies, 99)
    row = Row("another partner's GET while 10,000 settle: p99", "ms", {"ours": [p99]}, [])
    row.targets.append(Target("below 100 ms", f"{p99:.0f} ms", p99 < 100))
    calm = [latency for latency, _meanwhile in quiet]
    row.notes.append(
        f"{len(latencies)} GETs on a schedule of {_PACE}/s, each measured from when it was due; "
        f"{state.count} times 10,000 settled meanwhile. Median {statistics.median(latencies):.1f}, "
        f"maximum {max(latencies):.0f} ms; on an idle server median "
        f"{statistics.median(calm):.1f}, p99 {_percentile(calm, 99):.0f} ms."
    )
    return row


_PACE = 25


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
                    _submit(connection, token, bodies.unique(text))
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


def _paced_reads(
    connection: Connection, token: str, done: str, meanwhile: Callable[[], bool], seconds: float
) -> list[tuple[float, bool]]:
    """Read a status at fixed instants; return each latency in ms and whether it was `meanwhile`."""
    begin = time.perf_counter()
    found = []
    for number in range(round(seconds * _PACE)):
        due = begin + number / _PACE
        time.sleep(max(0.0, due - time.perf_counter()))
        before = meanwhile()
        _read(connection, token, done)
        found.append(((time.perf_counter() - due) * 1000, before or meanwhile()))
    return found


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


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
                _submit(connection, token, bodies.unique(text))
        if server is fresh:
            fresh.clock(token, {"advance": servers.DELAY + 1})
        rounds[name] = [server.memory()]
    used = rounds["ours"][0]
    row = Row(f"memory after {count:,} submissions of 100", "MB", rounds, [])
    row.targets.append(Target("below 250 MB", f"{used:.0f} MB", used < 250))
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
    """Preview a purchase of ten products, with a worker for each of two cores, and with one."""
    work = "rewards: preview a purchase of 10 products"
    folder = bench.folder / "rewards"
    one = bench.start(Sandbox(folder, "ours, one worker"))
    two = bench.start(Sandbox(folder, "ours", workers=2))
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
            [Target("at least 2 x Prism", "-", None)],
            ["Not measurable yet: the answer is an example, not computed."],
        )
    template = bench.write("preview.json", json.dumps(bodies.preview(token, 10)))

    def shot(server: Server) -> Shot:
        # Prism leaves out the path of a server that is a relative reference.
        path = PREVIEW.removeprefix(REWARDS_BASE) if server.name == "Prism" else PREVIEW
        return Shot("POST", path, None, template)

    # A login in one is good in the other: both work on one database.
    peers = {**bench.peers(servers.REWARDS), "ours": two, "one": one}
    row = _loaded(bench, work, peers, shot)
    row.at_least(2, "Prism")
    alone, prism = row.median("one") or 0.0, row.median("Prism")
    ratio = f", {alone / prism:.2f} x Prism" if prism else ""
    row.notes.append(
        "Ours computes the answer from the saved wallet, with --workers 2; with one worker it is "
        f"{alone:,.0f}/s{ratio}. Prism's answer is an example."
    )
    one.stop()
    two.stop()
    return row


# -- shared ------------------------------------------------------------------------------------------


# -- large documents ---------------------------------------------------------------------------------


def large_start(bench: Bench) -> Row:
    """Start with 800 operations, and their first answers."""
    document = large.contract(bench.folder / "large", large.LARGE)
    begun = time.monotonic()
    fresh = bench.start(Sandbox(bench.folder / "large-start", contracts=[document]))
    seconds = large.until_it_answers(fresh.connect, begun)
    firsts = []
    with fresh.connect() as connection:
        for operation in range(0, large.LARGE, 20):
            start = time.perf_counter()
            status, answer = connection.ask("GET", large.path(operation), b"", {})
            firsts.append((time.perf_counter() - start) * 1000)
            _check(status == 200, answer)
    used, p95 = fresh.memory(), _percentile(firsts, 95)
    row = Row(f"start with {large.LARGE} operations", "s", {"ours": [seconds]}, [])
    row.targets += [
        Target("below 2 s", f"{seconds:.2f} s", seconds < 2),
        Target("below 250 MB", f"{used:.0f} MB", used < 250),
        Target("first answers below 50 ms", f"p95 {p95:.0f} ms", p95 < 50),
    ]
    row.notes.append(
        f"The document has {document.stat().st_size / 1e6:.1f} MB. First answers of {len(firsts)} operations: "
        f"median {statistics.median(firsts):.0f}, maximum {max(firsts):.0f} ms; memory after them."
    )
    fresh.stop()
    return row


def large_rate(bench: Bench) -> Row:
    """GET one of 800 operations, against one of three."""
    peers: dict[str, Server] = {}
    for name, operations in (("ours", large.LARGE), ("three", large.SMALL)):
        document = large.contract(bench.folder / "large", operations)
        folder = bench.folder / f"large-{name}"
        peers[name] = bench.start(Sandbox(folder, name, contracts=[document]))
    row = _loaded(
        bench, "GET one of 800 operations", peers, lambda _server: Shot("GET", large.path(2))
    )
    row.at_least(0.9, "three")
    for server in peers.values():
        server.stop()
    return row


def _turns(bench: Bench, peers: dict[str, Any]) -> Iterator[tuple[bool, str, Any]]:
    """Give each server its turn in each round; the first round warms up and is not counted."""
    for number in range(bench.rounds + 1):
        names = list(peers)
        for name in names if number % 2 else reversed(names):
            yield number > 0, name, peers[name]


def _submit(connection: Connection, token: str, body: bytes) -> str:
    headers = bearer(token) | {"Content-Type": "application/json"}
    status, answer = connection.ask("POST", CLIENTS, body, headers)
    _check(status == 202, answer)
    return str(json.loads(answer)["status_check_id"])


def _read(connection: Connection, token: str, done: str) -> bytes:
    status, answer = connection.ask("GET", STATUS + done, None, bearer(token))
    _check(status == 200, answer)
    return answer


def _check(good: bool, answer: bytes) -> None:
    if not good:
        raise wire.Broken(f"another answer was expected than {answer[:300]!r}")


def _check_completed(answer: bytes, items: int) -> None:
    result = json.loads(answer)
    states = {item["status"]["state"] for item in result["result"]}
    _check(result["status"] == "Completed" and len(result["result"]) == items, answer)
    _check(states == {"Completed"}, answer)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


ROWS: dict[str, Callable[[Bench], Row]] = {
    "post-1": post_one,
    "post-100": post_hundred,
    "get-1": get_one,
    "cycle": cycle,
    "post-10000": post_ten_thousand,
    "million": cycle_with_million,
    "other-get": other_partner,
    "memory": memory,
    "rewards": rewards,
    "large-start": large_start,
    "large-rate": large_rate,
}
