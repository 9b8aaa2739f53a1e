"""Findings as SARIF 2.1.0, which code hosts show beside the lines of a change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from openapi_documents import Position, text_of
from spec_review.output.findings import Finding, Severity
from spec_review.output.plain import written_json
from spec_review.output.repository import in_repository
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
                    "results": [
                        _result(finding, names, fingerprint)
                        for finding, fingerprint in zip(
                            review.findings, fingerprints(review.findings), strict=True
                        )
                    ],
                }
            ],
        }
    )


def _result(finding: Finding, names: list[str], fingerprint: str) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": names.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": with_mend(finding)},
        "locations": [_location(finding.position)],
        "partialFingerprints": {"specReview/v1": fingerprint},
    }
    if finding.before is not None:
        before = {**_location(finding.before), "id": 1, "message": {"text": "before the change"}}
        result["relatedLocations"] = [before]
    return result


def _location(position: Position) -> dict[str, object]:
    uri = quote(in_repository(position.file.replace("\\", "/")), safe="/:")
    region = {"startLine": position.line, "startColumn": position.column}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """What each finding is known by wherever its line moves; the second of its kind is counted."""
    known: Counter[str] = Counter()
    found: list[str] = []
    for one in findings:
        said = f"{one.rule} {in_repository(one.file)} {text_of(one.place)} {one.sentence}"
        own = one.fingerprint or hashlib.sha256(said.encode()).hexdigest()[:16]
        known[own] += 1
        found.append(f"{own}:{known[own]}")
    return found
