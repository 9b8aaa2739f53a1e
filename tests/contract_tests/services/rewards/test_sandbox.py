"""The sandbox keeps every requirement of the rewards contract, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.judging.mode import Mode
from contract_tests.services.rewards import checks
from contract_tests.services.rewards.checks import CHECKS, Check
from contract_tests.services.rewards.client import RewardsClient
from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.contract_tests.services.rewards.clients import client_of

RUNS = (("sqlite", Mode.DOCUMENTED), ("postgresql", Mode.STRICT))


@pytest.fixture(scope="module", params=RUNS, ids="-".join)
def rewards(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RewardsClient]:
    database, mode = request.param
    if database == "postgresql":
        url = request.getfixturevalue("create_postgresql_database")()
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('rewards') / 'sandbox.db'}"
    server = Embedded(Settings(database=url))
    yield client_of(server.url, mode)
    server.stop()


@pytest.mark.parametrize("check", CHECKS, ids=[one.requirement.id for one in CHECKS])
def test_the_sandbox_keeps(check: Check, rewards: RewardsClient) -> None:
    checks.run(check, rewards)
    seen = rewards.session.coverage.coverage.behaviours.values()
    assert [one for told in seen for one in told if one.as_chosen is False] == []
