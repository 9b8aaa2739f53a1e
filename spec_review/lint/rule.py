"""A rule of the review: what must hold, why, and one document each that breaks and keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from spec_review.document import Document, Pointer, Position
from spec_review.output.findings import Finding, Severity

MARK: Final = "▸"
"""Stands in the text of a breaking sample before the place that the finding must name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule finds: a place, a sentence about it, and how to mend it."""

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

    def place(self, name: str) -> Position:
        """Return the position of the MARK in the text. Raises ValueError when there is none."""
        marked = self.marked
        offset = marked.index(MARK)
        line = marked.count("\n", 0, offset) + 1
        return Position(name, line, offset - (marked.rfind("\n", 0, offset) + 1) + 1)


@dataclass(frozen=True)
class Rule:
    """One rule. Called with a document it yields its findings.

    `sentence` is what must hold, `why` what goes wrong otherwise. The sample `breaks` has exactly
    one finding in the whole review, this rule's, at its MARK; `keeps` has none.
    """

    id: str
    severity: Severity
    sentence: str
    why: str
    breaks: Sample
    keeps: Sample
    faults: Callable[[Document], Iterable[Fault]]

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Yield what is wrong in a document."""
        for fault in self.faults(document):
            if isinstance(fault.place, Position):
                position = fault.place
            elif fault.at_key:
                position = document.key_position(fault.place)
            else:
                position = document.position(fault.place)
            yield Finding(self.id, self.severity, position, fault.sentence, fault.mend)


def did_you_mean(
    word: str, known: Iterable[str], otherwise: str = "", likeness: float = 0.6
) -> str:
    """Return the question that names the nearest known word, or another mend.

    `likeness` is how near it must be: 0 takes every word, 1 only the same.
    """
    near = get_close_matches(word, list(known), n=1, cutoff=likeness)
    return f"did you mean {near[0]}?" if near else otherwise


def listed(words: Iterable[object]) -> str:
    """Return words as one writes them in a sentence: a, b and c."""
    texts = [str(word) for word in words]
    return (
        texts[0]
        if len(texts) == 1
        else f"{', '.join(texts[:-1])} and {texts[-1]}"
        if texts
        else "none"
    )
