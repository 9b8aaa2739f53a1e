"""Whether what is judged later can be asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Operation, Pointer, UnresolvedError
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.submissions.answers import initial_states, judged, success_codes
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find submissions of which nobody can ask what became of them."""
    for submission, lifecycle in judged(contract):
        if submission.processing != "asynchronous":
            continue
        name = submission.operation.name
        if not initial_states(lifecycle):
            yield Fault(
                submission.pointer,
                f"{name} is judged later, but {lifecycle.name} has no initial state",
                "add a state such as Pending: {initial: true}",
                at_key=True,
            )
        statuses = [status.operation for status in contract.status_operations(submission)]
        if not statuses:
            yield Fault(
                submission.pointer,
                f"no operation tells how a submission of {name} stands",
                f"add an operation with x-status-of: [{submission.operation.id}]",
                at_key=True,
            )
        elif not links_to_any(contract.document, submission.operation, statuses):
            yield Fault(
                submission.pointer,
                f"the answer of {name} does not link to {statuses[0].name}",
                f"add a link with operationId: {statuses[0].id} to its response",
                at_key=True,
            )


def links_to_any(document: Document, operation: Operation, statuses: list[Operation]) -> bool:
    """Tell whether a success response of an operation has a link to one of the statuses."""
    for code in success_codes(operation):
        above = (*operation.pointer, "responses", code, "links")
        for name in mapping(document.resolved(above)):
            place = (*above, name)
            link = mapping(document.resolved(place))
            if link.get("operationId") in [status.id for status in statuses if status.id]:
                return True
            reference = link.get("operationRef")
            if isinstance(reference, str) and leads_to(document, place, reference, statuses):
                return True
    return False


def leads_to(document: Document, place: Pointer, reference: str, statuses: list[Operation]) -> bool:
    """Tell whether a reference that stands at a place leads to one of the statuses."""
    try:
        target = document.target(document.follow(place), reference)
    except UnresolvedError:
        return False
    return target in [status.pointer for status in statuses]


RULE: Final = Rule(
    id="asynchronous-answer",
    severity="error",
    sentence="What is judged later has an initial state, a status operation and a link to it.",
    why="A partner who cannot ask what became of the items has sent them into the dark.",
    breaks=parcels(
        ("      x-submission: {lifecycle: parcel,", "      ▸x-submission: {lifecycle: parcel,"),
        (
            "          links:\n            status: {operationId: getStatus, parameters: {id: $response.body#/id}}\n",
            "",
        ),
    ),
    keeps=parcels(),
    faults=faults,
)
