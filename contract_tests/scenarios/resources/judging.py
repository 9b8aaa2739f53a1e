"""Plays checks with every resource of a contract: what they break is noted, and what could not be judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from contract_tests.http.failures import NotAllowed
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.reading.resources import Resource
from contract_tests.scenarios.resources.player import Player, Unable

Check = Callable[[Player, Resource], None]
_TOLD = 6  # resources that are told with the reason why they are not judged


def judge(session: Session, resources: Sequence[Resource], checks: Sequence[Check]) -> None:
    """Play each check with each resource, as a story of its own.

    Of what cannot be made nothing else is tried.
    """
    player = Player(session, resources)
    reasons: dict[str, str] = {}
    for resource in resources:
        why = _unable(player.anew(), resource)
        if why is not None:
            reasons[resource.name] = why
            continue
        for check in checks:
            _play(session, player.anew(), resource, check)
    if reasons:
        session.notes.append(_note(reasons, len(resources)))


def _note(reasons: Mapping[str, str], count: int) -> str:
    told = [f"{name} ({why})" for name, why in list(reasons.items())[:_TOLD]]
    more = [f"{len(reasons) - _TOLD} more"] if len(reasons) > _TOLD else []
    return f"{len(reasons)} of {count} resources are not judged: {', '.join(told + more)}"


def _unable(player: Player, resource: Resource) -> str | None:
    try:
        player.make(resource)
    except Unable as reason:
        return str(reason)
    except NotAllowed:
        return "nothing that makes one may be sent in this run"
    except Broken:
        return None
    return None


def _play(session: Session, player: Player, resource: Resource, check: Check) -> None:
    try:
        check(player, resource)
    except Broken as problem:
        session.note(problem)
    except (Unable, NotAllowed):
        return
