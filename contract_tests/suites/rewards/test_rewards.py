"""The rewards service: envelope, tokens, identifiers, and what purchases come to.

The checks create purchases on one account, so they keep together in one process of a parallel run.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from contract_tests.judging.session import Session
from contract_tests.services.rewards import checks
from contract_tests.services.rewards.checks import CHECKS, Check
from contract_tests.services.rewards.client import NotReached, RewardsClient

Clients = dict[str, RewardsClient]


@pytest.fixture(scope="session")
def clients() -> Clients:
    """Return the clients of a process by their contracts: each keeps its token, and what it knows."""
    return {}


@pytest.fixture
def rewards(session: Session, clients: Clients, login: Mapping[str, str]) -> RewardsClient:
    """Return the client of the contract."""
    contract = session.contract
    if contract.name not in clients:
        clients[contract.name] = RewardsClient(session, login)
    return clients[contract.name]


@pytest.mark.xdist_group("rewards")
@pytest.mark.parametrize("check", CHECKS, ids=[check.requirement.id for check in CHECKS])
def test_the_rewards_service_keeps(check: Check, rewards: RewardsClient) -> None:
    """Each requirement of the contract."""
    try:
        checks.run(check, rewards)
    except NotReached as error:
        pytest.skip(str(error))
