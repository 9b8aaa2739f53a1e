"""What tests over HTTP need: a PostgreSQL of their own, sandboxes as processes, and partners.

Everything is started on the first request and shared by the parallel workers or by the tests of one
worker; a test that needs a sandbox of its own starts one with `start_sandbox`.
"""

from __future__ import annotations

import compileall
import gc
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import filelock
import psycopg
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.browsers import ARGUMENTS, chromium
from tests.sandboxes import (
    PATIENCE,
    ROOT,
    Partner,
    RunCommand,
    Sandbox,
    StartSandbox,
    spawn,
    start_server,
)

# No test fails because the machine is busy.
settings.register_profile("unhurried", deadline=None, database=None)
settings.load_profile("unhurried")

ROOMS = ("openapi_documents", "mock_server", "contract_tests", "spec_review")
RUN_FOLDER = "UNDERSTUDY_TEST_RUN"
RUN_PROCESS = "UNDERSTUDY_TEST_PROCESS"
# What a run leaves behind when it is killed is cleared away by this shell script.
CLEAR_AWAY = """
while kill -0 "$1" 2>/dev/null; do sleep 2; done
test -e "$2/data/postmaster.pid" && kill -QUIT "$(head -1 "$2/data/postmaster.pid")"
rm -rf "$2"
"""


# PostgreSQL: one server for the whole run, a database for each test.


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the parallel workers of this run share."""
    if not hasattr(config, "workerinput"):
        # Every sandbox that a test starts would compile all modules anew where nothing may be written beside them.
        for room in ROOMS:
            compileall.compile_dir(ROOT / room, quiet=2)
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="understudy-")
        os.environ[RUN_PROCESS] = str(os.getpid())


def pytest_collection_finish() -> None:
    """Keep thousands of collected tests out of every search for circles among objects."""
    gc.collect()
    gc.freeze()


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


# Sandboxes.


@pytest.fixture(scope="session")
def serve() -> StartSandbox:
    """Return a function `(folder, database, *arguments)` that starts a sandbox; its user kills it."""
    return start_server


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[StartSandbox]:
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
def run_command(tmp_path: Path) -> RunCommand:
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


# The browser.


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium; while it runs, this thread has an event loop, so no longer than a module."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        running.close()
