"""Whether components have names that may stand in a reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.components.unused_component import KEPT
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
"""What the specification lets a component be called."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find names of components with other signs."""
    document = contract.document
    for kind in KEPT:
        for name in mapping(document.value(("components", kind))):
            if NAME.fullmatch(name) is None and name != "$ref":
                yield Fault(
                    ("components", kind, name),
                    f"{name!r} cannot be the name of a component",
                    "write letters, digits and . - _",
                    at_key=True,
                )


RULE: Final = Rule(
    id="component-name",
    severity="error",
    sentence="A component is called by letters, digits and . - _ only.",
    why="The specification allows nothing else, and generators make no class or file of it.",
    breaks=shop(
        ("    Thing:\n", "    ▸'A thing':\n"),
        ("#/components/schemas/Thing", "#/components/schemas/A%20thing"),
    ),
    keeps=shop(
        ("    Thing:\n", "    A-thing:\n"),
        ("#/components/schemas/Thing", "#/components/schemas/A-thing"),
    ),
    faults=faults,
)
