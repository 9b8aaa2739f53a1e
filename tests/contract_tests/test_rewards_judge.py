"""The judge of the rewards contract finds every planted fault, and none where there is none."""

import importlib.util
import sys
from pathlib import Path

import pytest

from contract_tests.http.client import Target
from contract_tests.judging.verdict import Broken, Coverage
from contract_tests.reading import contract as contracts
from contract_tests.services.rewards import checks
from contract_tests.services.rewards.client import Bench, NotReached
from contract_tests.settings import Partner, Settings

HERE = Path(__file__).resolve().parent
LOGIN = {
    "username": "rewards-user",
    "password": "rewards-secret",
    "organisation": "northwind",
}
OTHER_LOGIN = {
    "username": "other-user",
    "password": "other-secret",
    "organisation": "southwind",
}
CONTRACT = contracts.read(contracts.find("rewards-v2"))
BY_NAME = {check.promise.id.removeprefix("rewards."): check for check in checks.CHECKS}


def _load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


defective = _load("defective_rewards")


def bench(url, mode="strict", login=LOGIN):
    settings = Settings(
        base_url=url,
        contracts=("rewards-v2",),
        partner=Partner(None),
        mode=mode,
        login=login,
        effort="quick",
    )
    return Bench(CONTRACT, Target(settings), settings, Coverage())


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("mode", ["strict", "documented"])
def test_a_server_without_fault_passes_every_check(name, mode):
    with defective.serve() as url:
        checks.run(BY_NAME[name], bench(url, mode))


def test_every_organisation_can_be_judged_one_after_the_other():
    unasked = set()
    with defective.serve() as url:
        for login in (OTHER_LOGIN, LOGIN):
            judging = bench(url, login=login)
            for name, check in BY_NAME.items():
                try:
                    checks.run(check, judging)
                except NotReached:
                    unasked.add((login["organisation"], name))
    assert unasked == {
        ("southwind", "a-one-time-password-names-for-one-purchase"),
        ("southwind", "the-published-examples-come-out"),
    }


def test_a_server_of_which_nothing_is_known_is_judged_by_the_contracts_examples():
    asked, unasked = set(), set()
    with defective.serve() as url:
        judging = bench(url, "documented")
        judging.world = None
        for name, check in BY_NAME.items():
            try:
                checks.run(check, judging)
                asked.add(name)
            except NotReached:
                unasked.add(name)
    assert {"every-amount-comes-out-to-the-cent", "organisations-never-meet"} <= unasked
    assert len(asked) > 30


@pytest.mark.parametrize(
    "fault",
    [
        "create differs from preview",
        "preview changes the wallet",
        "two members accepted",
        "token not checked",
        "fields_set ignored",
        "create loses a cent",
        "first product only",
    ],
)
def test_faults_show_without_knowing_the_world(fault):
    found = []
    with defective.serve(fault) as url:
        judging = bench(url, "documented")
        judging.world = None
        for check in checks.CHECKS:
            try:
                checks.run(check, judging)
            except Broken as error:
                found.append(error.finding.rule)
            except NotReached:
                continue
    assert found


@pytest.mark.parametrize(("fault", "name"), defective.FAULTS.items())
def test_the_check_finds_the_fault(fault, name):
    with defective.serve(fault) as url, pytest.raises(Broken) as caught:
        checks.run(BY_NAME[name], bench(url))
    finding = caught.value.finding
    assert finding.sentence
    assert finding.curl
    assert finding.came


def test_every_check_but_those_of_the_numbers_has_a_fault_of_its_own():
    without = set(BY_NAME) - set(defective.FAULTS.values())
    assert without == {"numbers-count-by-value"}


def test_a_finding_can_be_repeated_without_secrets_on_the_screen():
    with defective.serve("award on net") as url, pytest.raises(Broken) as caught:
        checks.run(BY_NAME["the-published-examples-come-out"], bench(url))
    lines = caught.value.finding.curl
    assert lines[0].startswith("TOKEN1=$(curl")
    assert '"$TOKEN1"' in lines[-1]


def test_a_silence_is_reported_and_not_held_against_another_server():
    with defective.serve("tenths of a cent") as url:
        judging = bench(url, "documented")
        checks.run(BY_NAME["amounts-have-two-decimals"], judging)
    seen = judging.coverage.behaviours["rewards-v2|R14"]
    assert [behaviour[0] for behaviour in seen] == ["-"]


def test_what_cannot_be_known_of_a_server_is_not_reached():
    with defective.serve() as url:
        unknown = bench(url, login={**LOGIN, "username": "somebody"})
        with pytest.raises(NotReached, match="nothing is known"):
            checks.run(BY_NAME["the-published-examples-come-out"], unknown)
