"""Resources, inferred or declared: what is made is kept, and lives as its contract says (docs/resources.md)."""

from __future__ import annotations

from functools import partial

import pytest

from contract_tests.http.listener import listening, new_secret
from contract_tests.http.origins import is_near
from contract_tests.judging.session import Session
from contract_tests.options import WEBHOOK_URL
from contract_tests.reading.contract import Contract
from contract_tests.reading.inference import resources_of, singletons_of
from contract_tests.reading.resources import Resource
from contract_tests.scenarios.resources import (
    changing,
    defaulting,
    dividing,
    keeping,
    lives,
    narrowing,
    notifying,
    outcomes,
    reaching,
    retrying,
)
from contract_tests.scenarios.resources.judging import judge, judge_lives
from contract_tests.scenarios.resources.singletons import judge_singletons

CHECKS = (
    *keeping.CHECKS,
    *defaulting.CHECKS,
    *narrowing.CHECKS,
    *dividing.CHECKS,
    *reaching.CHECKS,
    *changing.CHECKS,
)


def _resources(session: Session, contract: Contract) -> list[Resource]:
    found = resources_of(contract)
    if not found:
        pytest.skip("no resource of the contract is certain")
    if session.dry:
        pytest.skip("what is asked of resources follows from answers")
    return found


def test_what_is_made_is_kept(session: Session, contract: Contract) -> None:
    """Create, read, list, replace, change, remove; unknown ids, other partners, and what is in what."""
    resources = _resources(session, contract)
    judge(session, resources, CHECKS)


def test_what_is_there_once_is_kept(session: Session, contract: Contract) -> None:
    """Read, replace and change what has no key, as settings are, and put it back as it was."""
    singletons = singletons_of(contract)
    if not singletons:
        pytest.skip("nothing of the contract is certain to be there once")
    if session.dry:
        pytest.skip("what is asked of resources follows from answers")
    judge_singletons(session, resources_of(contract), singletons)


def test_an_idempotency_key_makes_a_creation_safe(session: Session, contract: Contract) -> None:
    """The first answer again, another request refused, and each done once."""
    keyed = [one for one in _resources(session, contract) if retrying.takes_keys(one)]
    if not keyed:
        pytest.skip("nothing that makes a resource takes an idempotency key")
    judge(session, keyed, retrying.CHECKS)


def test_what_has_a_life_lives_as_declared(session: Session, contract: Contract) -> None:
    """What a creation becomes, and what moves it: operations, events and time, under guards and requirements."""
    if not contract.lives:
        pytest.skip("the contract declares no life of a resource")
    judge_lives(session, _resources(session, contract), (outcomes.plays, lives.plays))


def test_who_wants_to_know_is_told_as_declared(session: Session, contract: Contract) -> None:
    """Webhooks: in time, in order, once, signed, with the resource in its state, and again where they were not taken."""
    resources = [
        one for one in _resources(session, contract) if one.life is not None and one.life.notices
    ]
    if not resources:
        pytest.skip("the contract declares no notifications")
    known = session.plan.webhooks
    if known.url is None and not is_near(session.asking.client.server.base_url):
        pytest.skip(f"where the server reaches the judge is not known: give {WEBHOOK_URL.flag}")
    with listening(known.secret or new_secret(), known.url) as listener:
        if not notifying.register(session, listener) and known.url is None:
            pytest.skip(
                f"the server cannot be told where the judge listens: give {WEBHOOK_URL.flag}"
            )
        judge_lives(session, resources, (partial(notifying.plays, listener=listener),))
