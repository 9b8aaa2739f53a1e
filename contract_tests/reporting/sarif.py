"""A report in SARIF 2.1.0, for code scanning: a rule for each requirement that was broken, a result for each finding."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import PurePath

from contract_tests.reporting.baseline import Standing
from contract_tests.reporting.report import FoundRow, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "contractTests/v1"
"""The name of a result's fingerprints; those of a baseline, several with commas."""


def render(report: Report) -> str:
    """Return a report as a SARIF log."""
    rules = [
        {
            "id": one["rule"],
            "shortDescription": {"text": one["sentence"]},
            "help": {"text": f"Source: {one['source']}"},
        }
        for one in report["findings"]
    ]
    driver = {"name": "contract-tests", "version": version("understudy"), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": report["verdict"] != "not judged"}],
        "results": [_result(number, one) for number, one in enumerate(report["findings"])],
        "columnKind": "unicodeCodePoints",
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _result(number: int, one: FoundRow) -> dict[str, object]:
    expected = " or ".join(one["expected"])
    told = f"{one['sentence']} Sent: {one['sent']} Expected: {expected}. Came: {one['came']}"
    result: dict[str, object] = {
        "ruleId": one["rule"],
        "ruleIndex": number,
        "level": "error",
        "message": {"text": told},
        "locations": _locations(one),
        "partialFingerprints": {FINGERPRINT: ",".join(one["fingerprints"])},
    }
    if one["standing"] == Standing.KNOWN:
        result["suppressions"] = [{"kind": "external", "justification": one["reason"]}]
    return result


def _locations(one: FoundRow) -> list[dict[str, object]]:
    if one["file"] is None:
        return []
    place = {
        "artifactLocation": {"uri": PurePath(one["file"]).as_posix()},
        "region": {"startLine": one["line"] or 1},
    }
    names = [{"fullyQualifiedName": name, "kind": "function"} for name in one["operations"]]
    return [{"physicalLocation": place, "logicalLocations": names}]
