"""A rule of the review: what must hold, why, and one document each that breaks and keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from openapi_documents import Document, Pointer, Position
from spec_review.lint.subject import Subject
from spec_review.output.findings import Finding, Severity

MARK: Final = "▸"
"""Stands in the text of a breaking sample before the place that the finding must name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule finds: a place, a sentence about it, and how to mend it.

    The finding stands at the value when that is a scalar, else at its key; `at_key` at the key always.
    """

    place: Pointer | Position
    sentence: str
    mend: str = ""
    at_key: bool = False


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
    one finding in the whole review, this rule's, at its MARK; `keeps` has none.
    """

    id: str
    severity: Severity
    sentence: str
    why: str
    breaks: Sample
    keeps: Sample
    faults: Callable[[Subject], Iterable[Fault]]

    def __call__(self, subject: Subject) -> Iterator[Finding]:
        """Yield what is wrong in a contract."""
        document = subject.document
        for fault in self.faults(subject):
            position = position_of(document, fault)
            yield Finding(self.id, self.severity, position, fault.sentence, fault.mend)


def position_of(document: Document, fault: Fault) -> Position:
    """Where the finding stands that tells a fault."""
    if isinstance(fault.place, Position):
        return fault.place
    return (document.key_position if fault.at_key else document.position)(fault.place)
