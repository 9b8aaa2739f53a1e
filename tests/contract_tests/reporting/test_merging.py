"""One finding is told for each requirement, and none that another one explains."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from contract_tests.http.messages import Exchange, Reply, get
from contract_tests.judging import catalogue
from contract_tests.judging.findings import Case, Finding, Misjudged
from contract_tests.judging.mode import Suite
from contract_tests.reading import requirements
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.requirements import Requirement
from contract_tests.reporting.merging import merged
from contract_tests.scenarios.exploration.explore import requirement_of
from openapi_documents import Pointer

INVALID_SAVED = Misjudged(Condition.INVALID, "Completed")
TWIN_SAVED_AGAIN = Misjudged(Condition.TWIN_SAVED, "Completed")


def finding(
    requirement: Requirement,
    misjudged: Misjudged | None = None,
    *,
    contract: str = "c",
    operation: str = "o",
    suite: Suite = Suite.CASES,
    plain: bool = False,
    place: Pointer | None = None,
    answer: bytes = b"",
    case: Case | None = None,
) -> Finding:
    exchange = Exchange(get("/x"), Reply(200, {}, answer))
    return Finding(
        requirement, contract, frozenset({operation}), suite, "sent", ("expected",), "came",
        exchanges=(exchange,), misjudged=misjudged, plain=plain, place=place, case=case,
    )  # fmt: skip


def names(*findings: Finding) -> list[str]:
    return [one.requirement.id for one in merged(findings)]


@pytest.mark.parametrize(
    ("plain", "told"),
    [(False, ["equality.values"]), (True, ["equality.values", "outcome.rival-in-request"])],
)
def test_equality_explains_a_row_only_where_plain_stories_end_well(
    plain: bool, told: list[str]
) -> None:
    assert told == names(
        finding(catalogue.EQUALITY_VALUES, Misjudged(Condition.TWIN_IN_REQUEST, "Completed")),
        finding(
            requirements.outcome(Condition.RIVAL_IN_REQUEST),
            Misjudged(Condition.RIVAL_IN_REQUEST, "Completed"),
            plain=plain,
        ),
    )


def test_a_special_case_is_absorbed_by_the_plain_row_with_the_same_wrong_state() -> None:
    row = finding(requirements.outcome(Condition.TWIN_SAVED), TWIN_SAVED_AGAIN, plain=True)
    special = finding(catalogue.IDEMPOTENCY_REPEAT, TWIN_SAVED_AGAIN)
    (told,) = merged([row, special])
    assert (told.requirement.id, len(told.found)) == ("outcome.twin-saved", 2)
    assert told.best is row


def test_what_is_known_to_be_forgotten_says_more_than_the_row() -> None:
    row = finding(requirements.outcome(Condition.TWIN_SAVED), TWIN_SAVED_AGAIN, plain=True)
    assert names(row, finding(catalogue.MEMORY, TWIN_SAVED_AGAIN)) == ["memory"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (catalogue.STATE_LIVENESS, catalogue.STATE_ORDER),
        (catalogue.STATE_LIVENESS, catalogue.STATE_UNIT),
        (catalogue.FILTER_ITEMS, catalogue.FILTER_SPELLING),
    ],
)
def test_what_one_contract_shows_explains_nothing_in_another(
    one: Requirement, other: Requirement
) -> None:
    assert names(finding(one, contract="a"), finding(other, contract="a")) == [one.id]
    assert len(merged([finding(one, contract="a"), finding(other, contract="b")])) == 2


def test_a_constraint_that_is_referred_to_twice_is_one_finding() -> None:
    pattern, format_ = ("Instant", "pattern"), ("Instant", "format")
    found = merged(
        [
            finding(requirements.constraint("start_time", "pattern"), INVALID_SAVED, place=pattern),
            finding(requirements.constraint("end_time", "pattern"), INVALID_SAVED, place=pattern),
            finding(requirements.constraint("end_time", "format"), INVALID_SAVED, place=format_),
        ]
    )
    assert [(one.requirement.id, len(one.found)) for one in found] == [
        ("schema.end_time.format", 1),
        ("schema.end_time.pattern", 2),
    ]


def test_where_nothing_of_a_member_is_checked_that_is_told_once() -> None:
    whole, part = requirements.constraint("a"), requirements.constraint("a", "type")
    assert names(
        finding(whole, INVALID_SAVED, place=("A",)), finding(part, INVALID_SAVED, place=("B",))
    ) == ["schema.a"]


def test_what_is_checked_of_one_item_but_not_beside_another_is_no_fault_of_the_constraint() -> None:
    each = finding(catalogue.BATCH_EACH, suite=Suite.RULES)
    in_company = finding(requirements.constraint("a", "type"), INVALID_SAVED, place=("A",))
    assert names(each, in_company) == ["batch.each"]


@pytest.mark.parametrize(("answer", "told"), [(b"x", ["path.unknown-id"]), (b"y", None)])
def test_whoever_answers_for_an_id_that_nobody_has_answers_for_another_too(
    answer: bytes, told: Sequence[str] | None
) -> None:
    both = names(
        finding(catalogue.PATH_UNKNOWN_ID, answer=b"x"),
        finding(catalogue.ACCESS_PARTNER_STATUS, answer=answer),
    )
    assert both == (told or ["access.partner-status", "path.unknown-id"])


def test_what_a_suite_tells_of_an_operation_the_exploration_need_not_tell() -> None:
    explored = finding(requirement_of("status_code_conformance"))
    assert names(finding(catalogue.ANSWER_DOCUMENTED), explored) == ["answer.documented"]
    assert len(merged([finding(catalogue.ANSWER_DOCUMENTED, operation="p"), explored])) == 2


def test_the_shortest_finding_is_told_with_the_case_that_shows_it() -> None:
    case = Case("a twin of a saved record", "docs/lifecycle.md#table")
    row = requirements.outcome(Condition.TWIN_SAVED).worded("Twins are known", "docs/x")
    (told,) = merged([finding(row, case=case), finding(row, answer=b"longer")])
    assert told.sentence == "Twins are known (seen in the case: a twin of a saved record)"
    assert told.source == "docs/x; docs/lifecycle.md#table"
