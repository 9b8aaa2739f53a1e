"""Whether a rule can be calculated within what its engine allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.item_rules.samples import with_rule
from spec_review.lint.samples import parcels
from spec_review.lint.subject import Subject
from spec_review.lint.trials import short

NUMBERS: Final = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"


def faults(subject: Subject) -> Iterator[Fault]:
    """Find rules that go through more values than their engine allows."""
    for rule, trials in subject.trials.items():
        for trial in trials:
            if "exhausted" in trial.answers:
                yield Fault(
                    (*rule.pointer, "rule"),
                    f"{rule.id} goes through too many values in {short(trial.instance)}",
                    "ask of fewer values: one all(...) or exists(...) within another multiplies them",
                )
                break


RULE: Final = Rule(
    id="rule-budget",
    severity="error",
    sentence="A rule goes through 10,000 values at most.",
    why="Its engine gives up there, so the item is Failed although nothing is wrong with it.",
    breaks=parcels(
        with_rule(
            f"▸self.weight <= 20.0 || self.lifters > 1 || !{NUMBERS}.all(a, {NUMBERS}.all(b, "
            f"{NUMBERS}.all(c, {NUMBERS}.all(d, a + b + c + d >= 0))))"
        )
    ),
    keeps=parcels(
        with_rule(
            f"self.weight <= 20.0 || self.lifters > 1 || !{NUMBERS}.all(a, {NUMBERS}.all(b, "
            "a + b >= 0))"
        )
    ),
    faults=faults,
)
