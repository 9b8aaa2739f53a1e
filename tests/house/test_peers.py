"""`make peers` fails where a suite falls below its floor, and only there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "tests/peers/run.py"

# A runner of suites as small as one can be: so many cases of `SUITE` are right as its file says.
RUNNER = """\
import json, pathlib, sys
suite = sys.argv[1]
(out,) = [word.partition("=")[2] for word in sys.argv if word.startswith("--json=")]
right = int(pathlib.Path(__file__).with_name(suite).read_text())
pathlib.Path(out).write_text(json.dumps([{"suite": suite, "passed": right, "of": 9}]))
sys.exit(right < 9)
"""


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    (tmp_path / "peers").mkdir()
    (tmp_path / "peers/run.py").write_text(RUNNER)
    (tmp_path / "peers/pairs").write_text("7")
    return tmp_path


def peers(shared: Path, floors: str, *words: str) -> tuple[int, str]:
    file = shared / "floors.yaml"
    file.write_text(floors)
    done = subprocess.run(
        [sys.executable, str(RUN), str(shared), f"--floors={file}", *words],
        capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("floor", "code", "end"),
    [
        ("{right: 7}", 0, "floor 7"),
        ("{right: 8}", 1, "floor 8: BELOW THE FLOOR"),
        ("{right: 8, margin: 1}", 0, "floor 7"),
        ("{right: 6}", 0, "floor 6: raise the floor to 7"),
    ],
)
def test_a_figure_is_held_to_its_floor(shared: Path, floor: str, code: int, end: str) -> None:
    ended, text = peers(shared, f"pairs: {floor}")

    assert text.startswith("\npairs: 7 of 9 in ")
    assert text.endswith(f"{end}\n")
    assert ended == code


def test_a_suite_whose_runner_breaks_falls_below_its_floor(shared: Path) -> None:
    code, text = peers(shared, "pairs: {right: 7}\nprism: {right: 3}")

    assert code == 1
    assert "prism: 0 of 0" in text


def test_suites_that_are_not_there_fail_nothing_but_something_must_be_there(shared: Path) -> None:
    floors = "pairs: {right: 7}\npublic-contracts: {right: 3}"
    code, text = peers(shared, floors)
    assert (code, "public-contracts: not judged" in text) == (0, True)

    (shared / "peers/run.py").unlink()
    assert peers(shared, floors)[0] == 2


def test_a_suite_that_takes_too_long_is_told_and_fails_nothing(shared: Path) -> None:
    (shared / "peers/run.py").write_text("import time; time.sleep(60)")
    code, text = peers(shared, "pairs: {right: 7}", "--minutes=0.01")

    assert code == 2
    assert "pairs: not judged (not there, or no time left)" in text


def test_a_suite_that_nobody_knows_is_refused(shared: Path) -> None:
    code, text = peers(shared, "pairs: {right: 7}", "--suite=pears")

    assert (code, text) == (2, "no such suite: pears; there are pairs\n")


def test_the_committed_floors_can_be_read(shared: Path) -> None:
    code, text = peers(shared, (ROOT / "tests/peers/floors.yaml").read_text(), "--suite=none")

    assert code == 2
    assert "public-contracts" in text
