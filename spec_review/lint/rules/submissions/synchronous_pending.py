"""Whether what is answered at once can still be waiting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.submissions.answers import initial_states, judged, shown_states
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find submissions that are answered at once and may leave items in an initial state."""
    initial = [name for lifecycle in contract.lifecycles for name in initial_states(lifecycle)]
    for submission, lifecycle in judged(contract):
        if submission.processing != "synchronous":
            continue
        name = submission.operation.name
        own = initial_states(lifecycle)
        if own:
            yield Fault(
                submission.pointer,
                f"{name} answers at once, but {lifecycle.name} starts with {own[0]}",
                "use a lifecycle without an initial state",
                at_key=True,
            )
            continue
        shown = shown_states(contract.document, submission.operation, lifecycle)
        for index, word in enumerate(shown[1] if shown else ()):
            if shown and word in initial:
                yield Fault(
                    (*shown[0], index),
                    f"{name} answers at once, but its answer may show {word}",
                    f"leave {word} out",
                )


RULE: Final = Rule(
    id="synchronous-pending",
    severity="error",
    sentence="A synchronous submission never answers Pending.",
    why="There is no status operation to ask later, so the item would stay Pending for ever.",
    breaks=parcels(
        (
            "      x-submission: {lifecycle: parcel, processing: asynchronous}",
            "      ▸x-submission: {lifecycle: parcel, processing: synchronous}",
        ),
    ),
    keeps=parcels(),
    faults=faults,
)
