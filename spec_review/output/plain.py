"""Findings as JSON, for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from spec_review.output.findings import SEVERITIES
from spec_review.output.review import Review


def as_json(review: Review) -> str:
    """Return the findings and their counts as one JSON object."""
    counts = Counter(one.severity for one in review.findings)
    return written_json(
        {
            "files": list(review.files),
            "counts": {one: counts[one] for one in SEVERITIES},
            "findings": [
                {
                    "rule": one.rule,
                    "severity": one.severity,
                    "file": one.file,
                    "line": one.line,
                    "column": one.column,
                    "sentence": one.sentence,
                    "mend": one.mend,
                }
                for one in review.findings
            ],
        }
    )


def written_json(value: Any) -> str:
    """A value as readable JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)
