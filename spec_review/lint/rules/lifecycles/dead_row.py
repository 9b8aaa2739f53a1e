"""Whether a row can never decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.lifecycles.samples import OTHERWISE
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.vocabulary import CONDITIONS, Lifecycle, Outcome


def faults(contract: Contract) -> Iterator[Fault]:
    """Find rows that no item ever meets."""
    for lifecycle in contract.lifecycles:
        above: dict[str, Outcome] = {}
        for outcome in lifecycle.outcomes:
            reason = why_never(contract, lifecycle, outcome, above)
            if reason:
                yield Fault(
                    outcome.pointer,
                    f"this row can never decide: {reason}",
                    "leave it out, or move it up",
                    at_key=True,
                )
            above.setdefault(outcome.when, outcome)


def why_never(
    contract: Contract, lifecycle: Lifecycle, outcome: Outcome, above: dict[str, Outcome]
) -> str:
    """Return why no item ever meets a row, "" when some item can; `above` are the rows before it."""
    when = outcome.when
    for earlier in above.values():
        if earlier.when == "otherwise":
            return "it stands below otherwise, which takes every item"
        if earlier.when == when and when in CONDITIONS:
            line = contract.document.key_position(earlier.pointer).line
            return f"{when} stands above already, in line {line}"
    if when in ("rival-in-request", "rival-saved") and not lifecycle.key:
        return "the key is the whole item, so two items of one key are identical"
    if (
        when in ("twin-saved", "rival-saved")
        and lifecycle.records
        and not any(
            other.saves for other in contract.lifecycles if other.records == lifecycle.records
        )
    ):
        return f"nothing is ever saved in {lifecycle.records}"
    return ""


RULE: Final = Rule(
    id="dead-row",
    severity="error",
    sentence="Every outcome row can decide for some item.",
    why="A row that never decides misleads everybody who reads the table.",
    breaks=parcels(
        (
            OTHERWISE,
            OTHERWISE + "        - ▸{when: twin-saved, then: Duplicate, source: guide 4}\n",
        ),
        ("        - {when: twin-saved, then: Duplicate, source: guide 4}\n", ""),
    ),
    keeps=parcels(),
    faults=faults,
)
