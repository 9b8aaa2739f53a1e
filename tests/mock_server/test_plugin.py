"""The pytest fixture that a partner's own tests use: each test is run by a pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RunPytest = Callable[..., str]

HELPERS = """
import json, urllib.request, urllib.error

def call(sandbox, path, items=None, **headers):
    data = None if items is None else json.dumps(items).encode()
    headers = {"Authorization": f"Bearer {sandbox.token()}", "Content-Type": "application/json"}
    request = urllib.request.Request(sandbox.url + path, data, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)

def client(key):
    return {"partner_client_id": key, "client_start_date": "2024-04-23T13:44:03.585Z", "entity_type": "LLC"}

def state(sandbox, uri):
    return [entry["status"]["state"] for entry in call(sandbox, uri)["result"]]

def submit(sandbox, *keys):
    return call(sandbox, "/api/v2/Clients", [client(key) for key in keys])["status_check_uri"]
"""


@pytest.fixture
def run_pytest(tmp_path: Path) -> RunPytest:
    """Return a function that runs tests, given as text, and returns the counts of its last line."""

    def run(text: str, *arguments: Any, python: tuple[str, ...] = ()) -> str:
        (tmp_path / "test_mine.py").write_text(HELPERS + text)
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        # Other plugins of this environment cost seconds and are none of a partner's business.
        without = [f"-pno:{name}" for name in ("cacheprovider", "schemathesis", "hypothesispytest")]
        command = [sys.executable, *python, "-m", "pytest", "-q", *without, *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        return done.stdout + done.stderr

    return run


def test_a_partners_test_submits_moves_the_clock_and_reads(run_pytest: RunPytest) -> None:
    output = run_pytest("""
def test_a_client_is_saved(sandbox):
    uri = submit(sandbox, "A", "A")
    assert state(sandbox, uri) == ["Pending", "Pending"]
    sandbox.clock.advance(10_000)
    assert state(sandbox, uri) == ["Completed", "Duplicate"]
""")
    assert "1 passed" in output, output


def test_each_test_has_a_world_of_its_own(run_pytest: RunPytest) -> None:
    output = run_pytest("""
import pytest

@pytest.mark.parametrize("turn", range(5))
def test_the_same_client_is_new_every_time(sandbox, turn):
    uri = submit(sandbox, "A")
    sandbox.clock.advance(10_000)
    assert state(sandbox, uri) == ["Completed"]
""")
    assert "5 passed" in output, output


def test_reset_starts_the_world_afresh(run_pytest: RunPytest) -> None:
    output = run_pytest("""
def test_reset(sandbox):
    for _ in range(2):
        uri = submit(sandbox, "A")
        sandbox.clock.advance(10_000)
        assert state(sandbox, uri) == ["Completed"]
        sandbox.reset()
        assert call(sandbox, "/_sandbox/world")["submissions"] == 0
""")
    assert "1 passed" in output, output


def test_parallel_workers_do_not_meet(run_pytest: RunPytest) -> None:
    output = run_pytest(
        """
import pytest

@pytest.mark.parametrize("turn", range(8))
def test_the_same_client_is_new_in_every_worker(sandbox, turn):
    uri = submit(sandbox, "A")
    sandbox.clock.advance(10_000)
    assert state(sandbox, uri) == ["Completed"]
    assert call(sandbox, "/_sandbox/world")["submissions"] == 1
""",
        "-n",
        "2",
    )
    assert "8 passed" in output, output


@pytest.mark.parametrize(
    "python", [(), ("-W", "error"), ("-X", "dev", "-W", "error")], ids=" ".join
)
def test_no_warning_of_ours_or_of_a_dependency_reaches_the_run(
    run_pytest: RunPytest, python: tuple[str, ...]
) -> None:
    output = run_pytest(
        """
def test_everything(sandbox):
    uri = submit(sandbox, "A")
    sandbox.clock.advance(10_000)
    assert state(sandbox, uri) == ["Completed"]
    assert sandbox.rewards().token()
    urllib.request.urlopen(sandbox.url + "/", timeout=20).read()
""",
        "-W",
        "error",
        python=python,
    )
    assert "1 passed" in output, output
    assert "warning" not in output.lower(), output


def test_it_costs_nothing_when_it_is_not_used(run_pytest: RunPytest) -> None:
    output = run_pytest("""
import sys

def test_no_server_was_loaded():
    loaded = {name.partition(".")[0] for name in sys.modules}
    assert not loaded & {"connexion", "sqlalchemy", "jsonschema_rs", "uvicorn"}
""")
    assert "1 passed" in output, output


def test_it_names_itself_among_the_fixtures(run_pytest: RunPytest) -> None:
    output = run_pytest("", "--fixtures")
    assert "sandbox" in output
    assert "sandbox.url" in output or "token()" in output
