"""Rules and silences for the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from openapi_documents import Pointer, text_of
from spec_review.explain.prose import anchor
from spec_review.reading.contract import Contract
from spec_review.reading.places import last_name

MOST_USES: Final = 6
"""How many places that rest on a silence are listed."""


@dataclass(frozen=True)
class ShownRule:
    """A rule with an example of the contract that breaks it."""

    id: str
    anchor: str
    schema: str
    message: str
    rule: str
    source: str
    silences: tuple[str, ...]
    broken: str


@dataclass(frozen=True)
class ShownSilence:
    """A silence, and the places that rest on it."""

    id: str
    anchor: str
    question: str
    choice: str
    alternatives: tuple[str, ...]
    basis: str
    uses: Sequence[str]


def shown_rules(contract: Contract) -> list[ShownRule]:
    """Every rule of the contract."""
    broken = examples_that_break(contract)
    return [
        ShownRule(
            id=rule.id,
            anchor=anchor("rule", rule.id),
            schema=last_name(rule.schema),
            message=rule.message,
            rule=rule.expression.strip(),
            source=rule.source or "",
            silences=tuple(mention.id for mention in rule.silences),
            broken=broken.get(rule.id, ""),
        )
        for rule in contract.rules
    ]


def examples_that_break(contract: Contract) -> dict[str, str]:
    """For each rule, an example of the contract that is marked as breaking it."""
    found: dict[str, str] = {}
    for example in contract.examples:
        if example.breaks and example.breaks not in found:
            found[example.breaks] = json.dumps(example.value, indent=2, ensure_ascii=False)
    return found


def shown_silences(contract: Contract) -> list[ShownSilence]:
    """Every silence of the contract."""
    uses = uses_of_silences(contract)
    return [
        ShownSilence(
            id=silence.id,
            anchor=anchor("silence", silence.id),
            question=silence.question,
            choice=silence.choice,
            alternatives=silence.alternatives,
            basis=silence.basis,
            uses=uses.get(silence.id, [])[:MOST_USES],
        )
        for silence in contract.silences
    ]


def uses_of_silences(contract: Contract) -> Mapping[str, Sequence[str]]:
    """The places that name each silence, as pointers in reading order."""
    document = contract.document
    found: dict[str, list[str]] = {}
    for mention in sorted(contract.mentions, key=lambda each: document.position(each.pointer)):
        place = text_of(holder_of(mention.pointer)).replace("~1", "/")
        found.setdefault(mention.id, []).append(place)
    return found


def holder_of(pointer: Pointer) -> Pointer:
    """The place of the object that names a silence, in a text or in a list."""
    return pointer[:-2] if isinstance(pointer[-1], int) else pointer[:-1]
