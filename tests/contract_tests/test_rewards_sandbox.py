"""The sandbox keeps every promise of the rewards contract, strictly, on both databases."""

import pytest

from contract_tests.http.client import Target
from contract_tests.judging.verdict import Coverage
from contract_tests.reading import contract as contracts
from contract_tests.services.rewards import checks
from contract_tests.services.rewards.client import Bench
from contract_tests.settings import Partner, Settings
from mock_server import settings as mock_settings
from mock_server.serving import Embedded

LOGIN = {
    "username": "rewards-user",
    "password": "rewards-secret",
    "organisation": "northwind",
}
CONTRACT = contracts.read(contracts.find("rewards-v2"))


RUNS = (("sqlite", "strict"), ("sqlite", "documented"), ("postgresql", "strict"))


@pytest.fixture(scope="module", params=RUNS, ids="-".join)
def asked(request):
    return request.param


@pytest.fixture(scope="module")
def url(request, asked, tmp_path_factory):
    if asked[0] == "postgresql":
        database = request.getfixturevalue("create_postgresql_database")()
    else:
        database = f"sqlite:///{tmp_path_factory.mktemp('rewards') / 'sandbox.db'}"
    server = Embedded(mock_settings.Settings(database=database))
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def bench(asked, url):
    settings = Settings(
        base_url=url,
        contracts=("rewards-v2",),
        partner=Partner(None),
        mode=asked[1],
        login=LOGIN,
        effort="quick",
        run="test",
    )
    return Bench(CONTRACT, Target(settings), settings, Coverage())


@pytest.mark.parametrize("check", checks.CHECKS, ids=[one.promise.id for one in checks.CHECKS])
def test_the_sandbox_keeps(check, bench):
    checks.run(check, bench)
    others = [
        seen for told in bench.coverage.behaviours.values() for seen in told if seen[0] == "-"
    ]
    assert others == []
