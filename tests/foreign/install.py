"""Installs what `package.json` and `requirements.txt` beside it name into `.cache/foreign`, unless it is there.

It needs Python alone, so `make system` runs it before anything else is installed; the tests do where nobody ran make.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1] / ".cache/foreign"
NODE = HOME / "node_modules/.bin"
PYTHON = HOME / "python/bin"
_MARK = HOME / "installed"
_NAMED = ("package.json", "package-lock.json", "requirements.txt")


def install() -> None:
    """Install everything; one process does it, and others wait."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        named = b"".join((HERE / name).read_bytes() for name in _NAMED)
        if not _MARK.exists() or _MARK.read_bytes() != named:
            _install_all()
        _MARK.write_bytes(named)


def _install_all() -> None:
    if shutil.which("npm") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-qq", "-y", "nodejs", "npm"]):
            subprocess.run(["apt-get", *words], env=quiet, check=True, timeout=280)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, HOME / name)
    subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HOME, check=True
    )
    subprocess.run([sys.executable, "-m", "venv", "--clear", HOME / "python"], check=True)
    pip = [PYTHON / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    listed = HERE / "requirements.txt"
    subprocess.run([*pip, "--require-hashes", "--requirement", listed], check=True)


if __name__ == "__main__":
    install()
