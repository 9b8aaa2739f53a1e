"""`spec-review watch`: what it says after each save, and that no save ends it."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from spec_review.options import Opening
from spec_review.watch import Watched
from tests.spec_review.commands import spec_review
from tests.spec_review.documents import ROOT, V2
from tests.spec_review.git import commit

TEXT = V2.read_text(encoding="utf-8")
OTHER_KEY = TEXT.replace("key: [unique_reference]", "key: [partner_client_id]")


def lines_about(path: Path) -> list[str]:
    return list(Watched(path, Opening()).lines_about(path))


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """A contract that was committed."""
    path = tmp_path / "contract.yaml"
    path.write_text(TEXT, encoding="utf-8")
    commit(tmp_path)
    return path


def test_a_contract_as_it_was_committed_behaves_as_it_did(contract: Path) -> None:
    assert "no finding; behaves as in the last commit" in lines_about(contract)[-1]


def test_an_edit_of_the_key_is_told_with_a_batch_that_ends_otherwise(contract: Path) -> None:
    contract.write_text(OTHER_KEY, encoding="utf-8")
    lines = lines_about(contract)
    assert any("the key of the lifecycle revenue-claim is partner_client_id" in x for x in lines)
    assert any("now Conflict, Conflict" in line for line in lines)
    assert "1 change of behaviour since the last commit" in lines[-1]


def test_an_edit_of_words_changes_no_behaviour(contract: Path) -> None:
    contract.write_text(TEXT.replace("What clients take", "x").replace("The clients,", "Clients,"))
    assert "behaves as in the last commit" in lines_about(contract)[-1]


@pytest.mark.parametrize(
    "text", ["", "a: [", "- 1", "\x00", "openapi: 3.1.1\npaths: 7\n", TEXT[: len(TEXT) // 2]]
)
def test_no_save_however_broken_ends_the_watch(contract: Path, text: str) -> None:
    contract.write_text(text, encoding="utf-8")
    result = spec_review("watch", "--once", contract)
    assert result.exit_code == 0
    assert "contract.yaml" in result.output
    assert "could not be looked at" not in result.output


def test_a_contract_outside_of_a_repository_is_checked_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "alone.yaml"
    path.write_text(TEXT, encoding="utf-8")
    assert "there is no last commit to compare the behaviour with" in lines_about(path)[-1]


def test_saves_are_told_as_they_happen_and_a_broken_one_is_survived(contract: Path) -> None:
    with Watching(contract) as watching:
        watching.wait_for("Watching")
        contract.write_text("paths: [", encoding="utf-8")
        watching.wait_for("this is no YAML")
        contract.write_text(OTHER_KEY, encoding="utf-8")
        watching.wait_for("1 change of behaviour since the last commit")
        replacing = contract.with_suffix(".new")
        replacing.write_text(TEXT, encoding="utf-8")
        replacing.replace(contract)
        watching.wait_for("behaves as in the last commit")


class Watching:
    """The command, running; its lines as they are printed."""

    def __init__(self, path: Path) -> None:
        self.lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from spec_review.cli import main; main()", "watch", str(path)],
            cwd=path.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Watching:
        threading.Thread(target=self.read, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def read(self) -> None:
        for line in self.printed():
            self.lines.put(line)

    def printed(self) -> Iterator[str]:
        assert self.process.stdout is not None
        yield from self.process.stdout

    def wait_for(self, words: str, patience: float = 90.0) -> None:
        """Reads on until a line has these words."""
        deadline = time.monotonic() + patience
        seen = []
        while time.monotonic() < deadline:
            try:
                seen.append(self.lines.get(timeout=0.2))
            except queue.Empty:
                continue
            if words in seen[-1]:
                return
        raise AssertionError(f"{words!r} was never printed, but: {''.join(seen)}")
