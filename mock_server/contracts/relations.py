"""What the parts of a contract say of each other: names that must be there, and must be there once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mock_server.contracts.lifecycles import Lifecycle
from mock_server.contracts.operations import Operation
from mock_server.contracts.security import Scheme
from openapi_documents import Document, DocumentError
from openapi_documents.mending import did_you_mean


class _Contract(Protocol):
    @property
    def document(self) -> Document: ...
    @property
    def operations(self) -> tuple[Operation, ...]: ...
    @property
    def lifecycles(self) -> Mapping[str, Lifecycle]: ...
    @property
    def schemes(self) -> Mapping[str, Scheme]: ...


def check_relations(contract: _Contract) -> None:
    """Raise DocumentError for an id that stands twice, or a name of something that there is not."""
    known: dict[str, Operation] = {}
    for operation in contract.operations:
        other = known.setdefault(operation.id, operation)
        if other is not operation:
            raise contract.document.error(
                (*operation.place, "operationId"),
                f"the operationId {operation.id} stands a second time; "
                f"the first is {other.method.upper()} {other.path}",
                "Give one of them another name",
            )
    for operation in contract.operations:
        _check_security(contract, operation)
        _check_lifecycle(contract, operation)
        _check_status_of(contract, operation, known)
    for operation in contract.operations:
        _check_submission(contract, operation, known)


def _check_security(contract: _Contract, operation: Operation) -> None:
    for requirement in operation.security:
        for name in (asked.scheme for asked in requirement):
            if name not in contract.schemes:
                raise contract.document.error(
                    (*operation.place, "security"),
                    f"{operation.id} asks for the security scheme {name}, which is not declared",
                    did_you_mean(name, list(contract.schemes)),
                )


def _check_lifecycle(contract: _Contract, operation: Operation) -> None:
    named = {
        ("x-submission", "lifecycle"): operation.submission and operation.submission.lifecycle,
        ("x-record-of",): operation.record_of,
    }
    for word, name in named.items():
        if name is not None and name not in contract.lifecycles:
            raise contract.document.error(
                (*operation.place, *word),
                f"there is no lifecycle {name}",
                did_you_mean(name, list(contract.lifecycles)),
            )


def _check_status_of(
    contract: _Contract, operation: Operation, known: Mapping[str, Operation]
) -> None:
    for index, submission_id in enumerate(operation.status_of):
        place = (*operation.place, "x-status-of", index)
        other = known.get(submission_id)
        if other is None or other.submission is None:
            submissions = [one.id for one in known.values() if one.submission]
            raise contract.document.error(
                place,
                f"{submission_id} is no operation that takes a submission",
                did_you_mean(submission_id, submissions),
            )
        if not operation.templates:
            raise _no_template(contract, operation, "which submission is asked for")


def _no_template(contract: _Contract, operation: Operation, what: str) -> DocumentError:
    return contract.document.error(
        operation.place, f"the path of {operation.id} has no template that says {what}"
    )


def _check_submission(
    contract: _Contract, operation: Operation, known: Mapping[str, Operation]
) -> None:
    submission = operation.submission
    if operation.record_of is not None and not operation.templates:
        raise _no_template(contract, operation, "which item is read")
    if submission is None or submission.synchronous:
        return
    if contract.lifecycles[submission.lifecycle].initial is None:
        raise contract.document.error(
            (*operation.place, "x-submission"),
            f"the lifecycle {submission.lifecycle} has no initial state, "
            "which an asynchronous submission needs",
            "Mark one of its states with initial: true",
        )
    if not any(operation.id in other.status_of for other in known.values()):
        raise contract.document.error(
            (*operation.place, "x-submission"),
            f"no operation tells how submissions of {operation.id} stand",
            f"Give one of them x-status-of: [{operation.id}]",
        )
