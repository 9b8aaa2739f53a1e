"""Makes sure, before anything is judged, that a rewards service takes the login of the run."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from contract_tests.http.failures import NotAllowed
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.services.rewards.client import NotReached, RewardsClient, is_rewards


def require_login(session: Session, login: Mapping[str, str]) -> None:
    """Raise CannotJudge when the login of a run is missing or refused.

    A server that does not answer a login as it should is for the checks to find.
    """
    if is_rewards(session.contract):
        with contextlib.suppress(Broken, NotAllowed, NotReached):
            RewardsClient(session, login).log_in()
