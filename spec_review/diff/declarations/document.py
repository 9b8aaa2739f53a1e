"""The words of the vocabulary that stand at the document itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document
from spec_review.diff.changes import Change
from spec_review.diff.declarations.changes import declared_change
from spec_review.diff.kinds import DeclarationKind
from spec_review.diff.verdicts import BOTH, UNCLEAR, UNCLEAR_READER, Verdicts
from spec_review.reading.contract import Contract
from spec_review.simulation.building import leaves_undecided

WORDS: Final[tuple[tuple[str, DeclarationKind, Verdicts], ...]] = (
    ("x-error-form", "error-form-changed", Verdicts(reader="breaking", provider="breaking")),
    ("x-token", "token-changed", BOTH),
    ("x-error-names", "error-names-changed", UNCLEAR_READER),
)
"""Each word, and what it is for whom that it says something else."""


def document_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Words that say something else, and words that have lost their form."""
    yield from word_changes(old.document, new.document)
    known = {(error.place, error.reason) for error in old.vocabulary.errors}
    for error in new.vocabulary.errors:
        if not leaves_undecided(error) and (error.place, error.reason) not in known:
            sentence = f"the word is not written as it must be: {error.reason}"
            yield declared_change("word-form", sentence, UNCLEAR, error.place, error.place)


def word_changes(old: Document, new: Document) -> Iterator[Change]:
    """Words of the document itself that say something else."""
    for word, kind, verdicts in WORDS:
        before, after = old.data.get(word), new.data.get(word)
        if before != after:
            now = after if after is not None else "not set"
            was = before if before is not None else "not set"
            sentence = f"{word} is {now} now, it was {was}"
            yield declared_change(kind, sentence, verdicts, (word,), (word,))
