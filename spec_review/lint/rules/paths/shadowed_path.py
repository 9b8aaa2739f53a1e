"""Whether two paths take the same requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.samples import ANOTHER
from spec_review.lint.rules.paths.templates import paths, shape
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find paths that differ only in the names of their parameters."""
    first: dict[str, str] = {}
    for path in paths(contract.document):
        twin = first.setdefault(shape(path), path)
        if twin != path:
            yield Fault(
                ("paths", path),
                f"{path} takes the same requests as {twin}, so one of them is never reached",
                "join the two, or let their fixed parts differ",
                at_key=True,
            )


RULE: Final = Rule(
    id="shadowed-path",
    severity="error",
    sentence="No two paths differ only in the names of their parameters.",
    why="They take the same requests, so one of the two operations is never reached.",
    breaks=shop(("components:\n  parameters:", "  ▸" + ANOTHER.lstrip())),
    keeps=shop(("components:\n  parameters:", ANOTHER.replace("  /things/", "  /goods/"))),
    faults=faults,
)
