"""In which order findings are told: what is met first on the way of a submission is mended first.

What is broken early may be the reason for what is broken later, and is named there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from contract_tests.judging import catalogue
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.reporting.merging import Merged


class Stage(IntEnum):
    """How early a requirement is met."""

    ANSWER = 1  # that there is one at all
    SUBMISSION = 2  # that it is accepted, and can be asked for
    PROGRESS = 3  # that it comes to an end
    FORM = 4  # of answers
    EQUALITY = 5
    VALIDITY = 6  # of items
    OUTCOME = 7
    KEPT = 8  # what is remembered and told of an item
    REST = 9


_LATER = frozenset(Stage) - {Stage.ANSWER}
_LEADS: Mapping[Stage, frozenset[Stage]] = {
    Stage.ANSWER: _LATER,
    Stage.SUBMISSION: _LATER - {Stage.SUBMISSION},
    Stage.PROGRESS: frozenset({Stage.OUTCOME, Stage.KEPT}),
    Stage.EQUALITY: frozenset({Stage.OUTCOME, Stage.KEPT}),
    Stage.VALIDITY: frozenset({Stage.OUTCOME, Stage.KEPT}),
    Stage.OUTCOME: frozenset({Stage.KEPT}),
}
"""Which stages what is broken at a stage may break as well."""
_OF_ANSWERS = frozenset(
    {
        catalogue.ANSWER_GIVEN, catalogue.ANSWER_NO_SERVER_ERROR,
        catalogue.ANSWER_ORIGIN, catalogue.ANSWER_SIZE,
    }
)  # fmt: skip
_OF_FORM = frozenset({catalogue.ANSWER_DOCUMENTED, catalogue.ERRORS_FORM, catalogue.STATUS_OVERALL})
_BY_NAME: Mapping[str, Stage] = {
    "submission": Stage.SUBMISSION,
    "state": Stage.PROGRESS,
    "result": Stage.FORM,
    "equality": Stage.EQUALITY,
    "batch": Stage.VALIDITY,
    "memory": Stage.KEPT,
    "collection": Stage.KEPT,
    "record": Stage.KEPT,
    "url": Stage.KEPT,
    "errors": Stage.KEPT,
}
_EXPLORED: Mapping[str, Stage] = {
    "answer_given": Stage.ANSWER,
    "not_a_server_error": Stage.ANSWER,
    "answer_size": Stage.ANSWER,
    "own_origin": Stage.ANSWER,
    "valid_requests": Stage.SUBMISSION,
    "status_code_conformance": Stage.FORM,
    "content_type_conformance": Stage.FORM,
    "response_headers_conformance": Stage.FORM,
    "response_schema_conformance": Stage.FORM,
}


def stage_of(requirement: Requirement) -> Stage:
    """Return how early a requirement is met."""
    if requirement.kind is Kind.OUTCOME:
        return Stage.OUTCOME
    if requirement.kind in {Kind.CONSTRAINT, Kind.RULE}:
        return Stage.VALIDITY
    if requirement.kind is Kind.EXPLORATION:
        return _EXPLORED.get(requirement.names[-1], Stage.REST)
    if requirement in _OF_ANSWERS:
        return Stage.ANSWER
    if requirement in _OF_FORM:
        return Stage.FORM
    return _BY_NAME.get(requirement.names[0], Stage.REST)


def ordered(found: Sequence[Merged]) -> list[Merged]:
    """Return findings, those first that are mended first."""
    return sorted(found, key=lambda one: (stage_of(one.requirement), one.requirement.id))


def reasons(one: Merged, found: Sequence[Merged]) -> list[str]:
    """Return the rules of the findings from which one may follow: met earlier, by the same operations."""
    stage = stage_of(one.requirement)
    return [
        other.requirement.id
        for other in found
        if stage in _LEADS.get(stage_of(other.requirement), frozenset())
        and set(other.operations) & set(one.operations)
    ]
