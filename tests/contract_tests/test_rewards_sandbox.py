"""The sandbox keeps every promise of the rewards contract, strictly, on both databases."""

import pytest

from contract_tests import contract as contracts
from contract_tests import rewards_checks as checks
from contract_tests.rewards_bench import Bench
from contract_tests.settings import Partner, Settings
from contract_tests.target import Target
from contract_tests.verdict import Coverage
from mock_server import settings as mock_settings
from mock_server.serving import Embedded

LOGIN = {
    "username": "rewards-user",
    "password": "rewards-secret",
    "organisation": "northwind",
}
CONTRACT = contracts.read(contracts.find("rewards-v2"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request, tmp_path_factory):
    if request.param == "postgresql":
        database = request.getfixturevalue("create_postgresql_database")()
    else:
        database = f"sqlite:///{tmp_path_factory.mktemp('rewards') / 'sandbox.db'}"
    server = Embedded(mock_settings.Settings(database=database))
    yield server.url
    server.stop()


@pytest.fixture(scope="module", params=["strict", "documented"])
def bench(request, url):
    settings = Settings(
        base_url=url,
        contracts=("rewards-v2",),
        partner=Partner(None),
        mode=request.param,
        login=LOGIN,
        effort="quick",
        run=f"test-{request.param}",
    )
    return Bench(CONTRACT, Target(settings), settings, Coverage())


@pytest.mark.parametrize("check", checks.CHECKS, ids=[one.promise.id for one in checks.CHECKS])
def test_the_sandbox_keeps(check, bench):
    checks.run(check, bench)
    others = [seen for told in bench.coverage.behaviours.values() for seen in told if seen[0] == "-"]
    assert others == []
