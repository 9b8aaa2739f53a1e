"""The browser of the machine, for what people look at."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The browser of the system, or the one in CHROMIUM; installs the Debian package when there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    if shutil.which("chromium") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-qq", "-y", "chromium"]):
            subprocess.run(["apt-get", *words], env=quiet, check=False, timeout=280)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("This test needs a browser: install the Debian package chromium.")
    return program
