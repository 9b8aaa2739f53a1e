"""Sandboxes as processes of the command that users type, and the partners who use them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
ADMIN_KEY = "admin-of-the-tests"
PATIENCE = 90.0


@dataclass
class Partner:
    """A partner of a sandbox, with its token: what it sends and reads."""

    http: httpx.Client
    client_id: str
    client_secret: str
    currency: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that show who it is."""
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, headers=self.headers, **more)

    def post(
        self, path: str, body: object, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Send a body: text or bytes as they are, anything else as JSON."""
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        given = {"Content-Type": "application/json", **self.headers, **(headers or {})}
        return self.http.post(path, content=content, headers=given)

    def submit(self, path: str, items: object) -> str:
        """Send a submission that must be accepted; return its status uri."""
        answer = self.post(path, items)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["status_check_uri"])

    def clock(self, **change: Any) -> dict[str, Any]:
        answer = self.post("/_sandbox/clock", change)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def settle(self) -> None:
        """Move the clock on until everything that was accepted is due."""
        self.clock(advance=100_000)

    def result(self, uri: str) -> list[dict[str, Any]]:
        """Return the entries of a status answer of either form."""
        answer = self.get(uri)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return list(body if isinstance(body, list) else body["result"])

    def states(self, uri: str) -> list[str]:
        return [entry["status"]["state"] for entry in self.result(uri)]

    def outcome(self, path: str, items: object) -> list[str]:
        """Submit, settle and return the states."""
        uri = self.submit(path, items)
        self.settle()
        return self.states(uri)

    def world(self) -> dict[str, Any]:
        answer = self.get("/_sandbox/world")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def new_partner(
    http: httpx.Client, admin_key: str, currency: str = "GBP", *, frozen: bool = True
) -> Partner:
    """Return a new partner of a sandbox with an empty world, whose clock stands still unless told."""
    answer = http.post(
        "/_sandbox/partners", json={"currency": currency}, headers={"X-Admin-Key": admin_key}
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    partner = known_partner(http, made["client_id"], made["client_secret"], currency)
    if frozen:
        partner.clock(freeze=True)
    return partner


def known_partner(
    http: httpx.Client, client_id: str, client_secret: str, currency: str = "GBP"
) -> Partner:
    """Return a partner of a sandbox that exists, with a new token."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
    }
    answer = http.post("/oauth2/token", data=form)
    assert answer.status_code == 200, answer.text
    return Partner(http, client_id, client_secret, currency, answer.json()["access_token"])


@dataclass
class Sandbox:
    """A running `mock-server serve`, and what it printed so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    url: str = ""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=PATIENCE))

    def printed(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, pattern: str, since: int = 0, patience: float = PATIENCE) -> str:
        """Return the first line printed after `since` lines that holds the pattern."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for line in self.lines[since:]:
                if re.search(pattern, line):
                    return line
            if self.process.poll() is not None:
                time.sleep(0.1)
                found = [line for line in self.lines[since:] if re.search(pattern, line)]
                if found:
                    return found[0]
                break
            time.sleep(0.02)
        raise AssertionError(f"{pattern!r} was never printed, but:\n{self.printed()}")

    def partner(self, currency: str = "GBP", *, frozen: bool = True) -> Partner:
        """Return a new partner with an empty world, whose clock stands still unless told."""
        return new_partner(self.http, ADMIN_KEY, currency, frozen=frozen)

    def known_partner(self, client_id: str, client_secret: str, currency: str = "GBP") -> Partner:
        """Return a partner that exists, with a new token."""
        return known_partner(self.http, client_id, client_secret, currency)

    def kill(self) -> None:
        """End it and all its processes at once, as `kill -9` does."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C does; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self.http.close()
        return self.process.wait(PATIENCE)


def spawn(arguments: Sequence[object], folder: Path) -> Sandbox:
    """Start `mock-server` with these arguments, in a folder, without waiting for anything."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COLUMNS")},
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    # Where the system can do it, the sandbox dies with the test run that started it.
    guard = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    process = subprocess.Popen(
        [*guard, sys.executable, "-m", "mock_server", *[str(word) for word in arguments]],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    sandbox = Sandbox(process)

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            sandbox.lines.append(line.rstrip("\n"))

    threading.Thread(target=read, daemon=True).start()
    return sandbox


def start_server(folder: Path, database: str, *arguments: object) -> Sandbox:
    """Start a sandbox on a free port and return it once it answers."""
    options = ["--port", "0", "--database", database, "--admin-key", ADMIN_KEY]
    sandbox = spawn(["serve", *arguments, *options], folder)
    try:
        line = sandbox.wait_for(r"http://127\.0\.0\.1:\d+")
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None
        sandbox.url = found[0]
        sandbox.http.base_url = httpx.URL(sandbox.url)
        _wait_until_it_answers(sandbox)
    except BaseException:
        sandbox.kill()
        raise
    return sandbox


def _wait_until_it_answers(sandbox: Sandbox) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            sandbox.http.get("/", headers={"Accept": "application/json"})
        except httpx.TransportError:
            if time.monotonic() > deadline or sandbox.process.poll() is not None:
                raise AssertionError(f"no answer; it printed:\n{sandbox.printed()}") from None
            time.sleep(0.05)
        else:
            return


StartSandbox = Callable[..., Sandbox]
"""Takes the database and further arguments of `mock-server serve`."""
RunCommand = Callable[..., tuple[int, str]]
"""Takes the arguments of `mock-server`, and gives its exit code and what it printed."""
