"""Clients of a rewards service, without the command."""

from __future__ import annotations

from collections.abc import Mapping

from contract_tests.http.partners import Partner, Partners
from contract_tests.judging.mode import Effort, Mode
from contract_tests.reading.reader import find, read
from contract_tests.services.rewards.checks import CHECKS
from contract_tests.services.rewards.client import RewardsClient
from tests.contract_tests.sessions import process_of

CONTRACT = read(find("rewards-v2"))
LOGIN = {"username": "rewards-user", "password": "rewards-secret", "organisation": "northwind"}
OTHER_LOGIN = {"username": "other-user", "password": "other-secret", "organisation": "southwind"}
BY_NAME = {check.requirement.names[-1]: check for check in CHECKS}


def client_of(
    base_url: str, mode: Mode = Mode.STRICT, login: Mapping[str, str] = LOGIN
) -> RewardsClient:
    """Return a client of the service behind a URL."""
    process = process_of(
        CONTRACT, base_url, partners=Partners(Partner(None)), mode=mode, effort=Effort.QUICK
    )
    return RewardsClient(process.session(CONTRACT), login)
