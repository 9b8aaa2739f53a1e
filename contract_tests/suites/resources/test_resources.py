"""Resources, inferred or declared: what is made is kept, and lives as its contract says (docs/resources.md)."""

from __future__ import annotations

import pytest

from contract_tests.judging.session import Session
from contract_tests.reading.contract import Contract
from contract_tests.reading.inference import resources_of
from contract_tests.reading.resources import Resource
from contract_tests.scenarios.resources import changing, keeping, lives, outcomes, retrying
from contract_tests.scenarios.resources.judging import judge, judge_lives


def _resources(session: Session, contract: Contract) -> list[Resource]:
    found = resources_of(contract)
    if not found:
        pytest.skip("no resource of the contract is certain")
    if session.dry:
        pytest.skip("what is asked of resources follows from answers")
    return found


def test_what_is_made_is_kept(session: Session, contract: Contract) -> None:
    """Create, read, list, replace, change, remove; unknown ids, other partners, and what is in what."""
    judge(session, _resources(session, contract), (*keeping.CHECKS, *changing.CHECKS))


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
