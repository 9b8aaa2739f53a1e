"""The findings of a report, played again."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from contract_tests.options import OptionError
from contract_tests.replay import remembered
from tests.contract_tests.commands import COMMAND, PARTNERS, ROOT, run
from tests.contract_tests.defective_servers import Server


def replayed(file: Path, *options: str) -> tuple[int, str]:
    """Play the findings of a report again; the exit code and what was printed."""
    command = [*COMMAND[:-1], "replay", str(file), *PARTNERS, *options]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, timeout=280, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_mended_server_is_told_so_and_another_is_not(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    with Server({"saved-twin-completed"}) as server:
        run(server.base_url, "--effort=quick", "--only=cases", f"--json={file}")
        code, text = replayed(file)
        assert (code, "still broken  outcome.twin-saved" in text) == (1, True), text
    with Server() as server:
        code, text = replayed(file, f"--base-url={server.base_url}")
    assert (code, "mended  outcome.twin-saved" in text) == (0, True), text
    assert "1 of 1 findings are mended." in text


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"findings": [1]}'])
def test_what_is_no_report_is_told_in_one_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(OptionError, match="a report is expected, as --json writes it"):
        remembered(str(file))


def test_a_report_without_findings_has_nothing_to_play(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    report = {
        "target": {"base_url": "http://x"}, "contracts": [], "mode": "strict",
        "effort": "quick", "seed": 1, "findings": [],
    }  # fmt: skip
    file.write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(OptionError, match="no finding"):
        remembered(str(file))
