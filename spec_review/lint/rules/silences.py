"""Whether what the sources leave open is said, and what is claimed has a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from spec_review.document import Document
from spec_review.lint.rule import Fault, Rule, did_you_mean
from spec_review.lint.samples import parcels
from spec_review.reading.vocabulary import ItemRule, Outcome, Silence, read

_NOTHING: Final = re.compile(
    r"^(?:see |the |a )?(?:source|sources|todo|tbd|tba|fixme|unknown|none|n/a|na|nil|null|"
    r"somewhere|various|documentation|docs|me|us|x+|[\W_]*)[\W_]*$",
    re.IGNORECASE,
)


def _silence_choice(document: Document) -> Iterator[Fault]:
    for silence in read(document).silences:
        missing = []
        if not silence.choice.strip():
            missing.append("choice")
        if not any(one.strip() for one in silence.alternatives):
            missing.append("alternatives")
        for word in missing:
            place = (*silence.pointer, word)
            there = word in document.value(silence.pointer)
            yield Fault(
                place if there else silence.pointer,
                f"{silence.id} does not say "
                + ("what this contract chose" if word == "choice" else "what else it could be"),
                f"add {'a choice' if word == 'choice' else 'at least one alternative'}",
                at_key=True,
            )


def _unused_silence(document: Document) -> Iterator[Fault]:
    contract = read(document)
    mentioned = {mention.id for mention in contract.mentions}
    for silence in contract.silences:
        if silence.id and silence.id not in mentioned:
            yield Fault(
                (*silence.pointer, "id"),
                f"nothing in the contract refers to {silence.id}",
                f"write silence: {silence.id} or x-silence: {silence.id} at what it decided",
            )


def _unknown_silence(document: Document) -> Iterator[Fault]:
    contract = read(document)
    known = [silence.id for silence in contract.silences]
    for mention in contract.mentions:
        if mention.id not in known:
            yield Fault(
                mention.pointer,
                f"there is no silence {mention.id} in x-silences",
                did_you_mean(mention.id, known, "add a row, or name another"),
            )


def _duplicate_silence(document: Document) -> Iterator[Fault]:
    first: dict[str, Silence] = {}
    for silence in read(document).silences:
        if silence.id and silence.id in first:
            line = document.position((*first[silence.id].pointer, "id")).line
            yield Fault(
                (*silence.pointer, "id"),
                f"{silence.id} is the id of two silences, first in line {line}",
                "give one of them another id",
            )
        first.setdefault(silence.id, silence)


def _unsourced_claim(document: Document) -> Iterator[Fault]:
    contract = read(document)
    claims: list[tuple[str, Outcome | ItemRule]] = [
        (f"the row {row.when}", row) for one in contract.lifecycles for row in one.outcomes
    ]
    claims += [(f"the rule {rule.id}", rule) for rule in contract.rules]
    for name, claim in claims:
        if claim.source is not None and _NOTHING.match(claim.source.strip()):
            yield Fault(
                (*claim.pointer, "source"),
                f"{name} claims a source and names none",
                "name the document and its part, or write silence: with the row that decided it",
            )
        elif claim.source is None and not claim.silences:
            yield Fault(
                claim.pointer,
                f"{name} has neither a source nor a silence",
                "add source: with the document and its part, or silence: with the row that decided it",
                at_key=True,
            )


silence_choice: Final = Rule(
    id="silence-choice",
    severity="error",
    sentence="Every silence says what was chosen and what else it could be.",
    why="A partner who meets the other behaviour must be able to recognise it.",
    breaks=parcels(("    alternatives: [Conflict]\n", "    ▸alternatives: []\n")),
    keeps=parcels(),
    faults=_silence_choice,
)
unused_silence: Final = Rule(
    id="unused-silence",
    severity="error",
    sentence="Every silence is referred to where it was decided.",
    why="A choice that nothing refers to has been forgotten, or was made for something else.",
    breaks=parcels(
        (
            "x-silences:\n",
            "x-silences:\n  - id: ▸P2\n    question: Where?\n    choice: Here.\n"
            "    alternatives: [there]\n    basis: Nobody says.\n",
        )
    ),
    keeps=parcels(),
    faults=_unused_silence,
)
unknown_silence: Final = Rule(
    id="unknown-silence",
    severity="error",
    sentence="Every silence that is referred to stands in x-silences.",
    why="The reader looks for a question and a choice and finds nothing.",
    breaks=parcels(
        (
            "      summary: Send parcels\n",
            "      summary: Send parcels\n      x-silence: [P1, ▸P7]\n",
        )
    ),
    keeps=parcels(
        ("      summary: Send parcels\n", "      summary: Send parcels\n      x-silence: [P1]\n")
    ),
    faults=_unknown_silence,
)
duplicate_silence: Final = Rule(
    id="duplicate-silence",
    severity="error",
    sentence="No two silences have the same id.",
    why="A reference to the id would mean either of two choices.",
    breaks=parcels(
        (
            "    basis: The guide does not say.\n",
            "    basis: The guide does not say.\n  - id: ▸P1\n    question: Where?\n"
            "    choice: Here.\n    alternatives: [there]\n    basis: Nobody says.\n",
        )
    ),
    keeps=parcels(
        (
            "    basis: The guide does not say.\n",
            "    basis: The guide does not say.\n  - id: P2\n    question: Where?\n"
            "    choice: Here.\n    alternatives: [there]\n    basis: Nobody says.\n",
        ),
        ("silence: P1}", "silence: [P1, P2]}"),
    ),
    faults=_duplicate_silence,
)
unsourced_claim: Final = Rule(
    id="unsourced-claim",
    severity="error",
    sentence="Every outcome row and every rule names its source, or the silence it decides.",
    why="What nobody said must not look like a fact.",
    breaks=parcels(("then: Failed, source: guide 2}", "then: Failed, source: ▸TBD}")),
    keeps=parcels(),
    faults=_unsourced_claim,
)
