"""Rows about starting, and about documents as large as the largest public ones."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import large
from bench import Bench, check, loaded, percentile
from measures import Row
from servers import Sandbox, Server
from wire import Shot

_JUDGE_BEFORE = 5.95
"""Seconds of processor time that a quick run of 0.1 took."""


def start(bench: Bench) -> Row:
    """Start with the shipped contracts, to the first answer."""
    seconds, costs, used = [], [], []
    for number in range(2 if bench.quick else 6):
        begun = time.monotonic()
        fresh = bench.start(Sandbox(bench.folder / f"start-{number}"))
        took = large.until_it_answers(fresh.connect, begun)
        if number:  # the first one keeps what it understood of the contracts
            seconds.append(took)
            costs.append((fresh.cpu_seconds() or 0.0) * 1e6)
            used.append(fresh.memory())
        fresh.stop()
    row = Row("start with the shipped contracts", "s", {"ours": seconds}, costs={"ours": costs})
    row.within(statistics.median(seconds), 0.5, "s")
    row.within(statistics.median(used), 130, "MB")
    row.notes.append(f"Processor time: {statistics.median(costs) / 1e6:.2f} s.")
    return row


def judge(bench: Bench) -> Row:
    """Judge the sandbox, quick: what that costs the judge."""
    partner = bench.ours.credentials()
    command = [
        *(Path(sys.executable).with_name("contract-tests"), "run", "--effort", "quick"),
        *("--base-url", f"http://127.0.0.1:{bench.ours.port}"),
        *("--client-id", partner[0], "--client-secret", partner[1], "--partner", "currency=GBP"),
    ]
    spent = {"ours": [], "two processes": []}
    for name, more in (("ours", []), ("two processes", ["-n", "2"])):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run([*command, *more], check=False, capture_output=True, text=True)
        took = time.monotonic() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise RuntimeError(f"the judge ended with {done.returncode}: {done.stdout[-500:]}")
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        spent[name] = [used, took]
    row = Row("judge the sandbox, quick", "s", {"ours": [spent["ours"][0]]})
    row.within(spent["ours"][0], _JUDGE_BEFORE * 0.7, "s", "at most 70 % of 0.1's processor time")
    row.within(
        spent["two processes"][1], spent["ours"][1], "s", "with -n 2 no longer than with one"
    )
    return row


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
            check(status == 200, answer)
    used, p95 = fresh.memory(), percentile(firsts, 95)
    row = Row(f"start with {large.LARGE} operations", "s", {"ours": [seconds]})
    row.within(seconds, 2, "s", "new: at most 2 s")
    row.within(_start_again(bench, document), 1, "s", "seen before: at most 1 s")
    row.within(used, 130, "MB")
    row.within(p95, 50, "ms", "first answers at most 50 ms (p95)")
    row.notes.append(
        f"The document has {document.stat().st_size / 1e6:.1f} MB. First answers of {len(firsts)} operations: "
        f"median {statistics.median(firsts):.0f}, maximum {max(firsts):.0f} ms; memory after them."
    )
    fresh.stop()
    return row


def _start_again(bench: Bench, document: Path) -> float:
    begun = time.monotonic()
    again = bench.start(Sandbox(bench.folder / "large-start", contracts=[document]))
    seconds = large.until_it_answers(again.connect, begun)
    again.stop()
    return seconds


def large_rate(bench: Bench) -> Row:
    """GET one of 800 operations, against one of three."""
    peers: dict[str, Server] = {}
    for name, operations in (("ours", large.LARGE), ("three", large.SMALL)):
        document = large.contract(bench.folder / "large", operations)
        folder = bench.folder / f"large-{name}"
        peers[name] = bench.start(Sandbox(folder, name, contracts=[document]))
    row = loaded(
        bench, "GET one of 800 operations", peers, lambda _server: Shot("GET", large.path(2))
    )
    row.at_least(0.9, "three")
    for server in peers.values():
        server.stop()
    return row


ROWS: dict[str, Callable[[Bench], Row]] = {
    "start": start,
    "judge": judge,
    "large-start": large_start,
    "large-rate": large_rate,
}
