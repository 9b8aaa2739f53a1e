"""A comparison as findings: breaking is an error, unclear a warning, safe a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from spec_review.diff.changes import LocatedChange
from spec_review.diff.comparison import Diff
from spec_review.diff.report.wording import shown_witnesses, whom
from spec_review.diff.verdicts import PARTNERS, Verdict
from spec_review.output.findings import Finding, Severity
from spec_review.simulation.wording import witness_lines

SEVERITY: Final[Mapping[Verdict, Severity]] = {
    "breaking": "error",
    "unclear": "warning",
    "safe": "note",
}


def to_findings(diff: Diff, parties: Sequence[str] = PARTNERS) -> list[Finding]:
    """The changes as findings: breaking is an error, unclear a warning, safe a note."""
    return [finding_of(each, parties) for each in diff.changes]


def finding_of(each: LocatedChange, parties: Sequence[str]) -> Finding:
    """One change as a finding, its witness in the sentence."""
    change = each.change
    parts = [f"{change.sentence}: {whom(change)}."]
    if change.note:
        parts.append(change.note)
    for witness in shown_witnesses(change):
        parts.append("; ".join(line.strip() for line in witness_lines(witness)))
    return Finding(
        rule=change.rule,
        severity=SEVERITY[change.verdicts.worst(parties)],
        position=each.position,
        sentence=" ".join(parts),
    )
