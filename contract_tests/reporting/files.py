"""Writes the report to the files that were asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable

from contract_tests.reporting import junit, sarif, summary
from contract_tests.reporting.baseline import Baseline, expected, written
from contract_tests.reporting.html import render
from contract_tests.reporting.merging import Merged
from contract_tests.reporting.report import Report, places
from contract_tests.settings import Outputs


def write(value: Report, outputs: Outputs) -> None:
    """Write the report as JSON and as a page, where that was asked for."""
    if outputs.json is not None:
        text = json.dumps(value, indent=2, ensure_ascii=False)
        outputs.json.write_text(text + "\n", encoding="utf-8")
    if outputs.html is not None:
        outputs.html.write_text(render(value), encoding="utf-8")
    if outputs.sarif is not None:
        outputs.sarif.write_text(sarif.render(value), encoding="utf-8")
    if outputs.summary is not None:
        with outputs.summary.open("a", encoding="utf-8") as file:
            file.write(summary.render(value))


def write_baseline(found: Iterable[Merged], baseline: Baseline, outputs: Outputs) -> None:
    """Write findings as what is known from now on, where that was asked for."""
    if outputs.baseline is not None:
        known = (
            entry for one in found for entry in expected(baseline, one.requirement.id, places(one))
        )
        outputs.baseline.write_text(written(known), encoding="utf-8")


def write_junit(value: Report, outputs: Outputs, suite: str) -> None:
    """Write the report as JUnit XML, where that was asked for; a run of pytest does so itself."""
    if outputs.junit is not None:
        outputs.junit.write_text(junit.render(value, suite), encoding="utf-8")
