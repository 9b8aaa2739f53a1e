"""Every operation of the contract, by Schemathesis: examples, coverage, fuzzing, links."""

from __future__ import annotations

import pytest

from contract_tests.judging.session import Judge
from contract_tests.judging.verdict import Broken
from contract_tests.reading.contract import Contract, Submission
from contract_tests.scenarios import stories
from contract_tests.scenarios.fuzzing import explore
from contract_tests.scenarios.shrinking import note

SUITE = "operations"


def test_every_operation_answers_as_documented(judge: Judge, contract: Contract) -> None:
    """Status codes, schemas, content types, headers, methods and `Allow`."""
    if not contract.operations:
        judge.target.notes.append(f"{contract.name} declares no operation")
        pytest.skip("the contract declares no operation")
    if judge.settings.dry_run:
        pytest.skip("what Schemathesis generates is not planned ahead")
    findings, reasons = explore(judge)
    judge.findings += findings
    for operation, why in reasons.items():
        for one in contract.operations:
            if f"{one.method} {one.path}" == operation:
                judge.coverage.reasons[f"operations|{contract.name}|{one.id}"] = why


def test_a_submission_its_status_and_its_records_are_answered_as_documented(
    judge: Judge, usable: Submission
) -> None:
    """What no generated request reaches: the answers about a submission that exists."""
    try:
        stories.play(judge, usable, ("A, B!, C", "A"), SUITE)
    except Broken as problem:
        note(judge, problem)
