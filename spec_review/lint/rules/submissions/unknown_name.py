"""Whether the lifecycles and submissions that operations name are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.output.wording import did_you_mean, joined
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find names of lifecycles and submissions that are not there."""
    names = [lifecycle.name for lifecycle in contract.lifecycles]
    lifecycles = f"the lifecycles are {joined(names)}"
    for submission in contract.submissions:
        if submission.lifecycle and submission.lifecycle not in names:
            yield Fault(
                (*submission.pointer, "lifecycle"),
                f"there is no lifecycle {submission.lifecycle}",
                did_you_mean(submission.lifecycle, names, lifecycles),
            )
    for record in contract.records:
        if record.lifecycle not in names:
            yield Fault(
                record.pointer,
                f"there is no lifecycle {record.lifecycle}",
                did_you_mean(record.lifecycle, names, lifecycles),
            )
    submissions = [submission.operation.id for submission in contract.submissions]
    for status in contract.statuses:
        for index, name in enumerate(status.submissions):
            if name not in submissions:
                yield Fault(
                    (*status.pointer, index),
                    f"{name} is no submission of this contract",
                    did_you_mean(name, submissions, f"the submissions are {joined(submissions)}"),
                )


RULE: Final = Rule(
    id="unknown-name",
    severity="error",
    sentence="Every lifecycle and submission that an operation names is there.",
    why="The operation would be served without its behaviour.",
    breaks=parcels(("x-status-of: [sendParcels]", "x-status-of: [sendParcels, ▸sendParcel]")),
    keeps=parcels(),
    faults=faults,
)
