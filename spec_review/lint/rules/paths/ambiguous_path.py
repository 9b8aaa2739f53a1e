"""Whether a request can fit two paths, neither of which is the more concrete one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.overlaps import overlaps
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find paths that a request fits together with an earlier one, and nothing says which takes it."""
    for one in overlaps(contract.document):
        if not one.is_wider_above:
            yield Fault(
                ("paths", one.below),
                f"a request can fit both {one.above} and {one.below}, "
                "and nothing says which one takes it",
                "let their fixed parts differ",
                at_key=True,
            )


PRICES: Final = """\
  /{shelf}/latest:
    get:
      operationId: getLatest
      summary: Show the latest thing
      parameters:
        - {name: shelf, in: path, required: true, description: Its name., schema: {type: string}, example: a}
      responses: {'204': {description: There is none.}}
"""
"""A path that meets the one of the shop."""

RULE: Final = Rule(
    id="ambiguous-path",
    severity="warning",
    sentence="No request fits two paths of which neither is the more concrete one.",
    why="The specification leaves it to the tool, so servers and gateways choose differently.",
    breaks=shop(
        (
            "components:\n  parameters:",
            "  ▸" + PRICES.lstrip() + "components:\n  parameters:",
        )
    ),
    keeps=shop(
        (
            "components:\n  parameters:",
            PRICES.replace("latest", "latest/one") + "components:\n  parameters:",
        )
    ),
    faults=faults,
)
