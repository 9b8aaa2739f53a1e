"""The container file, by its steps: it copies what is there, its command serves, its health check sees it, SIGTERM ends it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTAINERFILE = ROOT / "docs/examples/Containerfile"
PATIENCE = 30


def instructions() -> Mapping[str, str]:
    """Return what stands behind the last of each instruction."""
    lines = CONTAINERFILE.read_text(encoding="utf-8").splitlines()
    written = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return {name: rest for name, _, rest in written}


def words(text: str) -> list[str]:
    """Return the words of an instruction that is written as a list."""
    found: list[str] = json.loads(text[text.index("[") :])
    return found


def here(listed: Sequence[str], port: int, folder: Path) -> list[str]:
    """Return a command as it is run on this machine: on another port, and with its state in another folder."""
    programs = {"mock-server": str(Path(sys.executable).with_name("mock-server"))}
    programs["python"] = sys.executable
    moved = (word.replace("8080", str(port)).replace("/srv", str(folder)) for word in listed)
    first, *rest = moved
    return [programs.get(first, first), *rest]


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until something listens on a port."""
    until = time.monotonic() + PATIENCE
    with socket.socket() as asking:
        while asking.connect_ex(("127.0.0.1", port)) != 0:
            assert server.poll() is None, "it ended"
            assert time.monotonic() < until, "it does not listen"
            time.sleep(0.05)


def test_its_steps_serve_a_contract_that_is_seen_to_be_healthy(tmp_path: Path) -> None:
    said = instructions()
    source, target = said["COPY"].split()
    shutil.copy(ROOT / source, tmp_path / target)
    (tmp_path / "state").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = here([*words(said["ENTRYPOINT"]), *words(said["CMD"])], port, tmp_path)
    health = here(words(said["HEALTHCHECK"]), port, tmp_path)
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as server:
        wait_for(port, server)
        subprocess.run(health, check=True, capture_output=True)
        server.terminate()
        assert server.wait(PATIENCE) == 0
    assert (tmp_path / "state/sandbox.db").exists()


def test_it_installs_the_distribution_and_needs_no_root() -> None:
    said = instructions()
    text = CONTAINERFILE.read_text(encoding="utf-8")
    assert "RUN pip install --no-cache-dir understudy\n" in text
    assert said["USER"] == "1000:1000"
    assert said["EXPOSE"] in words(said["ENTRYPOINT"])
