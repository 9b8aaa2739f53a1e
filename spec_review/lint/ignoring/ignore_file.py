"""The ignore file: findings that somebody has looked at and decided to live with.

Each line names a rule, then, if wanted, a file (with `*`) and a line, then a part of the sentence::

    error-body                                          # answered by the gateway
    missing-example  openapi/old-*.yaml
    dead-row         openapi/claims.yaml:210
    shadowed-path    *  /things/{id}

A line that ignores nothing is itself a finding, so that the file does not outlive its reasons.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from openapi_documents import Position
from spec_review.output.findings import Finding
from spec_review.output.wording import did_you_mean

UNUSED: Final = "unused-ignore"
_LINE: Final = re.compile(r"^(?P<glob>.*?)(?::(?P<line>\d+))?$")


class IgnoreFileError(Exception):
    """The ignore file cannot be read, or names a rule that does not exist."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ignore file."""

    position: Position
    rule: str
    glob: str
    line: int | None
    text: str

    def covers(self, finding: Finding) -> bool:
        """Tell whether this line speaks of a finding."""
        return (
            finding.rule == self.rule
            and (
                fnmatchcase(finding.file, self.glob) or fnmatchcase(finding.file, f"*/{self.glob}")
            )
            and self.line in (None, finding.line)
            and self.text in finding.sentence
        )


def read_entries(path: str | Path, rules: Collection[str]) -> list[Entry]:
    """Return the lines of an ignore file. Raises IgnoreFileError."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise IgnoreFileError(f"{path}: cannot be read: {error}") from None
    entries: list[Entry] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = re.sub(r"(^|\s)#.*", "", line).split(maxsplit=2)
        if not words:
            continue
        position = Position(str(path), number, line.index(words[0]) + 1)
        if words[0] not in rules:
            mend = did_you_mean(words[0], rules, "see `spec-review rules`")
            raise IgnoreFileError(f"{position}: there is no rule {words[0]}; {mend}")
        found = _LINE.match(words[1]) if len(words) > 1 else None
        entries.append(
            Entry(
                position,
                words[0],
                found["glob"] if found and found["glob"] else "*",
                int(found["line"]) if found and found["line"] else None,
                words[2].strip() if len(words) > 2 else "",
            )
        )
    return entries


def without_ignored(findings: Iterable[Finding], entries: Collection[Entry]) -> list[Finding]:
    """Return the findings that no line covers, and one for each line that covers nothing."""
    kept: list[Finding] = []
    used: set[Entry] = set()
    for finding in findings:
        covering = [entry for entry in entries if entry.covers(finding)]
        used.update(covering)
        if not covering:
            kept.append(finding)
    kept += [
        Finding(
            UNUSED,
            "warning",
            entry.position,
            f"this line ignores nothing: {entry.rule} has no such finding any more",
            "leave the line out",
        )
        for entry in entries
        if entry not in used
    ]
    return kept
