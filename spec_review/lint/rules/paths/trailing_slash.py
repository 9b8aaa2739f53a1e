"""Whether a path ends with a slash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.samples import LATEST
from spec_review.lint.rules.paths.templates import paths
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find paths that end with a slash, in a document where most do not."""
    written = paths(contract.document)
    ending = [path for path in written if path != "/" and path.endswith("/")]
    if len(ending) * 2 > len(written) > 1:
        return  # the habit of this contract
    for path in ending:
        yield Fault(
            ("paths", path),
            f"{path} ends with a slash, which makes it another path than {path.rstrip('/')}",
            "leave the slash out",
            at_key=True,
        )


RULE: Final = Rule(
    id="trailing-slash",
    severity="warning",
    sentence="A path does not end with a slash, unless most paths of the contract do.",
    why="Half of the callers leave it out, and get a 404, or a redirect that loses their body.",
    breaks=shop(
        (
            "components:\n  parameters:",
            "  ▸"
            + LATEST.lstrip().replace("/things/latest", "/latest/")
            + "components:\n  parameters:",
        )
    ),
    keeps=shop(
        (
            "components:\n  parameters:",
            LATEST.replace("/things/latest", "/latest") + "components:\n  parameters:",
        )
    ),
    faults=faults,
    preset="recommended",
)
