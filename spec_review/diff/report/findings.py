"""A comparison as findings: breaking is an error, unclear a warning, safe a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from spec_review.diff.report.entries import Entry
from spec_review.diff.report.report import Report
from spec_review.diff.report.wording import shown_lines, shown_witnesses, where, whom
from spec_review.diff.verdicts import Verdict
from spec_review.output.findings import Finding, Severity
from spec_review.simulation.wording import witness_lines

SEVERITY: Final[Mapping[Verdict, Severity]] = {
    "breaking": "error",
    "unclear": "warning",
    "safe": "note",
}


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """A kind of change, for formats that describe each rule."""

    id: str
    severity: Severity
    sentence: str
    why: str


def to_findings(report: Report) -> list[Finding]:
    """The entries as findings: breaking is an error, unclear a warning, safe a note."""
    return [finding_of(entry, report.parties) for entry in report.told]


def finding_of(entry: Entry, parties: Sequence[str]) -> Finding:
    """One entry as a finding, its witness in the sentence."""
    change = entry.change
    parts = [f"{entry.sentence}: {whom(change)}."]
    if where(entry):
        parts.append(f"It is {where(entry)}.")
    if change.note:
        parts.append(change.note)
    parts += [f"{line}." for line in shown_lines(change, entry.parameter)]
    for witness in shown_witnesses(change):
        parts.append("; ".join(line.strip() for line in witness_lines(witness)))
    return Finding(
        rule=change.rule,
        severity=SEVERITY[change.verdicts.worst(parties)],
        position=entry.position,
        sentence=" ".join(parts),
        place=change.new,
        before=entry.old_position,
        fingerprint=entry.fingerprint,
    )


def rules_of(report: Report) -> list[ChangeRule]:
    """The kinds of changes that are told, described."""
    found: dict[str, ChangeRule] = {}
    for entry in report.told:
        change = entry.change
        what = change.kind.replace("-", " ")
        travels = {"request": " of requests", "response": " of answers", "schema": ""}
        said = f"A change of the contract{travels.get(change.travels, '')}: {what}."
        why = (
            "Whom it breaks depends on who sends the value and who reads it; each finding says so."
        )
        severity = SEVERITY[entry.verdict(report.parties)]
        found.setdefault(change.rule, ChangeRule(change.rule, severity, said, why))
    return list(found.values())
