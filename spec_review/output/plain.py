"""Findings as JSON, for programs."""

from __future__ import annotations

import json
from collections import Counter

from spec_review.output.findings import SEVERITIES
from spec_review.output.review import Review


def as_json(review: Review) -> str:
    """Return the findings and their counts as one JSON object."""
    counts = Counter(finding.severity for finding in review.findings)
    return written_json(
        {
            "files": list(review.files),
            "counts": {severity: counts[severity] for severity in SEVERITIES},
            "findings": [
                {
                    "rule": finding.rule,
                    "severity": finding.severity,
                    "file": finding.file,
                    "line": finding.line,
                    "column": finding.column,
                    "sentence": finding.sentence,
                    "mend": finding.mend,
                }
                for finding in review.findings
            ],
        }
    )


def written_json(value: object) -> str:
    """A value as readable JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)
