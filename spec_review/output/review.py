"""What is shown: findings, the files that were looked at, the rules that were asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from spec_review.output.findings import SEVERITIES, Finding, Severity


def files_of(findings: Iterable[Finding]) -> list[str]:
    """Return the files that findings name, each once, in their order."""
    return list(dict.fromkeys(finding.file for finding in findings))


class Described(Protocol):
    """What a format may say about a rule besides its findings."""

    @property
    def id(self) -> str:
        """The name of the rule."""

    @property
    def severity(self) -> Severity:
        """How grave its findings are."""

    @property
    def sentence(self) -> str:
        """What must hold."""

    @property
    def why(self) -> str:
        """What goes wrong otherwise."""


@dataclass(frozen=True, slots=True)
class Review:
    """What is shown: the findings, the files that were looked at, and the rules that were asked."""

    findings: Sequence[Finding]
    files: Sequence[str] = ()
    rules: Sequence[Described] = ()


def worst(review: Review) -> Severity | None:
    """The gravest severity among the findings, None when there are none."""
    found = {finding.severity for finding in review.findings}
    return next((severity for severity in SEVERITIES if severity in found), None)


def summary(review: Review) -> str:
    """How many findings there are, and in how many files."""
    looked_at = [f"{counted(len(review.files), 'file')} checked"] if review.files else []
    counts = Counter(finding.severity for finding in review.findings)
    found = [counted(counts[name], name) for name in SEVERITIES if counts[name]]
    return ", ".join((*looked_at, *(found or ["no finding"])))


def counted(number: int, noun: str) -> str:
    """A number of things in words."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def with_mend(finding: Finding) -> str:
    """A finding in one sentence."""
    return f"{finding.sentence} ({finding.mend})" if finding.mend else finding.sentence
