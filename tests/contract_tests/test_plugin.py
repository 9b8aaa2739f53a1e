"""The judge under pytest: there where it is asked for, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract_tests.commands import PARTNERS, ROOT, run
from tests.contract_tests.defective_servers import Server

SUITES = ("--pyargs", "contract_tests")
NOBODY = "http://127.0.0.1:9"


def under_pytest(folder: Path, *options: str, **variables: str) -> tuple[int, str, str]:
    """Run pytest in a folder; its exit code and what it printed, on both ways."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        timeout=280,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
    )
    return done.returncode, done.stdout, done.stderr


def test_without_a_server_it_says_in_one_sentence_what_to_give(tmp_path: Path) -> None:
    code, printed, told = under_pytest(tmp_path, *SUITES)
    assert (code, printed) == (2, "")
    assert told == (
        "cannot judge: give --base-url URL (CONTRACT_TESTS_BASE_URL): "
        "where the server answers, say http://127.0.0.1:8080\n"
    )


def test_those_who_live_in_pytest_get_the_same_sentence_as_the_command(tmp_path: Path) -> None:
    code, _, told = under_pytest(tmp_path, *SUITES, f"--base-url={NOBODY}", *PARTNERS)
    assert (code, told) == run(NOBODY)


def test_those_who_live_in_pytest_get_the_same_verdict(tmp_path: Path) -> None:
    with Server() as server:
        options = (*PARTNERS, "--only=operations", "--read-only", "--effort=quick", "-W", "error")
        code, printed, _ = under_pytest(
            tmp_path, "-p", "contract_tests", *SUITES, f"--base-url={server.base_url}", *options
        )
    assert (code, " holds: " in printed) == (0, True), printed
    assert "warning" not in printed


def test_an_option_may_stand_in_its_variable(tmp_path: Path) -> None:
    code, _, told = under_pytest(tmp_path, *SUITES, CONTRACT_TESTS_BASE_URL="localhost:1")
    assert (code, "did you mean http://localhost:1?" in told) == (2, True)


def test_its_options_are_there_only_where_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text("def test_mine(): pass\n", encoding="utf-8")
    plain = under_pytest(tmp_path, "--help")[1]
    assert "--base-url" not in plain
    assert "--base-url" in under_pytest(tmp_path, "-p", "contract_tests", "--help")[1]
    code, printed, _ = under_pytest(tmp_path, "-p", "contract_tests", "-W", "error")
    assert (code, "1 passed" in printed) == (0, True), printed


@pytest.mark.parametrize("first", [("-p", "theirs"), ("-p", "contract_tests", "-p", "theirs")])
def test_another_plugin_may_have_an_option_of_the_same_name(
    tmp_path: Path, first: tuple[str, ...]
) -> None:
    (tmp_path / "theirs.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--base-url', dest='theirs')\n",
        encoding="utf-8",
    )
    code, _, told = under_pytest(
        tmp_path, *first, *SUITES, f"--base-url={NOBODY}", *PARTNERS,
        PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}",
    )  # fmt: skip
    assert (code, "does not answer" in told) == (2, True), told


def test_the_url_may_stand_in_the_file_of_another_plugin(tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text(
        "def pytest_addoption(parser):\n    parser.addini('base_url', 'theirs')\n", encoding="utf-8"
    )
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nbase_url = {NOBODY}\n", encoding="utf-8")
    code, _, told = under_pytest(
        tmp_path, "-p", "theirs", *SUITES, *PARTNERS, PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}"
    )
    assert (code, "does not answer" in told) == (2, True), told


def test_a_timeout_for_tests_of_ones_own_does_not_end_the_judge(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\ntimeout = 0.01\n", encoding="utf-8")
    with Server() as server:
        options = (*PARTNERS, "--only=access", "--read-only", "--effort=quick", "-W", "error")
        url = f"--base-url={server.base_url}"
        code, printed, told = under_pytest(tmp_path, *SUITES, url, *options)
    assert (code, " holds: " in printed) == (0, True), printed + told


SHUFFLED = """
import random
def pytest_collection_modifyitems(items):
    random.shuffle(items)
"""


def test_shards_share_the_tests_whatever_order_another_plugin_likes(tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text(SHUFFLED, encoding="utf-8")
    told: list[set[str]] = []
    for shard in ("1/1", "1/2", "2/2"):
        code, printed, _ = under_pytest(
            tmp_path, "-p", "theirs", *SUITES, f"--base-url={NOBODY}", *PARTNERS,
            "--collect-only", f"--judge-shard={shard}", "--only=bodies,access",
            PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}",
        )  # fmt: skip
        assert code == 0, printed  # a list is made without a server
        told.append({line for line in printed.splitlines() if "::" in line})
    whole, one, other = told
    assert whole
    assert one | other == whole
    assert not one & other
    assert abs(len(one) - len(other)) <= 1


LOADED = """
import sys
import pytest
class Look:
    def pytest_configure(self, config):
        print(sorted(name for name in sys.modules if name.startswith("contract_tests")))
pytest.main(["--collect-only", "-q"], plugins=[Look()])
"""


def test_nothing_of_it_is_loaded_at_the_start_of_another_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    loaded = done.stdout.splitlines()[0]
    assert loaded in {"['contract_tests', 'contract_tests.entry']", "[]"}, done.stdout
