"""Whether the answer that shows the states knows them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Operation, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.submissions.answers import judged, shown_states
from spec_review.lint.samples import parcels
from spec_review.output.wording import did_you_mean
from spec_review.reading.contract import Contract
from spec_review.reading.vocabulary import Submission


def faults(contract: Contract) -> Iterator[Fault]:
    """Find states that the schema of an answer does not know."""
    seen: set[tuple[Pointer, str]] = set()
    for submission, lifecycle in judged(contract):
        at_once = submission.processing == "synchronous"
        expected = [state.name for state in lifecycle.states if not (at_once and state.is_initial)]
        for operation in answering(contract, submission):
            shown = shown_states(contract.document, operation, lifecycle)
            place, words = shown if shown is not None else ((), expected)
            others = [str(word) for word in words if word not in expected]
            for name in expected:
                if name not in words and (place, name) not in seen:
                    seen.add((place, name))
                    yield Fault(
                        place,
                        f"the answer of {operation.name} does not know the state {name} "
                        f"of {lifecycle.name}",
                        did_you_mean(name, others, f"add {name}"),
                        at_key=True,
                    )


def answering(contract: Contract, submission: Submission) -> list[Operation]:
    """The operations whose answers show the states of the items."""
    if submission.processing == "synchronous":
        return [submission.operation]
    return [status.operation for status in contract.status_operations(submission)]


RULE: Final = Rule(
    id="status-states",
    severity="error",
    sentence="The answer that shows the states knows every state of the lifecycle.",
    why="A client made from the schema fails on the first item in the state that is missing.",
    breaks=parcels(
        (
            " enum: [Pending, Completed, Duplicate, Conflict, Failed]",
            " ▸enum: [Pending, Completed, Duplicate, Failed]",
        )
    ),
    keeps=parcels(),
    faults=faults,
)
