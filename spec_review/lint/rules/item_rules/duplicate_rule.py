"""Whether two rules have one id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.item_rules.samples import LONELY, MESSAGE_LINES
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.places import line_of
from spec_review.reading.vocabulary import ItemRule


def faults(contract: Contract) -> Iterator[Fault]:
    """Find ids that two rules have."""
    first: dict[str, ItemRule] = {}
    for rule in contract.rules:
        if rule.id and rule.id in first:
            place = (*rule.pointer, "id")
            other = contract.document.position((*first[rule.id].pointer, "id"))
            line = line_of(other, contract.document.position(place))
            yield Fault(
                place,
                f"{rule.id} is the id of two rules, first in {line}",
                "give one of them another id",
            )
        first.setdefault(rule.id, rule)


RULE: Final = Rule(
    id="duplicate-rule",
    severity="error",
    sentence="No two rules have the same id.",
    why="A message or an x-breaks that names the id would mean either.",
    breaks=parcels(
        (
            MESSAGE_LINES,
            MESSAGE_LINES
            + "        - id: ▸liftable\n          rule: self.weight <= 25.0 || self.lifters > 1\n"
            + MESSAGE_LINES,
        )
    ),
    keeps=parcels(
        (
            MESSAGE_LINES,
            MESSAGE_LINES
            + "        - id: bearable\n          rule: self.weight <= 99.0\n"
            + MESSAGE_LINES,
        ),
        (
            LONELY,
            LONELY
            + "              heavy: {x-breaks: bearable, value: [{number: a3, weight: 100, lifters: 2}]}\n",
        ),
    ),
    faults=faults,
)
