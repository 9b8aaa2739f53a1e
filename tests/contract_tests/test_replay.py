"""The findings of a report, played again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_tests.options import OptionError
from contract_tests.replay import remembered
from tests.contract_tests.commands import PARTNERS, command, run
from tests.contract_tests.defective_servers import Server


def test_a_mended_server_is_told_so_and_another_is_not(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    with Server({"no-token-accepted"}) as server:
        run(server.base_url, "--effort=quick", "--only=access", f"--json={file}")
        code, text = command("replay", str(file), *PARTNERS)
        assert (code, "still broken  access.token" in text) == (1, True), text
    with Server() as server:
        code, text = command("replay", str(file), *PARTNERS, f"--base-url={server.base_url}")
    assert (code, "mended  access.token" in text) == (0, True), text
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
