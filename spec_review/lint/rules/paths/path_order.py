"""Whether a path takes the requests of a later one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.overlaps import overlaps
from spec_review.lint.rules.paths.samples import LATEST
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find paths that take each other's requests in a server that goes by the order."""
    for one in overlaps(contract.document):
        if one.is_wider_above:
            yield Fault(
                ("paths", one.below),
                f"{one.above} stands above and takes the requests of {one.below} "
                "in a server that goes by the order",
                f"write {one.below} above {one.above}",
                at_key=True,
            )


RULE: Final = Rule(
    id="path-order",
    severity="warning",
    sentence="A fixed path stands above the templated one that it also fits.",
    why="OpenAPI prefers the fixed path, but many servers take the first one that fits.",
    breaks=shop(
        ("components:\n  parameters:", "  ▸" + LATEST.lstrip() + "components:\n  parameters:")
    ),
    keeps=shop(("paths:\n", "paths:\n" + LATEST)),
    faults=faults,
    preset="recommended",
)
