"""The findings of a report, played again."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from contract_tests.options import OptionError
from contract_tests.replay import remembered
from tests.contract_tests.commands import command, run
from tests.contract_tests.plain_servers import answer, serving

CONTRACT = """
openapi: 3.1.0
info: {title: Ferries, version: "1"}
paths:
  /ferries:
    get:
      operationId: listFerries
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object}}}}
"""


def heedless(handler: BaseHTTPRequestHandler) -> None:
    """Answer whatever is asked, by any method."""
    answer(handler, 200)


def heedful(handler: BaseHTTPRequestHandler) -> None:
    if handler.command == "GET":
        answer(handler, 200)
    else:
        answer(handler, 405, Allow="GET")


def test_a_mended_server_is_told_so_and_another_is_not(tmp_path: Path) -> None:
    file, contract = tmp_path / "report.json", tmp_path / "ferries.yaml"
    contract.write_text(CONTRACT, encoding="utf-8")
    with serving(heedless) as (url, _):
        options = (f"--contract={contract}", "--effort=quick", f"--json={file}")
        run(url, *options, partners=())
        code, text = command("replay", str(file))
        assert (code, "still broken  surface.unsupported_method" in text) == (1, True), text
    with serving(heedful) as (url, _):
        code, text = command("replay", str(file), f"--base-url={url}")
    assert (code, "mended  surface.unsupported_method" in text) == (0, True), text
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
