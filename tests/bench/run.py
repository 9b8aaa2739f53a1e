"""The bench: our server beside Prism and beside the bare limit, in one run on one machine, as a table.

Run: `make bench`, or `.venv/bin/python tests/bench/run.py --only post-1 --only get-1 --seconds 2 --json bench.json`.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import growth
import journal
import rows as requests
import starts
from bench import Bench
from measures import COLUMNS, Row
from servers import PRISM_VERSION

ROWS = {**requests.ROWS, **growth.ROWS, **journal.ROWS, **starts.ROWS}
_WORSE = 0.05
_HEADINGS = ("work", *COLUMNS, "ratio", "target", "reached")


@click.command()
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(ROWS)),
    help="Measure this row; may be given more than once.",
)
@click.option("--seconds", default=2.0, show_default=True, help="How long a server's turn lasts.")
@click.option("--rounds", default=5, show_default=True, help="Turns that each server gets.")
@click.option("--quick", is_flag=True, help="One round of a second, fewer records: a smoke test.")
@click.option(
    "--json",
    "report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the table and every round to this file, too.",
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tell what is worse by more than 5 % than in the file of an earlier run, and exit with 1.",
)
def main(
    only: tuple[str, ...],
    seconds: float,
    rounds: int,
    quick: bool,
    report: Path | None,
    against: Path | None,
) -> None:
    """Measure the sandbox against Prism and the bare limit, and print what was reached."""
    folder = Path(tempfile.mkdtemp(prefix="understudy-bench-"))
    bench = Bench(folder, 1.0 if quick else seconds, 1 if quick else rounds, quick=quick)
    rows: dict[str, Row] = {}
    failed: dict[str, str] = {}
    start = time.monotonic()
    # However it is ended, it ends its servers and prints what it has.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for name in only or ROWS:
            _tell(f"{name} ...")
            try:
                rows[name] = ROWS[name](bench)
            except KeyboardInterrupt:
                failed[name] = "interrupted"
                break
            except Exception as error:
                # One row that cannot be measured must not hide the others.
                failed[name] = f"{type(error).__name__}: {error}"
    finally:
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)
    _tell("")
    click.echo(_table(list(rows.values())))
    notes = [*_circumstances(bench, time.monotonic() - start), *bench.notes]
    click.echo("\n" + "\n".join(_wrapped(note) for note in notes))
    for row in rows.values():
        for note in row.notes:
            click.echo(_wrapped(f"{row.work}: {note}"))
    for name, reason in failed.items():
        click.echo(_wrapped(f"NOT MEASURED {name}: {reason}"))
    if report is not None:
        _write(report, rows, failed, notes)
    worse = list(_worse(rows, json.loads(against.read_text())["rows"])) if against else []
    for sentence in worse:
        click.echo(_wrapped(f"WORSE {sentence}"))
    if failed or worse:
        sys.exit(1)


def _worse(rows: dict[str, Row], before: dict[str, Any]) -> Iterator[str]:
    """Yield what is worse than before by more than 5 %: processor time where it is known, else what was measured."""
    for name, row in rows.items():
        earlier = before.get(name, {})
        then, now = earlier.get("costs", {}).get("ours"), row.cost()
        unit, is_rate = "us of processor time", False
        if not then or now is None:
            then, now = earlier.get("rounds", {}).get("ours"), row.median("ours")
            unit, is_rate = row.unit, row.unit.endswith("/s")
        if then and now:
            was = statistics.median(then)
            change = was / now - 1 if is_rate else now / was - 1
            if change > _WORSE:
                yield f"{row.work}: {now:,.1f} {unit}, before {was:,.1f} ({change:+.0%})."


def _table(rows: list[Row]) -> str:
    lines = [_HEADINGS]
    for row in rows:
        cells = [_number(row.median(name), row.unit) for name in COLUMNS]
        for place, target in enumerate(row.targets):
            first = (row.work, *cells) if place == 0 else ("", "", "", "")
            reached = {True: "yes", False: "NO", None: "not measured"}[target.reached]
            lines.append((*first, target.said, target.goal, reached))
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    drawn = ["  ".join(_aligned(line, widths)).rstrip() for line in lines]
    return "\n".join([drawn[0], "  ".join("-" * width for width in widths), *drawn[1:]])


def _aligned(line: tuple[str, ...], widths: list[int]) -> list[str]:
    return [
        cell.rjust(width) if 1 <= column <= len(COLUMNS) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    short = {"requests/s": "/s", "cycles/s": "/s"}.get(unit, f" {unit}")
    return f"{value:,.0f}{short}" if value >= 100 else f"{value:,.1f}{short}"


def _circumstances(bench: Bench, spent: float) -> list[str]:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}, Python "
        f"{platform.python_version()}, {bench.rounds} rounds of {bench.seconds:g} s in turns; "
        f"medians, ratios round by round; {spent:.0f} s in all.",
        "Ours: one process where nothing else is said, state in an SQLite file (each 202 outlives "
        "kill -9), bearer token checked. "
        f"Prism {PRISM_VERSION}: one process, stateless, silent. Limit: bare Starlette on uvicorn, "
        "uvloop and httptools, parses the body, answers a constant.",
    ]


def _wrapped(note: str) -> str:
    return textwrap.fill(note, 118, initial_indent="- ", subsequent_indent="  ")


def _write(report: Path, rows: dict[str, Row], failed: dict[str, str], notes: list[str]) -> None:
    told = {"rows": {name: asdict(row) for name, row in rows.items()}, "failed": failed}
    report.write_text(json.dumps({**told, "notes": notes}, indent=2) + "\n", encoding="utf-8")


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text}", err=True, nl=False)
    elif text:
        click.echo(text, err=True)


if __name__ == "__main__":
    main()
