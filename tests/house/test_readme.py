"""The README's walk prints what the README says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .pages import ROOT, blocks
from .playing import play, shell

README = ROOT / "README.md"


def test_the_walk_prints_what_the_readme_says(start_sandbox: Callable[..., Any]) -> None:
    assert play(README, start_sandbox("sqlite://", "--processing-delay", 2).url) > 10


def test_the_first_commands_can_be_pasted_in_a_clone(tmp_path: Path, free_port: int) -> None:
    (tmp_path / "docs/examples").mkdir(parents=True)
    shutil.copy(ROOT / "docs/examples/shop.yaml", tmp_path / "docs/examples")
    begin = "git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -qm begin"
    lines = [line for line in blocks(README, "shell")[0].splitlines() if line[:5] != "make "]
    moved = "\n".join(["set -em", begin, *lines]).replace(" serve ", f" serve --port {free_port} ")
    quick = moved.replace("--client-secret secret-a", "--client-secret secret-a --only access")

    done = shell(quick, f"http://127.0.0.1:{free_port}", tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("shop holds") == 2
    assert "1 file checked, no finding" in done.stdout
    assert (tmp_path / "shop.html").stat().st_size > 1000


def test_the_judge_is_called_as_the_readme_says(
    start_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    (command,) = [block for block in blocks(README, "shell") if block.startswith("contract-tests")]

    done = shell(f"{command.strip()} --only access", start_sandbox("sqlite://").url, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "report.html").exists()


def test_the_test_in_python_passes(tmp_path: Path) -> None:
    (tests,) = blocks(README, "python")
    (tmp_path / "test_clients.py").write_text(tests)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "1 passed" in done.stdout, done.stdout
