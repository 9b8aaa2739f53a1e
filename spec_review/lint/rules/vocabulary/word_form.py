"""Whether the words of the vocabulary have their form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents.vocabulary import WordError
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find words that say too little, or something else than they may."""
    for error in contract.vocabulary.errors:
        if error.fault not in ("unknown name", "misplaced name") and not is_empty_choice(error):
            at_key = error.fault == "missing member"
            yield Fault(error.place, error.reason, error.mend, at_key=at_key)


def is_empty_choice(error: WordError) -> bool:
    """Tell whether a silence says nothing of its choice, which `silence-choice` tells better."""
    return error.place[0] == "x-silences" and error.place[-1] in ("choice", "alternatives")


RULE: Final = Rule(
    id="word-form",
    severity="error",
    sentence="Every word of the vocabulary has its form.",
    why="A declaration without its members decides nothing, and each reader guesses another rest.",
    breaks=parcels(
        ("        - id: liftable\n", "        - ▸id: liftable\n"),
        ("          message: a parcel above 20 kg needs two lifters\n", ""),
    ),
    keeps=parcels(),
    faults=faults,
)
