"""Whether a rule holds for some items and not for others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.item_rules.samples import LONELY, with_rule
from spec_review.lint.samples import parcels
from spec_review.lint.subject import Subject
from spec_review.lint.trials import is_constant


def faults(subject: Subject) -> Iterator[Fault]:
    """Find rules that say the same of every item."""
    for rule, trials in subject.trials.items():
        if trials and is_constant(trials):
            always = "holds" if trials[0].answers[0] == "true" else "is broken"
            yield Fault(
                (*rule.pointer, "rule"),
                f"{rule.id} {always} for every example and generated item, {len(trials)} in all",
                "say what an item must do that some items do not",
            )


RULE: Final = Rule(
    id="rule-constant",
    severity="error",
    sentence="A rule holds for some items and is broken by others.",
    why="A rule that every item keeps says nothing; one that every item breaks refuses them all.",
    breaks=parcels(with_rule("▸self.weight >= 0.0"), (LONELY, "")),
    keeps=parcels(),
    faults=faults,
)
