"""The soak: partners who send, wait and read for minutes, and whether rates, memory and the file stay as they were.

Run: `make soak`, or `.venv/bin/python tests/bench/soak.py --seconds 60 --json soak.json`.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import bodies
import click
from servers import Sandbox, bearer

PARTNERS = 4
ITEMS = 10
KEEP = 500
_GROWTH = 1.1


@dataclass
class Counts:
    """What the partners saw since the last look: milliseconds of each request, and answers that failed."""

    milliseconds: list[float] = field(default_factory=list)
    failures: int = 0


@dataclass(frozen=True)
class Look:
    """How the sandbox stood at a moment: requests a second and p99 since the last look, and sizes in MB."""

    seconds: float
    rate: float
    p99: float
    failures: int
    memory: float
    file: float


class Partner(threading.Thread):
    """Submits, moves the clock and reads, again and again."""

    def __init__(self, sandbox: Sandbox, counts: Counts, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._sandbox = sandbox
        self._counts = counts
        self._over = over
        self._headers = bearer(sandbox.new_partner(frozen=True))

    def run(self) -> None:
        text = bodies.template(ITEMS)
        with self._sandbox.connect() as connection:
            while not self._over.is_set():
                accepted = self._ask(connection, "POST", "/api/v2/Clients", bodies.unique(text))
                self._ask(connection, "POST", "/_sandbox/clock", b'{"advance": 10}')
                uri = json.loads(accepted)["status_check_uri"] if accepted else "/_sandbox/world"
                self._ask(connection, "GET", uri)

    def _ask(self, connection, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = self._headers | {"Content-Type": "application/json"}
        began = time.perf_counter()
        status, answer = connection.ask(method, path, body, headers)
        self._counts.milliseconds.append((time.perf_counter() - began) * 1000)
        if status >= 400:
            self._counts.failures += 1
            return b""
        return answer


@click.command()
@click.option("--seconds", default=300.0, show_default=True, help="How long.")
@click.option("--every", default=10.0, show_default=True, help="Seconds from look to look.")
@click.option("--json", "report", type=click.Path(dir_okay=False, path_type=Path))
def main(seconds: float, every: float, report: Path | None) -> None:
    """Load a sandbox that keeps the last submissions only, and exit with 1 where it does not stay as it was."""
    folder = Path(tempfile.mkdtemp(prefix="understudy-soak-"))
    sandbox = Sandbox(folder, options=("--keep", str(KEEP)))
    counts, over, looks = Counts(), threading.Event(), []
    partners = [Partner(sandbox, counts, over) for _ in range(PARTNERS)]
    began = time.monotonic()
    try:
        for partner in partners:
            partner.start()
        click.echo("seconds   requests/s   p99 ms   failures   memory MB   file MB")
        while time.monotonic() - began < seconds:
            time.sleep(every)
            looks.append(_look(sandbox, counts, time.monotonic() - began, every))
            one = looks[-1]
            click.echo(
                f"{one.seconds:7.0f} {one.rate:12,.0f} {one.p99:8.1f} {one.failures:10d} "
                f"{one.memory:11.1f} {one.file:9.1f}"
            )
    finally:
        over.set()
        for partner in partners:
            partner.join(30)
        sandbox.stop()
        shutil.rmtree(folder, ignore_errors=True)
    faults = _faults(looks)
    if report is not None:
        told = {"looks": [asdict(one) for one in looks], "faults": faults}
        report.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    click.echo("\n".join(faults) or "It stayed as it was.")
    sys.exit(1 if faults else 0)


def _look(sandbox: Sandbox, counts: Counts, seconds: float, every: float) -> Look:
    taken, counts.milliseconds = sorted(counts.milliseconds), []
    failures, counts.failures = counts.failures, 0
    p99 = taken[int(len(taken) * 0.99)] if taken else 0.0
    # Without the journal, which grows to 32 MB, is carried over and begins anew.
    size = sum(file.stat().st_size for file in sandbox.folder.glob("*.db")) / 1e6
    return Look(seconds, len(taken) / every, p99, failures, sandbox.memory(), size)


def _faults(looks: list[Look]) -> list[str]:
    """Return what did not stay as it was after the first fifth, in sentences."""
    settled = looks[len(looks) // 5 :]
    found = []
    if failures := sum(one.failures for one in looks):
        found.append(f"{failures} requests failed.")
    if len(settled) >= 4:
        half = len(settled) // 2
        for name in ("memory", "file"):
            before = statistics.median(getattr(one, name) for one in settled[:half])
            after = statistics.median(getattr(one, name) for one in settled[half:])
            if after > before * _GROWTH:
                found.append(f"The {name} grew from {before:.1f} to {after:.1f} MB.")
    return found


if __name__ == "__main__":
    main()
