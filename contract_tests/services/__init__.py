"""Hand-written services: what no declaration of a contract can say, each with a suite of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Contract
from contract_tests.services.rewards.client import is_rewards
from contract_tests.services.rewards.login import require_login


@dataclass(frozen=True)
class Service:
    """A service: its suite, which contracts are of it, and what must be so before anything is judged.

    `require` raises CannotJudge; it is given the members of the login of the run, and does nothing for another contract.
    """

    suite: Suite
    has: Callable[[Contract], bool]
    require: Callable[[Session, Mapping[str, str]], None]


SERVICES = (Service(Suite.REWARDS, is_rewards, require_login),)
