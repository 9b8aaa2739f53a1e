"""Whether a lifecycle has a submission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find lifecycles whose items nothing takes."""
    used = {submission.lifecycle for submission in contract.submissions}
    for lifecycle in contract.lifecycles:
        if lifecycle.name not in used:
            yield Fault(
                lifecycle.pointer,
                f"no submission takes items of the lifecycle {lifecycle.name}",
                "name it in an x-submission, or leave it out",
                at_key=True,
            )


RULE: Final = Rule(
    id="unused-lifecycle",
    severity="warning",
    sentence="Every lifecycle has a submission.",
    why="A declaration that nothing uses looks like behaviour and is none.",
    breaks=parcels(
        (
            "  responses:\n    Problem:\n      description: The request",
            "    ▸crate:\n      key: [number]\n      records: crates\n      x-silence: P1\n"
            "      states: {Completed: {saved: true}, Failed: {}}\n      outcomes:\n"
            "        - {when: invalid, then: Failed, source: guide 2}\n"
            "        - {when: otherwise, then: Completed, source: guide 5}\n"
            "  responses:\n    Problem:\n      description: The request",
        )
    ),
    keeps=parcels(),
    faults=faults,
)
