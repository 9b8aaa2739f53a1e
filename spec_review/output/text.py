"""Findings for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click

from openapi_documents import shown
from spec_review.output.findings import Severity
from spec_review.output.review import Review, summary, worst

COLOURS: Final[Mapping[Severity, str]] = {"error": "red", "warning": "yellow", "note": "blue"}


def as_text(review: Review) -> str:
    """Return one line per finding, its mend below it, and a summary; with colours."""
    lines: list[str] = []
    for finding in review.findings:
        severity = click.style(finding.severity, fg=COLOURS[finding.severity], bold=True)
        place = click.style(shown(str(finding.position)), bold=True)
        rule = click.style(finding.rule, dim=True)
        lines.append(f"{place} {severity} {rule} {shown(finding.sentence)}")
        if finding.mend:
            lines.append(f"    {click.style('mend:', fg='green')} {shown(finding.mend)}")
    if lines:
        lines.append("")
    gravest = worst(review)
    colour = "green" if gravest is None else COLOURS[gravest]
    lines.append(click.style(summary(review), fg=colour))
    return "\n".join(lines)
