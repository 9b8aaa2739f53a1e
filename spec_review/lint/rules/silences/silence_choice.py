"""Whether a silence says what was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.vocabulary import Silence


def faults(contract: Contract) -> Iterator[Fault]:
    """Find silences without a choice or without an alternative."""
    for silence in contract.silences:
        if not silence.choice.strip():
            yield missing(contract, silence, "choice", "what this contract chose", "a choice")
        if not any(alternative.strip() for alternative in silence.alternatives):
            mend = "at least one alternative"
            yield missing(contract, silence, "alternatives", "what else it could be", mend)


def missing(contract: Contract, silence: Silence, word: str, what: str, mend: str) -> Fault:
    """What a silence does not say, told at the empty member or at the silence."""
    is_there = word in contract.document.value(silence.pointer)
    place = (*silence.pointer, word) if is_there else silence.pointer
    return Fault(place, f"{silence.id} does not say {what}", f"add {mend}", at_key=True)


RULE: Final = Rule(
    id="silence-choice",
    severity="error",
    sentence="Every silence says what was chosen and what else it could be.",
    why="A partner who meets the other behaviour must be able to recognise it.",
    breaks=parcels(("    alternatives: [Conflict]\n", "    ▸alternatives: []\n")),
    keeps=parcels(),
    faults=faults,
)
