"""Whether the operation of a transition is there, and says which resource it moves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from openapi_documents import Operation
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.lives.samples import orders
from spec_review.output.findings import Fix
from spec_review.output.wording import did_you_mean, first_few, nearest
from spec_review.reading.contract import Contract
from spec_review.reading.lives import Life, Transition

_REQUEST: Final = re.compile(r"\brequest\b")


def faults(contract: Contract) -> Iterator[Fault]:
    """Find transitions by operations that there are not, and by such as name no resource."""
    operations = {each.id: each for each in contract.document.operations() if each.id}
    for life in contract.lives:
        for one in life.transitions:
            kind, name = one.cause
            if kind != "operation":
                continue
            place = (*one.pointer, "by", "operation")
            if name in operations:
                if not names_one(contract, life, one, operations[str(name)]):
                    yield Fault(
                        place,
                        f"{name} does not say which {life.name} it moves, so it moves every one that is "
                        f"{' or '.join(one.sources)}",
                        "add a guard that reads the request: `when: request.id == self.id`",
                    )
                continue
            near = nearest(str(name), operations)
            yield Fault(
                place,
                f"there is no operation {name}",
                did_you_mean(
                    str(name), operations, f"the operations are {first_few([*operations])}"
                ),
                fix=Fix(near) if near else None,
            )


def names_one(contract: Contract, life: Life, transition: Transition, operation: Operation) -> bool:
    """Whether a request names the resource: in its path, by what it requires, or by the guard."""
    guard = transition.guard or ""
    required = any(
        one.operation == operation.name and one.lifecycle == life.name for one in contract.needs
    )
    return "{" in operation.path or required or _REQUEST.search(guard) is not None


RULE: Final = Rule(
    id="transition-operation",
    severity="error",
    sentence="The operation of a transition is one of the contract, and says which resource it moves.",
    why="An operation that names no resource moves all of them at once, which nobody means.",
    breaks=orders(("{operation: pay}, when: request.order == self.number}", "{operation: ▸pay}}")),
    keeps=orders(),
    faults=faults,
)
