"""A rule of the review: what must hold, why, and one document each that breaks and keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from openapi_documents import Document, Pointer, Position
from spec_review.lint.subject import Subject
from spec_review.output.findings import Finding, Fix, Severity

Preset = Literal["essential", "recommended", "strict"]
"""What is false or dangerous; what most people want besides; what we ask of ourselves."""

MARK: Final = "▸"
"""Stands in the text of a breaking sample before the place that the finding must name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule finds: a place, a sentence about it, and how to mend it.

    The finding stands at the value when that is a scalar, else at its key; `at_key` at the key always,
    and `position` says otherwise. `severity` is for a fault that is milder than its rule, `kind` is what an
    option of the rule may choose by.
    """

    place: Pointer
    sentence: str
    mend: str = ""
    at_key: bool = False
    position: Position | None = None
    severity: Severity | None = None
    kind: str = ""
    fix: Fix | None = None


@dataclass(frozen=True)
class Sample:
    """A small whole document: a base text with some of its parts replaced."""

    base: str
    edits: tuple[tuple[str, str], ...] = ()

    @property
    def marked(self) -> str:
        """The text with its MARK. Raises ValueError when an edit does not apply exactly once."""
        text = self.base
        for old, new in self.edits:
            if text.count(old) != 1:
                raise ValueError(f"{old!r} stands {text.count(old)} times in the sample")
            text = text.replace(old, new)
        return text

    @property
    def text(self) -> str:
        """The text as a user would write it."""
        return self.marked.replace(MARK, "")

    def position(self, name: str) -> Position:
        """Return the position of the MARK in the text. Raises ValueError when there is none."""
        marked = self.marked
        offset = marked.index(MARK)
        line = marked.count("\n", 0, offset) + 1
        return Position(name, line, offset - (marked.rfind("\n", 0, offset) + 1) + 1)


@dataclass(frozen=True)
class Rule:
    """One rule. Called with a contract it yields its findings.

    `sentence` is what must hold, `why` what goes wrong otherwise. The sample `breaks` has exactly
    one finding in the whole review, this rule's, at its MARK; `keeps` has none. `preset` is the
    smallest one that asks it; `kinds` are those of its faults that a configuration may choose from, and
    `narrowed` says which of them a preset asks that does not ask all.
    """

    id: str
    severity: Severity
    sentence: str
    why: str
    breaks: Sample
    keeps: Sample
    faults: Callable[[Subject], Iterable[Fault]]
    preset: Preset = "essential"
    kinds: tuple[str, ...] = ()
    narrowed: Mapping[Preset, tuple[str, ...]] = field(default_factory=dict)

    def __call__(self, subject: Subject) -> Iterator[Finding]:
        """Yield what is wrong in a contract."""
        for fault in self.faults(subject):
            yield self.finding(subject.document, fault)

    def finding(self, document: Document, fault: Fault) -> Finding:
        """One fault as it is told."""
        return Finding(
            rule=self.id,
            severity=fault.severity or self.severity,
            position=position_of(document, fault),
            sentence=fault.sentence,
            mend=fault.mend,
            place=fault.place,
            fix=fault.fix,
        )


def position_of(document: Document, fault: Fault) -> Position:
    """Where the finding stands that tells a fault."""
    if fault.position is not None:
        return fault.position
    return (document.key_position if fault.at_key else document.position)(fault.place)
