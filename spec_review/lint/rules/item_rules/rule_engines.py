"""Whether both engines read a rule alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.item_rules.samples import with_rule
from spec_review.lint.samples import parcels
from spec_review.lint.subject import Subject
from spec_review.lint.trials import short
from spec_review.reading.engines import ENGINES


def faults(subject: Subject) -> Iterator[Fault]:
    """Find rules of which the engines say different things."""
    for rule, trials in subject.trials.items():
        for trial in trials:
            first, second = trial.answers
            if (first == "true") != (second == "true"):
                yield Fault(
                    (*rule.pointer, "rule"),
                    f"{rule.id} is {first} in {ENGINES[0]} and {second} "
                    f"in {ENGINES[1]} for {short(trial.instance)}",
                    "word it so that both read it alike",
                )
                break


RULE: Final = Rule(
    id="rule-engines",
    severity="error",
    sentence="Both CEL engines give the same answer on the examples and on generated items.",
    why="The sandbox evaluates with one and the judge with the other: they would accuse each other.",
    breaks=parcels(
        with_rule(
            "▸self.weight <= 20.0 || self.lifters > 1 || (has(self.note) && size(self.note) == 5)"
        ),
        (
            "light: {value: [{number: a1, weight: 2, lifters: 1}]}",
            "light: {value: [{number: a1, weight: 30, lifters: 1, note: fünf.}]}",
        ),
    ),
    keeps=parcels(
        with_rule(
            "self.weight <= 20.0 || self.lifters > 1 || (has(self.note) && self.note == 'fünf.')"
        ),
        (
            "light: {value: [{number: a1, weight: 2, lifters: 1}]}",
            "light: {value: [{number: a1, weight: 30, lifters: 1, note: fünf.}]}",
        ),
    ),
    faults=faults,
)
