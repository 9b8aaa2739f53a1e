"""Writes the report to the files that were asked for."""

from __future__ import annotations

import json

from contract_tests.reporting import junit
from contract_tests.reporting.html import render
from contract_tests.reporting.report import Report
from contract_tests.settings import Outputs


def write(value: Report, outputs: Outputs) -> None:
    """Write the report as JSON and as a page, where that was asked for."""
    if outputs.json is not None:
        text = json.dumps(value, indent=2, ensure_ascii=False)
        outputs.json.write_text(text + "\n", encoding="utf-8")
    if outputs.html is not None:
        outputs.html.write_text(render(value), encoding="utf-8")


def write_junit(value: Report, outputs: Outputs, suite: str) -> None:
    """Write the report as JUnit XML, where that was asked for; a run of pytest does so itself."""
    if outputs.junit is not None:
        outputs.junit.write_text(junit.render(value, suite), encoding="utf-8")
