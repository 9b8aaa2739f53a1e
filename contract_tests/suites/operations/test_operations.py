"""Every operation of the contract, by Schemathesis: examples, coverage, fuzzing, links."""

from __future__ import annotations

import pytest

from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Contract, Submission
from contract_tests.scenarios import stories
from contract_tests.scenarios.exploration.explore import explore
from contract_tests.scenarios.shrinking import note


def test_every_operation_answers_as_documented(session: Session, contract: Contract) -> None:
    """Status codes, schemas, content types, headers, methods and `Allow`."""
    if not contract.operations:
        session.notes.append(f"{contract.name} declares no operation")
        pytest.skip("the contract declares no operation")
    if session.dry:
        pytest.skip("what Schemathesis generates is not planned ahead")
    for finding in explore(session):
        session.findings.note(finding)


def test_a_submission_its_status_and_its_records_are_answered_as_documented(
    session: Session, usable: Submission
) -> None:
    """What no generated request reaches: the answers about a submission that exists."""
    try:
        stories.play(session, usable, ("A, B!, C", "A"), Suite.OPERATIONS)
    except Broken as problem:
        note(session, problem)
