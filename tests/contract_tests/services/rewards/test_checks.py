"""The checks of the rewards contract find every planted fault, and none where there is none."""

from __future__ import annotations

import pytest

from contract_tests.judging.coverage import Behaviour
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Mode
from contract_tests.services.rewards import checks
from contract_tests.services.rewards.client import NotReached
from tests.contract_tests import defective_rewards as defective
from tests.contract_tests.services.rewards.clients import (
    BY_NAME,
    CONTRACT,
    LOGIN,
    OTHER_LOGIN,
    client_of,
)


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("mode", list(Mode))
def test_a_server_without_fault_passes_every_check(name: str, mode: Mode) -> None:
    with defective.serve() as url:
        checks.run(BY_NAME[name], client_of(url, mode))


def test_every_organisation_can_be_judged_one_after_the_other() -> None:
    unasked = set()
    with defective.serve() as url:
        for login in (OTHER_LOGIN, LOGIN):
            rewards = client_of(url, login=login)
            for name, check in BY_NAME.items():
                try:
                    checks.run(check, rewards)
                except NotReached:
                    unasked.add((login["organisation"], name))
    assert unasked == {
        ("southwind", "a-one-time-password-names-for-one-purchase"),
        ("southwind", "the-published-examples-come-out"),
    }


def test_a_server_of_which_nothing_is_known_is_judged_by_the_contracts_examples() -> None:
    asked, unasked = set(), set()
    with defective.serve() as url:
        rewards = client_of(url, Mode.DOCUMENTED)
        rewards.world = None
        for name, check in BY_NAME.items():
            try:
                checks.run(check, rewards)
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
def test_faults_show_without_knowing_the_world(fault: str) -> None:
    found = []
    with defective.serve(fault) as url:
        rewards = client_of(url, Mode.DOCUMENTED)
        rewards.world = None
        for check in checks.CHECKS:
            try:
                checks.run(check, rewards)
            except Broken as error:
                found.append(error.finding.requirement)
            except NotReached:
                continue
    assert found


@pytest.mark.parametrize(("fault", "name"), defective.FAULTS.items())
def test_the_check_finds_the_fault(fault: str, name: str) -> None:
    with defective.serve(fault) as url, pytest.raises(Broken) as caught:
        checks.run(BY_NAME[name], client_of(url))
    finding = caught.value.finding
    assert finding.requirement.sentence
    assert finding.requirement.source
    assert finding.lines
    assert finding.came


def test_every_check_but_those_of_the_numbers_has_a_fault_of_its_own() -> None:
    without = set(BY_NAME) - set(defective.FAULTS.values())
    assert without == {"numbers-count-by-value"}


def test_a_finding_can_be_repeated_without_secrets_on_the_screen() -> None:
    with defective.serve("award on net") as url, pytest.raises(Broken) as caught:
        checks.run(BY_NAME["the-published-examples-come-out"], client_of(url))
    lines = caught.value.finding.lines
    assert lines[0].startswith("TOKEN1=$(curl")
    assert '"$TOKEN1"' in lines[-1]


def test_a_silence_is_reported_and_not_held_against_another_server() -> None:
    name = "amounts-have-two-decimals"
    with defective.serve("tenths of a cent") as url:
        rewards = client_of(url, Mode.DOCUMENTED)
        checks.run(BY_NAME[name], rewards)
    seen = rewards.session.coverage.coverage.behaviours[CONTRACT.name, "R14"]
    assert list(seen) == [Behaviour(f"otherwise: rewards.{name}", as_chosen=False)]


def test_what_cannot_be_known_of_a_server_is_not_reached() -> None:
    with defective.serve() as url:
        unknown = client_of(url, login={**LOGIN, "username": "somebody"})
        with pytest.raises(NotReached, match="nothing is known"):
            checks.run(BY_NAME["the-published-examples-come-out"], unknown)
