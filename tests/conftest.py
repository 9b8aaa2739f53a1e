"""What tests over HTTP need: a PostgreSQL of their own, sandboxes as processes, and partners.

Everything is started on the first request and shared by the parallel workers or by the tests of one
worker; a test that needs a sandbox of its own starts one with `start_sandbox`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import filelock
import httpx
import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[1]
ADMIN_KEY = "admin-of-the-tests"
RUN_FOLDER = "UNDERSTUDY_TEST_RUN"
RUN_PROCESS = "UNDERSTUDY_TEST_PROCESS"
# What a run leaves behind when it is killed is cleared away by this shell script.
CLEAR_AWAY = """
while kill -0 "$1" 2>/dev/null; do sleep 2; done
test -e "$2/data/postmaster.pid" && kill -QUIT "$(head -1 "$2/data/postmaster.pid")"
rm -rf "$2"
"""
PATIENCE = 90.0


# PostgreSQL: one server for the whole run, a database for each test.


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the parallel workers of this run share."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="understudy-")
        os.environ[RUN_PROCESS] = str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the PostgreSQL of this run, if one was started, and remove the folder."""
    folder = os.environ.get(RUN_FOLDER)
    if hasattr(config, "workerinput") or folder is None:
        return
    data = Path(folder) / "data"
    if (data / "postmaster.pid").exists():
        _as_postgres([_postgresql_bin() / "pg_ctl", "stop", "-D", data, "-m", "immediate"])
    shutil.rmtree(folder, ignore_errors=True)


def _postgresql_bin() -> Path:
    """Return the folder of PostgreSQL's programs; install the Debian package when there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not folders and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-qq", "-y", "postgresql"]):
            subprocess.run(["apt-get", *command], env=environment, check=False, timeout=280)
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if folders:
        return folders[-1].parent
    program = shutil.which("initdb")
    if program is None:
        pytest.fail("These tests need PostgreSQL: install the Debian package postgresql.")
    return Path(program).resolve().parent


def _as_postgres(command: Sequence[object]) -> None:
    """Run a program of PostgreSQL, which refuses to run as root."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    # Its output goes to a file: the server that pg_ctl leaves behind would hold a pipe open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            words, cwd="/", stdout=output, stderr=output, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode != 0:
            output.seek(0)
            pytest.fail(f"{' '.join(words)} failed:\n{output.read()}")


def _start_postgresql(folder: Path) -> None:
    programs = _postgresql_bin()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    _as_postgres([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"])
    # The tests kill the sandbox, never the database, so the database may keep its writes in memory.
    options = (
        f"-c listen_addresses= -c unix_socket_directories={folder} -c max_connections=300 "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    )
    log = folder / "log"
    _as_postgres([programs / "pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options])
    subprocess.Popen(
        ["sh", "-c", CLEAR_AWAY, "sh", os.environ[RUN_PROCESS], str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    """Return the address of a throw-away PostgreSQL; `{database}` in it is to be replaced."""
    folder = Path(os.environ[RUN_FOLDER])
    with filelock.FileLock(folder / "lock"):
        if not (folder / "data" / "postmaster.pid").exists():
            _start_postgresql(folder)
    return f"postgresql+psycopg://postgres@/{{database}}?host={folder}"


@pytest.fixture(scope="session")
def create_postgresql_database(postgresql_url: str) -> Callable[[], str]:
    """Return a function that creates an empty database and returns its address."""
    plain = postgresql_url.replace("+psycopg", "")

    def create() -> str:
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(plain.format(database="postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return postgresql_url.format(database=name)

    return create


@pytest.fixture
def postgresql_database(create_postgresql_database: Callable[[], str]) -> str:
    """Return the address of an empty PostgreSQL database of this test's own."""
    return create_postgresql_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database, once a SQLite file and once PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'sandbox.db'}"
    return str(request.getfixturevalue("postgresql_database"))


# Sandboxes: processes of the command that users type.


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
        answer = self.http.post(
            "/_sandbox/partners", json={"currency": currency}, headers={"X-Admin-Key": ADMIN_KEY}
        )
        assert answer.status_code == 201, answer.text
        made = answer.json()
        partner = self.known_partner(made["client_id"], made["client_secret"], currency)
        if frozen:
            partner.clock(freeze=True)
        return partner

    def known_partner(self, client_id: str, client_secret: str, currency: str = "GBP") -> Partner:
        """Return a partner that exists, with a new token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        answer = self.http.post("/oauth2/token", data=form)
        assert answer.status_code == 200, answer.text
        return Partner(self.http, client_id, client_secret, currency, answer.json()["access_token"])

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


@pytest.fixture(scope="session")
def serve() -> Callable[..., Sandbox]:
    """Return a function `(folder, database, *arguments)` that starts a sandbox; its user kills it."""
    return start_server


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """Return a function `(database, *arguments)` that starts a sandbox of this test's own."""
    started: list[Sandbox] = []

    def start(database: str, *arguments: object) -> Sandbox:
        started.append(start_server(tmp_path, database, *arguments))
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.kill()
        sandbox.http.close()


@pytest.fixture
def run_command(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Return a function that runs `mock-server` to its end: its exit code and what it printed."""

    def run(*arguments: object, patience: float = PATIENCE) -> tuple[int, str]:
        sandbox = spawn(arguments, tmp_path)
        try:
            code = sandbox.process.wait(patience)
        except subprocess.TimeoutExpired:
            sandbox.kill()
            pytest.fail(f"it did not end; it printed:\n{sandbox.printed()}")
        time.sleep(0.1)
        return code, sandbox.printed()

    return run


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Return a sandbox on SQLite that all tests of this worker share."""
    folder = tmp_path_factory.mktemp("sandbox")
    running = start_server(folder, f"sqlite:///{folder / 'sandbox.db'}", "--processing-delay", "60")
    yield running
    running.kill()


@pytest.fixture(scope="session")
def postgresql_sandbox(
    tmp_path_factory: pytest.TempPathFactory, create_postgresql_database: Callable[[], str]
) -> Iterator[Sandbox]:
    """Return a sandbox on PostgreSQL that all tests of this worker share."""
    folder = tmp_path_factory.mktemp("postgresql-sandbox")
    running = start_server(folder, create_postgresql_database(), "--processing-delay", "60")
    yield running
    running.kill()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Return the shared sandbox, once on SQLite and once on PostgreSQL."""
    name = "shared_sandbox" if request.param == "sqlite" else "postgresql_sandbox"
    found = request.getfixturevalue(name)
    assert isinstance(found, Sandbox)
    return found


@pytest.fixture
def partner(shared_sandbox: Sandbox) -> Partner:
    """Return a new partner of the shared sandbox, whose clock stands still."""
    return shared_sandbox.partner()
