"""Whether what is claimed has a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.vocabulary import ItemRule, Outcome

NOTHING: Final = re.compile(
    r"^(?:see |the |a )?(?:source|sources|todo|tbd|tba|fixme|unknown|none|n/a|na|nil|null|"
    r"somewhere|various|documentation|docs|me|us|x+|[\W_]*)[\W_]*$",
    re.IGNORECASE,
)
"""What says no more than that a source is wanted."""


LONGEST: Final = 60
"""How long a text may be that says nothing."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find rows and rules without a source and without a silence."""
    claims: list[tuple[str, Outcome | ItemRule]] = [
        (f"the row {outcome.when}", outcome)
        for lifecycle in contract.lifecycles
        for outcome in lifecycle.outcomes
    ]
    claims += [(f"the rule {rule.id}", rule) for rule in contract.rules]
    for name, claim in claims:
        if claim.source is not None and says_nothing(claim.source):
            yield Fault(
                (*claim.pointer, "source"),
                f"{name} claims a source and names none",
                "name the document and its part, or write silence: with the row that decided it",
            )
        elif claim.source is None and not claim.silences:
            yield Fault(
                claim.pointer,
                f"{name} has neither a source nor a silence",
                "add source: with the document and its part, or silence: with the row that decided it",
                at_key=True,
            )


def says_nothing(source: str) -> bool:
    """Tell whether a source names none."""
    return len(source) <= LONGEST and NOTHING.match(source.strip()) is not None


RULE: Final = Rule(
    id="unsourced-claim",
    severity="error",
    sentence="Every outcome row and every rule names its source, or the silence it decides.",
    why="What nobody said must not look like a fact.",
    breaks=parcels(("then: Failed, source: guide 2}", "then: Failed, source: ▸TBD}")),
    keeps=parcels(),
    faults=faults,
)
