"""Whether a rule names members that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.expressions import unknown_members
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.item_rules.samples import with_rule
from spec_review.lint.samples import parcels
from spec_review.output.wording import did_you_mean, joined
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find rules that name members which their schema does not have."""
    for rule in contract.rules:
        if contract.engines.compiled(rule.expression).refusals:
            continue
        unknown = {each.name: each for each in unknown_members(contract.document, rule)}
        for name, member in unknown.items():
            yield Fault(
                (*rule.pointer, "rule"),
                f"{rule.id} names {member.owner}.{name}, which the schema does not have",
                did_you_mean(name, member.known, f"its members are {joined(sorted(member.known))}"),
            )


RULE: Final = Rule(
    id="rule-members",
    severity="error",
    sentence="A rule names only members that its schema has.",
    why="A misspelt member is an error for every item, so every item is Failed.",
    breaks=parcels(with_rule("▸self.weight <= 20.0 || self.lifters > 1 || has(self.lifter)")),
    keeps=parcels(
        with_rule(
            "self.weight <= 20.0 || self.lifters > 1 || (has(self.note) && self.note == 'flat')"
        )
    ),
    faults=faults,
)
