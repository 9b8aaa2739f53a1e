"""A finding: what a rule says about one place of a document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from openapi_documents import Pointer, Position

Severity = Literal["error", "warning", "note"]

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
"""From the gravest to the mildest."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do with the key, scalar or list item at which a finding stands.

    `replace` writes `text` there, `quote` puts what stands there in quotes, `unquote` takes its quotes away, `remove`
    takes the item out.
    A sure one changes nothing but the fault; any other does what was probably meant.
    """

    text: str = ""
    action: Literal["replace", "quote", "unquote", "remove"] = "replace"
    is_sure: bool = False


QUOTED: Final = Fix(action="quote", is_sure=True)
"""A number that is meant as a text."""

UNQUOTED: Final = Fix(action="unquote", is_sure=True)
"""A text that is meant as a number."""

REMOVED: Final = Fix(action="remove", is_sure=True)
"""What stands there a second time."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of one rule about one place.

    `mend` says what to write instead; it is "" where only the author can know. `place` is the pointer of
    what is spoken of; two findings that stand and say the same are one, whatever alias led there.
    """

    rule: str
    severity: Severity
    position: Position
    sentence: str
    mend: str = ""
    place: Pointer = field(default=(), compare=False)
    fix: Fix | None = field(default=None, compare=False)
    before: Position | None = field(default=None, compare=False)
    """Where the same stood in an older document."""
    fingerprint: str = field(default="", compare=False)
    """What it is known by wherever it stands, "" for what its sentence tells apart."""

    @property
    def file(self) -> str:
        """The file as the user named it."""
        return self.position.file

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return self.position.line

    @property
    def column(self) -> int:
        """The column, counted from 1."""
        return self.position.column


def in_reading_order(findings: list[Finding]) -> list[Finding]:
    """Return the findings file by file from the top, each said once."""
    return sorted(
        set(findings),
        key=lambda finding: (finding.position, finding.rule, finding.sentence, finding.mend),
    )


def at_least(findings: list[Finding], severity: Severity) -> list[Finding]:
    """Return the findings of this severity or a graver one."""
    grave = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return [finding for finding in findings if finding.severity in grave]
