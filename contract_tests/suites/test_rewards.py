"""The rewards service: envelope, tokens, identifiers, and what purchases come to.

The checks create purchases on one account, so they keep together in one process of a parallel run.
"""

from __future__ import annotations

import pytest

from contract_tests.judging.session import Judge
from contract_tests.reading.contract import Contract
from contract_tests.services.rewards import checks as rewards_checks
from contract_tests.services.rewards.checks import CHECKS, Check
from contract_tests.services.rewards.client import Bench, NotReached, is_rewards

_BENCHES: dict[int, Bench] = {}


@pytest.fixture
def bench(judge: Judge, contract: Contract) -> Bench:
    """Return the bench of the run; a contract without the preview of a purchase is skipped."""
    if not is_rewards(contract):
        pytest.skip(f"{contract.name} is no contract of a rewards service")
    if id(judge) not in _BENCHES:
        _BENCHES[id(judge)] = Bench(contract, judge.target, judge.settings, judge.coverage)
    return _BENCHES[id(judge)]


@pytest.mark.xdist_group("rewards")
@pytest.mark.parametrize("check", CHECKS, ids=[check.promise.id for check in CHECKS])
def test_the_rewards_service_keeps(check: Check, bench: Bench) -> None:
    """Each promise of the contract."""
    try:
        rewards_checks.run(check, bench)
    except NotReached as error:
        pytest.skip(str(error))
