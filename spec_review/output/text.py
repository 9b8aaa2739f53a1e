"""Findings for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import click

from openapi_documents import shown
from spec_review.output.findings import Severity
from spec_review.output.review import Review, summary, worst

COLOURS: Final[Mapping[Severity, str]] = {"error": "red", "warning": "yellow", "note": "blue"}


MANY: Final = 20
"""From how many findings on they are counted by rule as well."""


def by_rule(review: Review) -> str:
    """How many findings each rule has, the most first."""
    counts = Counter(finding.rule for finding in review.findings).most_common()
    return ", ".join(f"{rule} {number}" for rule, number in counts)


def as_text(review: Review) -> str:
    """Return one line per finding, the mend below the first that has it, and a summary; with colours."""
    lines: list[str] = []
    told: set[tuple[str, str]] = set()
    for finding in review.findings:
        severity = click.style(finding.severity, fg=COLOURS[finding.severity], bold=True)
        place = click.style(shown(str(finding.position)), bold=True)
        rule = click.style(finding.rule, dim=True)
        lines.append(f"{place} {severity} {rule} {shown(finding.sentence)}")
        if finding.mend and (finding.rule, finding.mend) not in told:
            told.add((finding.rule, finding.mend))
            lines.append(f"    {click.style('mend:', fg='green')} {shown(finding.mend)}")
    if lines:
        lines.append("")
    if len(review.findings) >= MANY:
        lines.append(f"By rule: {by_rule(review)}")
    gravest = worst(review)
    colour = "green" if gravest is None else COLOURS[gravest]
    lines.append(click.style(summary(review), fg=colour))
    return "\n".join(lines)
