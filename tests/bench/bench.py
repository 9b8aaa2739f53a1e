"""The servers of one run, the turns that they take, and what is asked of them in every row."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import servers
import wire
from measures import Row
from servers import Sandbox, Server, Unavailable, bearer
from wire import Connection, Shot

CLIENTS = "/api/v2/Clients"
STATUS = f"{CLIENTS}/Status/"
PACE = 25
"""Reads a second on a schedule."""


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


def loaded(
    bench: Bench, work: str, peers: dict[str, Server], shot: Callable[[Server], Shot]
) -> Row:
    """Load the servers in turns and return the row of their rates, with what a request cost them."""
    rounds: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}
    for counted, name, server in turns(bench, peers):
        chosen = shot(server)
        before = server.cpu_seconds()
        load = bench.load(server, chosen)
        after = server.cpu_seconds()
        if counted:
            rounds.setdefault(name, []).append(load.rate)
            if before is not None and after is not None:
                costs.setdefault(name, []).append((after - before) / load.requests * 1e6)
    return Row(work, "requests/s", rounds, costs=costs)


def turns(bench: Bench, peers: dict[str, Any]) -> Iterator[tuple[bool, str, Any]]:
    """Give each server its turn in each round; the first round warms up and is not counted."""
    for number in range(bench.rounds + 1):
        names = list(peers)
        for name in names if number % 2 else reversed(names):
            yield number > 0, name, peers[name]


def submit(connection: Connection, token: str, body: bytes) -> str:
    headers = bearer(token) | {"Content-Type": "application/json"}
    status, answer = connection.ask("POST", CLIENTS, body, headers)
    check(status == 202, answer)
    return str(json.loads(answer)["status_check_id"])


def read(connection: Connection, token: str, done: str) -> bytes:
    status, answer = connection.ask("GET", STATUS + done, None, bearer(token))
    check(status == 200, answer)
    return answer


def check(good: bool, answer: bytes) -> None:
    if not good:
        raise wire.Broken(f"another answer was expected than {answer[:300]!r}")


def check_completed(answer: bytes, items: int) -> None:
    result = json.loads(answer)
    states = {item["status"]["state"] for item in result["result"]}
    check(result["status"] == "Completed" and len(result["result"]) == items, answer)
    check(states == {"Completed"}, answer)


def made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def paced_reads(
    connection: Connection, token: str, done: str, meanwhile: Callable[[], bool], seconds: float
) -> list[tuple[float, bool]]:
    """Read a status at fixed instants; return each latency in ms and whether it was `meanwhile`."""
    begin = time.perf_counter()
    found = []
    for number in range(round(seconds * PACE)):
        due = begin + number / PACE
        time.sleep(max(0.0, due - time.perf_counter()))
        before = meanwhile()
        read(connection, token, done)
        found.append(((time.perf_counter() - due) * 1000, before or meanwhile()))
    return found
