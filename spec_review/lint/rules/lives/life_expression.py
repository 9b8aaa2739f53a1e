"""Whether every expression of a life compiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.item_rules.rule_compiles import look_at
from spec_review.lint.rules.lives.samples import orders
from spec_review.lint.trials import LONGEST
from spec_review.output.wording import joined
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find expressions that an engine refuses."""
    for one in contract.life_expressions:
        refusals = contract.engines.refusals_of_life(one)
        if refusals:
            engines = joined(refusal.engine for refusal in refusals)
            yield Fault(
                one.pointer,
                f"the expression is refused by {engines}: {refusals[0].sentence[:LONGEST]}",
                look_at(one.text, refusals[0].offset),
            )


RULE: Final = Rule(
    id="life-expression",
    severity="error",
    sentence="Every expression of a life compiles in both CEL engines and can give what it has to.",
    why="A server whose engine refuses a guard, a total or a computed value cannot start.",
    breaks=orders(("when: request.order == self.number", "when: ▸request.order == self.number ||")),
    keeps=orders(),
    faults=faults,
)
