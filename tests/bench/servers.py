"""The servers that are compared: each on a free port, ended when the bench ends."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wire import Connection

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "openapi" / "partner-client-service-v2.yaml"
REWARDS = ROOT / "openapi" / "rewards-v2.yaml"
PRISM_VERSION = "5.16.0"
_PRISM = ROOT / ".cache" / "prism"
_PRISM_SCRIPT = _PRISM / "node_modules/@stoplight/prism-cli/dist/index.js"
_ADMIN_KEY = "bench-admin-key"
DELAY = 2.0


class Unavailable(Exception):
    """Something that is compared with cannot be had; the text says why."""


class Server:
    """A server process."""

    def __init__(self, name: str, command: Sequence[str | Path], port: int) -> None:
        """Start it and wait until it listens. Raises Unavailable."""
        self.name = name
        self.port = port
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the server
        self._process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=os.environ | {"NO_COLOR": "1"},
        )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        said = self.said()
        self.stop()
        raise Unavailable(f"{self.name} did not start: {said[-600:] or 'it said nothing'}")

    def said(self) -> str:
        """Return what the server has printed."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace").strip()

    def connect(self) -> Connection:
        """Return a new connection to it."""
        return Connection(self.port)

    def memory(self) -> float:
        """Return its resident memory in MB."""
        printed = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self._process.pid)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return int(printed) / 1024

    def peak_memory(self) -> float | None:
        """Return the most resident memory it ever had in MB, where the system tells."""
        status = Path(f"/proc/{self._process.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) / 1024 if found else None

    def cpu_seconds(self) -> float | None:
        """Return the processor time that it and its workers have used, where the system tells."""
        own = Path(f"/proc/{self._process.pid}")
        children = own / f"task/{self._process.pid}/children"
        if not children.exists() or not (own / "schedstat").exists():
            return None
        processes = [own, *(Path(f"/proc/{pid}") for pid in children.read_text().split())]
        return sum(_cpu_seconds(process) for process in processes)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


class Sandbox(Server):
    """Our server, with state in an SQLite file."""

    def __init__(
        self,
        folder: Path,
        name: str = "ours",
        workers: int = 1,
        contracts: Sequence[Path] = (),
        options: Sequence[str] = (),
        command: Sequence[str | Path] = (),
    ) -> None:
        """Start it on a database in this folder, which it may share with others, on our contracts unless told.

        A `command` is another program that serves so, and takes a port, a database and the admin key.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._partners = 0
        port = free_port()
        super().__init__(
            name,
            [*command, str(port), database_url(folder), _ADMIN_KEY]
            if command
            else [
                *(sys.executable, "-m", "mock_server", "serve", "--quiet"),
                *("--port", str(port), "--database", database_url(folder)),
                *("--processing-delay", str(DELAY), "--admin-key", _ADMIN_KEY),
                *("--token-lifetime", "86400", "--workers", str(workers)),
                *options,
                *contracts,
            ],
            port,
        )

    def credentials(self) -> tuple[str, str]:
        """Return the id and the secret of a partner with an empty world."""
        with self.connect() as connection:
            created = connection.json(
                "POST",
                "/_sandbox/partners",
                {"client_id": f"bench-{os.getpid()}-{self._partners}"},
                {"X-Admin-Key": _ADMIN_KEY},
            )
            self._partners += 1
        return created["client_id"], created["client_secret"]

    def new_partner(self, *, frozen: bool = False) -> str:
        """Return the token of a partner with an empty world; its clock may stand still."""
        token = self.token(*self.credentials())
        if frozen:
            self.clock(token, {"freeze": True})
        return token

    def token(self, client_id: str, client_secret: str) -> str:
        """Return a bearer token of a partner."""
        form = f"grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}"
        with self.connect() as connection:
            status, body = connection.ask(
                "POST",
                "/oauth2/token",
                form.encode(),
                {"Content-Type": "application/x-www-form-urlencoded"},
            )
        if status != 200:
            raise RuntimeError(f"the token request was answered with {status}: {body[:300]!r}")
        return str(json.loads(body)["access_token"])

    def clock(self, token: str, change: dict[str, Any]) -> None:
        """Change the clock of a partner."""
        with self.connect() as connection:
            connection.json("POST", "/_sandbox/clock", change, bearer(token))


def _cpu_seconds(process: Path) -> float:
    """Return what its threads have used: to the nanosecond, where the system counts so."""
    return sum(
        int((task / "schedstat").read_text().split()[0]) / 1e9
        for task in (process / "task").iterdir()
    )


def limit() -> Server:
    """Start the bare endpoint."""
    port = free_port()
    return Server("limit", [sys.executable, ROOT / "tests/bench/limit.py", str(port)], port)


def without_journal(folder: Path) -> Sandbox:
    """Start our server with a journal that writes nothing down."""
    program = ROOT / "tests/bench/without_journal.py"
    return Sandbox(folder, "ours without the journal", command=[sys.executable, program])


def prism(contract: Path, folder: Path) -> tuple[Server, str]:
    """Start Prism on a contract; return it and what had to be done for it. Raises Unavailable."""
    _install_prism()
    try:
        return _start_prism(contract), ""
    except Unavailable:
        # Versions of Prism differ in the patch versions of OpenAPI 3.1 that they know.
        copy = folder / contract.name
        text = contract.read_text(encoding="utf-8")
        copy.write_text(re.sub(r"(?m)^openapi: 3\.1\.\d", "openapi: 3.1.0", text), encoding="utf-8")
        return _start_prism(copy), f"Prism reads a copy of {contract.name} that says 3.1.0."


def _start_prism(contract: Path) -> Server:
    port = free_port()
    node = shutil.which("node") or "node"
    options = ["--host", "127.0.0.1", "--port", str(port), "--verboseLevel", "silent"]
    server = Server("Prism", [node, _PRISM_SCRIPT, "mock", *options, contract], port)
    with server.connect() as connection:
        status, body = connection.ask("GET", "/no-such-path")
    if status != 404:
        server.stop()
        raise Unavailable(f"Prism cannot read {contract.name}: {status} {body[:200]!r}")
    return server


def _install_prism() -> None:
    package = _PRISM / "node_modules/@stoplight/prism-cli/package.json"
    if package.exists() and json.loads(package.read_text())["version"] == PRISM_VERSION:
        return
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise Unavailable(f"{tool} is missing, so Prism cannot be installed")
    _PRISM.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            *("npm", "install", "--prefix", str(_PRISM), "--no-audit", "--no-fund"),
            *("--ignore-scripts", f"@stoplight/prism-cli@{PRISM_VERSION}"),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=_PRISM,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["npm said nothing"])[-1]
        raise Unavailable(f"npm could not install Prism {PRISM_VERSION}: {reason}")


def database_url(folder: Path) -> str:
    """Return the URL of the SQLite file in a folder."""
    return f"sqlite:///{folder / 'sandbox.db'}"


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
