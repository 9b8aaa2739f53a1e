"""Whether examples keep the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.examples.breaking import broken_rules
from spec_review.lint.samples import parcels
from spec_review.lint.subject import Subject


def faults(subject: Subject) -> Iterator[Fault]:
    """Find examples that break a rule and do not say so."""
    for example in subject.examples if subject.rules else ():
        if not example.breaks:
            for rule, path in broken_rules(subject, example).items():
                yield Fault(
                    (*example.pointer, *path),
                    f"the example breaks {rule.id}: {rule.message}",
                    f"correct it, or write x-breaks: {rule.id} beside its value",
                )


RULE: Final = Rule(
    id="example-rules",
    severity="error",
    sentence="Every example keeps the x-rules of its schema, unless it says which one it breaks.",
    why="An example that the contract itself would call Failed teaches a mistake.",
    breaks=parcels(
        (
            "example: {number: a1, weight: 2, lifters: 1}",
            "▸example: {number: a1, weight: 21, lifters: 1}",
        )
    ),
    keeps=parcels(
        (
            "example: {number: a1, weight: 2, lifters: 1}",
            "example: {number: a1, weight: 21, lifters: 2}",
        )
    ),
    faults=faults,
)
