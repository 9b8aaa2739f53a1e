"""Plays what a page tells its reader to type."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .pages import ROOT, WHERE, steps

BETWEEN = "<<<>>>"


def shell(script: str, url: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a script of bash as a reader does whose sandbox answers at that URL."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash"],
        input=script.replace(WHERE, url),
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def play(page: Path, url: str) -> int:
    """Type each command of a page's `console` blocks; what is printed must be what the page says."""
    typed = steps(page)
    done = shell("\n".join(f"{command}\necho; echo '{BETWEEN}'" for command, _ in typed), url)
    printed = [part.strip() for part in done.stdout.split(BETWEEN)]
    for (command, output), came in zip(typed, printed, strict=False):
        assert came == output.strip(), f"{command}\n{done.stderr}"
    assert len(printed) == len(typed) + 1
    return len(typed)
