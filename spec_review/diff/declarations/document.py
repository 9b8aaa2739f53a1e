"""The words of the vocabulary that stand at the document itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document
from spec_review.diff.changes import Change
from spec_review.diff.declarations.changes import declared_change
from spec_review.diff.kinds import DeclarationKind
from spec_review.diff.verdicts import BOTH, UNCLEAR_READER, Verdicts

WORDS: Final[tuple[tuple[str, DeclarationKind, Verdicts], ...]] = (
    ("x-error-form", "error-form-changed", Verdicts(reader="breaking", provider="breaking")),
    ("x-token", "token-changed", BOTH),
    ("x-error-names", "error-names-changed", UNCLEAR_READER),
)
"""Each word, and what it is for whom that it says something else."""


def document_changes(old: Document, new: Document) -> Iterator[Change]:
    """Words that say something else."""
    for word, kind, verdicts in WORDS:
        before, after = old.data.get(word), new.data.get(word)
        if before != after:
            now = after if after is not None else "not set"
            was = before if before is not None else "not set"
            sentence = f"{word} is {now} now, it was {was}"
            yield declared_change(kind, sentence, verdicts, (word,), (word,))
