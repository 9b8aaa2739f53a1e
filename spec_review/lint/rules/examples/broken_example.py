"""Whether an example with x-breaks breaks its rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.examples.breaking import broken_rules
from spec_review.lint.samples import parcels
from spec_review.lint.subject import Subject
from spec_review.output.wording import did_you_mean, joined
from spec_review.reading.examples import SCHEMA, Example
from spec_review.reading.validators import Misfit


def faults(subject: Subject) -> Iterator[Fault]:
    """Find examples that do not break the rule they name, or break others too."""
    known = {rule.id for rule in subject.rules}
    refused = known - {rule.id for rule in subject.sound_rules}
    for example in subject.examples:
        if not example.breaks or example.breaks in refused:
            continue
        misfits = subject.validators.causes(example.schema, example.value)
        if example.breaks == SCHEMA or misfits:
            yield from faults_of_schema(example, misfits)
            continue
        if example.breaks not in known:
            yield Fault(
                example.breaks_at,
                f"there is no rule {example.breaks}",
                did_you_mean(example.breaks, known, f"the rules are {joined(sorted(known))}"),
            )
            continue
        broken = sorted({rule.id for rule in broken_rules(subject, example)})
        if example.breaks not in broken:
            kept = f"breaks {joined(broken)} instead" if broken else "keeps every rule"
            yield Fault(
                example.breaks_at,
                f"the example says that it breaks {example.breaks}, but it {kept}",
                "change its value, or leave x-breaks out",
            )
        elif len(broken) > 1:
            others = [name for name in broken if name != example.breaks]
            yield Fault(
                example.breaks_at,
                f"the example breaks {joined(others)} besides {example.breaks}",
                "change its value so that it breaks one rule only",
            )


def faults_of_schema(example: Example, misfits: Sequence[Misfit]) -> Iterator[Fault]:
    """Find an example that fits though it says not to, and one that never comes to the rule it names."""
    if example.breaks != SCHEMA:
        yield Fault(
            example.breaks_at,
            f"the example breaks its schema before {example.breaks} is asked: "
            f"{misfits[0].sentence[:LONGEST]}",
            "change its value so that it fits, or write x-breaks: schema",
        )
    elif not misfits:
        yield Fault(
            example.breaks_at,
            "the example says that it breaks its schema, but it fits it",
            "change its value, or leave x-breaks out",
        )


LONGEST: Final = 160
"""How many letters of a validator's sentence are told."""

RULE: Final = Rule(
    id="broken-example",
    severity="error",
    sentence="An example with x-breaks breaks the rule it names and no other.",
    why="It is the proof that the rule can be broken, and the case that every server must refuse.",
    breaks=parcels(
        (
            "              light: {value:",
            "              alone: {x-breaks: ▸liftable, value: [{number: a3, weight: 3, lifters: 1}]}\n"
            "              light: {value:",
        )
    ),
    keeps=parcels(),
    faults=faults,
)
