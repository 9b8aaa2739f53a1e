"""Which requirement an outcome breaks: the row, or what its item was sent to try."""

from __future__ import annotations

from contract_tests.judging import catalogue
from contract_tests.judging.story import Submitted
from contract_tests.reading import requirements
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.lifecycle import Condition, Lifecycle, Row
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.reading.validity import Fault
from openapi_documents import Pointer

Blamed = tuple[Requirement, Pointer | None]
"""A requirement as the contract words it, and where it stands if it is a constraint."""


def blamed(
    contract: Contract,
    made: Submitted,
    number: int,
    row: Row,
    faults: tuple[Fault, ...],
    *,
    recognised: bool,
) -> Blamed:
    """Return what an item's state breaks where `row` decides.

    `recognised` says whether the server knew the twin of some saved record before.
    """
    entry, state, lifecycle = made.entries[number], made.states[number], made.submission.lifecycle
    saved, failed = state in lifecycle.saving, lifecycle.row(Condition.INVALID)
    if row.when is Condition.INVALID and faults and saved:
        return about_fault(contract, made.submission, faults[0])
    tried = entry.requirement
    refused = row.when is Condition.OTHERWISE and failed is not None and state == failed.then
    if refused and tried is not None and tried.kind in {Kind.CONSTRAINT, Kind.RULE}:
        inside = Fault(tried, (), None, "what stands inside it is valid", ())
        return about_fault(contract, made.submission, inside)
    # Forgotten is what was known at first.
    forgotten = row.when.is_of_records and saved and recognised
    if tried is not None and tried.kind is Kind.LISTED and (forgotten or tried != catalogue.MEMORY):
        return tried, None
    return _of_row(lifecycle, row, state, alone=len(made.entries) == 1), None


def _of_row(lifecycle: Lifecycle, row: Row, state: str, *, alone: bool) -> Requirement:
    """Return the requirement of a row, or of the one that was applied though it does not hold."""
    wrong = [one for one in lifecycle.rows if one.then == state]
    if alone:  # nothing stands beside it: the row is one of the records
        wrong.sort(key=lambda one: one.when.is_of_request)
    told = wrong[0] if wrong and row.when is Condition.OTHERWISE else row
    only = "" if told.when is Condition.OTHERWISE else ", and only then"
    sentence = f"When {told.when.meaning}{only}: {told.then}"
    return requirements.outcome(told.when).worded(sentence, told.source)


def about_fault(contract: Contract, submission: Submission, fault: Fault) -> Blamed:
    """Return the rule or the constraint that a fault breaks, and where a constraint stands."""
    known = fault.rule or contract.rules.get(fault.requirement.names[-1])
    if fault.requirement.kind is Kind.RULE and known is not None:
        return fault.requirement.worded(known.message, known.source), None
    sentence = f"The schema of the items says so: {fault.message}"
    place = contract.place(submission, fault.steps)
    return fault.requirement.worded(sentence, contract.cited(place)), place
