"""Plays what others have written against this checkout, and holds the figures to their floors.

    make peers SHARED=../shared

SHARED holds `peers/` (suites of other projects, with a runner of their own) and `public-contracts/`.
Neither is a part of this repository, and no test needs them. A suite fails when it falls below the
floor in `floors.yaml`; where a figure has risen, raise its floor in the same commit.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXIT_BELOW, EXIT_NOTHING = 1, 2


@dataclasses.dataclass(frozen=True)
class Floor:
    """What a suite must reach: so many cases right, less a margin for what may time out."""

    right: int
    margin: int = 0
    suite: str = ""
    """The name by which the runner knows it, where that is another one."""
    options: tuple[str, ...] = ()

    @property
    def least(self) -> int:
        """The number of cases below which the suite fails."""
        return self.right - self.margin


@dataclasses.dataclass(frozen=True)
class Figure:
    """How many of a suite's cases are right."""

    right: int
    of: int
    seconds: float


def read_floors(file: Path) -> dict[str, Floor]:
    """Return the floors by the names of their suites, the quick suites first."""
    rows: Mapping[str, Mapping[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {
        name: Floor(**{**row, "options": tuple(row.get("options", ()))})
        for name, row in rows.items()
    }


def play_peers(folder: Path, name: str, floor: Floor, seconds: float) -> Figure | None:
    """Run one suite of the peers; None when they are not there, or when it took too long."""
    began = time.monotonic()
    if not (folder / "run.py").exists():
        return None
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "figures.json"
        command = [sys.executable, str(folder / "run.py"), floor.suite or name, "--quiet"]
        command += [f"--checkout={ROOT}", f"--json={out}", *floor.options]
        if not run_within(command, seconds):
            return None
        reports = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
    right, of = sum(one["passed"] for one in reports), sum(one["of"] for one in reports)
    return Figure(right, of, time.monotonic() - began)


def play_public_contracts(folder: Path, seconds: float) -> Figure | None:
    """Serve, judge and review each public contract; a case is a test."""
    began = time.monotonic()
    if not folder.is_dir():
        return None
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "figures.xml"
        modules = sorted(str(file) for file in HERE.glob("public_contracts_*.py"))
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=short", "-n2"]
        command += [f"--junitxml={out}", f"--public-contracts={folder}", *modules]
        if not run_within(command, seconds):
            return None
        cases = list(ElementTree.parse(out).getroot().iter("testcase")) if out.exists() else []
    right = sum(len(case) == 0 for case in cases)
    return Figure(right, len(cases), time.monotonic() - began)


def run_within(command: list[str], seconds: float) -> bool:
    """Run a command; say whether it ended by itself in that time."""
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.terminate()  # the runner stops its servers, and ends
            return False
    return True


def play(
    shared: Path, floors: Mapping[str, Floor], minutes: float
) -> Iterator[tuple[str, Figure | None]]:
    """Yield each suite with its figure, in the order of the floors."""
    end = time.monotonic() + minutes * 60
    for name, floor in floors.items():
        left = end - time.monotonic()
        if left <= 0:
            yield name, None
        elif name == "public-contracts":
            yield name, play_public_contracts(shared / "public-contracts", left)
        else:
            yield name, play_peers(shared / "peers", name, floor, left)


def verdict(name: str, floor: Floor, figure: Figure | None) -> str:
    """Return the line that tells how a suite came out."""
    if figure is None:
        return f"{name}: not judged (not there, or no time left)"
    told = f"{name}: {figure.right} of {figure.of} in {figure.seconds:.0f} s, floor {floor.least}"
    if figure.right < floor.least:
        return f"{told}: BELOW THE FLOOR"
    return f"{told}: raise the floor to {figure.right}" if figure.right > floor.right else told


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    made.add_argument("shared", type=Path, help="the folder with peers/ and public-contracts/")
    made.add_argument("--minutes", type=float, default=25, help="stop after so long (default: 25)")
    made.add_argument("--suite", action="append", help="only this suite; may be repeated")
    made.add_argument(
        "--floors", type=Path, default=HERE / "floors.yaml", help="another file of floors"
    )
    return made


def main(words: list[str] | None = None) -> int:
    """Return 0 when no suite fell below its floor, 1 when one did, 2 when none could be played."""
    told = parser().parse_args(words)
    floors = read_floors(told.floors)
    if unknown := set(told.suite or ()) - set(floors):
        print(
            f"no such suite: {', '.join(sorted(unknown))}; there are {', '.join(floors)}",
            file=sys.stderr,
        )
        return EXIT_NOTHING
    chosen = {name: floors[name] for name in told.suite or floors}
    figures = dict(play(told.shared.resolve(), chosen, told.minutes))
    print(
        "",
        *(verdict(name, chosen[name], figure) for name, figure in figures.items()),
        sep="\n",
        flush=True,
    )
    judged = {name: figure for name, figure in figures.items() if figure is not None}
    if not judged:
        return EXIT_NOTHING
    below = any(figure.right < chosen[name].least for name, figure in judged.items())
    return EXIT_BELOW if below else 0


if __name__ == "__main__":
    sys.exit(main())
