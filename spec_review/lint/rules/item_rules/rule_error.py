"""Whether a rule can be calculated for every item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.item_rules.samples import with_rule
from spec_review.lint.samples import parcels
from spec_review.lint.subject import Subject
from spec_review.lint.trials import is_constant, short
from spec_review.reading.engines import Answer

REASONS: Final[Mapping[Answer, tuple[str, str]]] = {
    "missing": ("reads a member that is not there", "ask has(self.member) first"),
    "mistyped": ("mixes whole numbers, fractions or text", "convert with double(...) or int(...)"),
}
"""What a rule does that has no answer, and how to mend it."""


def faults(subject: Subject) -> Iterator[Fault]:
    """Find rules that have no answer for an item that fits their schema."""
    for rule, trials in subject.trials.items():
        if is_constant(trials):
            continue
        for trial in trials:
            first, second = trial.answers
            if first == second and first in REASONS:
                does, mend = REASONS[first]
                sentence = f"{rule.id} {does} in {short(trial.instance)}, which fits the schema"
                yield Fault((*rule.pointer, "rule"), sentence, mend)
                break


RULE: Final = Rule(
    id="rule-error",
    severity="error",
    sentence="A rule can be calculated for every item that fits its schema.",
    why="An item is Failed with the message of a rule that was never about it.",
    breaks=parcels(
        with_rule("▸self.weight <= 20.0 && self.note != 'heavy'"),
        (
            "{number: a1, weight: 2, lifters: 1}]}",
            "{number: a1, weight: 2, lifters: 1, note: light}]}",
        ),
        (
            "example: {number: a1, weight: 2, lifters: 1}",
            "example: {number: a1, weight: 2, lifters: 1, note: light}",
        ),
    ),
    keeps=parcels(with_rule("self.weight <= 20.0 && (!has(self.note) || self.note != 'heavy')")),
    faults=faults,
)
