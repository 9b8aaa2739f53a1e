"""What was reached of an operation, and which refusals of valid requests say that it is broken."""

from __future__ import annotations

from collections import Counter

import pytest

from contract_tests.judging.coverage import Coverage, Part, Place
from contract_tests.judging.reach import reached, refuses_what_is_valid
from contract_tests.reading.reader import read
from tests.contract_tests.contracts import V2_FILE

V2 = read(str(V2_FILE))
FIRST = V2.operations[0]


@pytest.mark.parametrize(
    ("codes", "succeeded", "why"),
    [
        ((), False, "nothing was asked of it"),
        ((415, 415), False, "it answered nothing but 415 (2 times)"),
        ((415, 202), True, ""),
    ],
)
def test_an_operation_is_reached_by_a_success(
    codes: tuple[int, ...], succeeded: bool, why: str
) -> None:
    coverage = Coverage()
    for code in codes:
        coverage.counts[Place(Part.ANSWER, V2.name, f"{FIRST.id} {code}")] += 1
    found = next(iter(reached(V2, coverage)))
    assert found.succeeded is succeeded
    assert not why or found.why == why
    assert ("202" in found.missed) is not succeeded


@pytest.mark.parametrize(
    ("codes", "refuses"),
    [
        ((415, 415), True),
        ((400, 404), True),
        ((404, 409, 422), False),
        ((415, 200), False),
        ((501,), False),
        ((), False),
    ],
)
def test_what_refuses_every_valid_request_is_broken_unless_the_refusal_is_of_the_world(
    codes: tuple[int, ...], refuses: bool
) -> None:
    assert refuses_what_is_valid(FIRST, Counter(codes)) is refuses


@pytest.mark.parametrize(("codes", "refuses"), [((400, 404), False), ((400,), True)])
def test_a_name_that_nobody_made_may_be_none_at_all(codes: tuple[int, ...], refuses: bool) -> None:
    status = V2.submissions[0].status
    assert status is not None
    assert refuses_what_is_valid(status, Counter(codes)) is refuses
