"""Whether an example breaks every rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.item_rules.samples import LONELY
from spec_review.lint.samples import parcels
from spec_review.lint.subject import Subject
from spec_review.lint.trials import is_constant


def faults(subject: Subject) -> Iterator[Fault]:
    """Find rules that no example is marked as breaking."""
    shown = {example.breaks for example in subject.examples}
    for rule, trials in subject.trials.items():
        if rule.id and rule.id not in shown and not is_constant(trials):
            yield Fault(
                (*rule.pointer, "id"),
                f"no example breaks {rule.id}",
                f"add an example with x-breaks: {rule.id} to a body that holds this schema",
            )


RULE: Final = Rule(
    id="rule-example",
    severity="error",
    sentence="Every rule has an example that breaks it, marked with x-breaks.",
    why="It shows people what is refused, and proves that the rule refuses it.",
    breaks=parcels((LONELY, ""), ("        - id: liftable\n", "        - id: ▸liftable\n")),
    keeps=parcels(),
    faults=faults,
)
