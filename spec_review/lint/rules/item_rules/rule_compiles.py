"""Whether every rule compiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.item_rules.samples import LONELY, with_rule
from spec_review.lint.samples import parcels
from spec_review.lint.trials import LONGEST
from spec_review.output.wording import joined
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find rules that an engine refuses."""
    for rule in contract.rules:
        refusals = contract.engines.compiled(rule.expression).refusals
        if rule.expression and refusals:
            engines = joined(refusal.engine for refusal in refusals)
            yield Fault(
                (*rule.pointer, "rule"),
                f"{rule.id} is refused by {engines}: {refusals[0].sentence[:LONGEST]}",
                look_at(rule.expression, refusals[0].offset),
            )


def look_at(expression: str, offset: int | None) -> str:
    """Where in an expression the fault is."""
    if offset is None:
        return ""
    if offset >= len(expression):
        return "see where the expression ends"
    return f"look at {expression[offset : offset + 20]!r}"


RULE: Final = Rule(
    id="rule-compiles",
    severity="error",
    sentence="Every rule compiles in both CEL engines.",
    why="A server whose engine refuses the rule cannot start, or lets every item pass.",
    breaks=parcels(with_rule("▸self.weight <= 20.0 || || self.lifters > 1"), (LONELY, "")),
    keeps=parcels(),
    faults=faults,
)
