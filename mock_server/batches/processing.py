"""How the items of an operation's submissions are processed, as its contract says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from mock_server.batches.items import ItemReader
from mock_server.batches.outcomes import Candidate
from mock_server.contracts.callers import NOBODY, Caller
from mock_server.contracts.contract import Contract
from mock_server.contracts.lifecycles import Lifecycle
from mock_server.contracts.schemas import Check, Schemas
from mock_server.contracts.submission_form import SubmissionForm, read_submission_form


@dataclass(frozen=True)
class Processing:
    """The lifecycle of the items, the form of a submission, and how an item is checked and its members spelled."""

    lifecycle: Lifecycle
    form: SubmissionForm
    check: Callable[[Caller], Check]
    spelling: str | None

    def read(self, body: bytes, caller: Caller) -> list[Candidate]:
        """Return the items of a body."""
        return ItemReader(self.lifecycle.key, self.check(caller), self.spelling).read(body)


def processing_of(
    contracts: Iterable[Contract], schemas: Mapping[str, Schemas]
) -> dict[str, Processing]:
    """Return how each submission is processed, by the operation's name. Raises DocumentError."""
    found = {}
    for contract in contracts:
        for operation in contract.operations:
            if operation.submission is not None:
                known = schemas[contract.name]
                form = read_submission_form(contract.document, known, operation)
                known.check(form.items, NOBODY)  # a schema that cannot be compiled stops the start
                lifecycle = contract.lifecycle_of(operation)
                check = partial(known.check, form.items)
                found[operation.name] = Processing(lifecycle, form, check, contract.error_names)
    return found
