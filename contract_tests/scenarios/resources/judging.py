"""Plays checks with every resource of a contract: what they break is noted, and what could not be judged."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from contract_tests.http.failures import NotAllowed
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.reading.resources import Resource
from contract_tests.scenarios.resources.keeping import remembers_nothing
from contract_tests.scenarios.resources.living import provide
from contract_tests.scenarios.resources.player import Player, Unable

Check = Callable[[Player, Resource], None]
Plays = Callable[[Player, Resource], Iterator[Callable[[Player], None]]]
_TOLD = 6  # resources that are told with the reason why they are not judged


def judge(session: Session, resources: Sequence[Resource], checks: Sequence[Check]) -> None:
    """Play each check with each resource, as a story of its own.

    Of what cannot be made nothing else is tried.
    """
    resources = some(session, resources)
    player = _player(session)
    reasons: dict[str, str] = {}
    for resource in resources:
        why = why_not(player.anew(), resource)
        if why is not None:
            reasons[resource.name] = why
            continue
        for check in checks:
            _play(session, partial(check, player.anew(), resource))
    if reasons:
        session.notes.append(_note(reasons, len(resources)))


def some(session: Session, resources: Sequence[Resource]) -> list[Resource]:
    """Return as many resources as the effort allows: those that have a life, and others by the seed."""
    most = session.plan.effort.pick(16, 60, 10_000)
    if len(resources) <= most:
        return list(resources)
    chosen = random.Random(session.plan.seed).sample(range(len(resources)), most)  # noqa: S311 - no secret
    wanted = {resources[number].path for number in chosen}
    wanted |= {one.path for one in resources if one.life is not None}
    session.notes.append(
        f"{len(wanted)} of {len(resources)} resources are judged with this effort, chosen by the seed"
    )
    return [one for one in resources if one.path in wanted]


def _note(reasons: Mapping[str, str], count: int) -> str:
    told = [f"{name} ({why})" for name, why in list(reasons.items())[:_TOLD]]
    more = [f"{len(reasons) - _TOLD} more"] if len(reasons) > _TOLD else []
    return f"{len(reasons)} of {count} resources are not judged: {', '.join(told + more)}"


def why_not(player: Player, resource: Resource) -> str | None:
    """Return why a resource is not judged; what is inferred asks a memory of nobody who has none at all."""
    try:
        made = player.make(resource)
        is_inferred = not (resource.is_declared or player.session.freedom.strict)
        if is_inferred and remembers_nothing(player, made):
            return "the server remembers nothing: it answers for what nobody made"
    except Unable as reason:
        return str(reason)
    except NotAllowed:
        return "nothing that makes one may be sent in this run"
    except Broken:
        return None
    return None


def judge_lives(session: Session, resources: Sequence[Resource], known: Sequence[Plays]) -> None:
    """Play what is to be played with each resource that has a declared life, each as a story of its own."""
    player = _player(session)
    for resource in resources:
        if resource.life is None or why_not(player.anew(), resource) is not None:
            continue
        for plays in known:
            for play in plays(player.anew(), resource):
                _play(session, partial(play, player.anew()))


def _player(session: Session) -> Player:
    player = Player(session)
    player.provide = provide
    return player


def _play(session: Session, play: Callable[[], None]) -> None:
    try:
        play()
    except Broken as problem:
        session.note(problem)
    except (Unable, NotAllowed):
        return
