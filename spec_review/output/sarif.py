"""Findings as SARIF 2.1.0, which code hosts show beside the lines of a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from spec_review.output.findings import Finding, Severity
from spec_review.output.plain import written_json
from spec_review.output.review import Review, with_mend

LEVELS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "note": "note"}


def as_sarif(review: Review) -> str:
    """Return a SARIF 2.1.0 log, which code hosts show beside the lines of a change."""
    described = {rule.id: rule for rule in review.rules}
    names = list(dict.fromkeys((*described, *(finding.rule for finding in review.findings))))
    rules: list[dict[str, object]] = []
    for name in names:
        entry: dict[str, object] = {"id": name}
        if name in described:
            rule = described[name]
            entry["shortDescription"] = {"text": rule.sentence}
            entry["fullDescription"] = {"text": rule.why}
            entry["defaultConfiguration"] = {"level": LEVELS[rule.severity]}
        rules.append(entry)
    return written_json(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": {"name": "spec-review", "rules": rules}},
                    "columnKind": "unicodeCodePoints",
                    "results": [_result(finding, names) for finding in review.findings],
                }
            ],
        }
    )


def _result(finding: Finding, names: list[str]) -> dict[str, object]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": names.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": with_mend(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.file.replace("\\", "/"), safe="/:")},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
    }
