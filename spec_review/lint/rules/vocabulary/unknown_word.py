"""Whether the `x-` members are words of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents.vocabulary import nearest_word
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.output.findings import Fix
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find words of ours that are misspelt or stand where they mean nothing."""
    for error in contract.vocabulary.errors:
        if error.fault in ("unknown name", "misplaced name"):
            near = nearest_word(str(error.place[-1]), contract.vocabulary.is_ours)
            is_misspelt = error.fault == "unknown name" and near is not None
            fix = Fix(near or "", is_sure=True) if is_misspelt else None
            yield Fault(error.place, error.reason, error.mend, at_key=True, fix=fix)


RULE: Final = Rule(
    id="unknown-word",
    severity="error",
    sentence="Every x- member is a word of the vocabulary and stands where it means something.",
    why="A misspelt word is silently ignored, and the server does what nobody wrote.",
    breaks=parcels(
        ("      x-record-of: parcel", "      ▸x-recrod-of: parcel"),
        ("    parcel:\n", "    parcel:\n      x-silence: P1\n"),
    ),
    keeps=parcels(),
    faults=faults,
)
