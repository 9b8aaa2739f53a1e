"""Findings as workflow commands, which GitHub shows as annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from spec_review.output.findings import Severity
from spec_review.output.repository import in_repository
from spec_review.output.review import Review, summary, with_mend

COMMANDS: Final[Mapping[Severity, str]] = {
    "error": "error",
    "warning": "warning",
    "note": "notice",
}


def as_github(review: Review) -> str:
    """Return workflow commands, which GitHub shows as annotations of a pull request."""
    lines = [
        f"::{COMMANDS[finding.severity]} file={_property(in_repository(finding.file))},line={finding.line},"
        f"col={finding.column},title={_property(finding.rule)}::{_data(with_mend(finding))}"
        for finding in review.findings
    ]
    return "\n".join((*lines, summary(review)))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
