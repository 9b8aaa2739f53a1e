"""What is there once, as settings are: it is changed like anything else, and put back as it was afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from contract_tests.generation.representations import without_read_only
from contract_tests.http.failures import NotAllowed
from contract_tests.http.partners import Caller
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.reading.resources import Resource, value_at
from contract_tests.reading.schemas import described
from contract_tests.scenarios.resources import changing, defaulting, keeping
from contract_tests.scenarios.resources.claims import lost
from contract_tests.scenarios.resources.judging import Check, why_not
from contract_tests.scenarios.resources.player import Made, Player, Unable
from contract_tests.scenarios.resources.showing import claims

_ASKED = 3  # resources that are asked whether the server remembers anything
CHECKS: tuple[Check, ...] = (keeping.is_read, *defaulting.CHECKS, *changing.CHECKS)


def judge_singletons(
    session: Session, resources: Sequence[Resource], singletons: Iterable[Resource]
) -> None:
    """Play each check with what is there once; what another one may have changed meanwhile is played again."""
    player = Player(session, resources)
    remembers = session.freedom.strict or any(
        why_not(player.anew(), one) is None for one in resources[:_ASKED]
    )
    for one in singletons:
        player = player.anew()
        try:
            before = _before(player, one)
            if not remembers and _remembers_nothing(player, player.make(one)):
                continue
            for check in CHECKS:
                problem = _played(player, check, one) and _played(player, check, one)
                if problem is not None:
                    session.note(problem)
            _put_back(player, one, before)
        except (Unable, NotAllowed, Broken):
            continue


def _before(player: Player, resource: Resource) -> Any:
    """Return what is there. Raises Unable where it cannot be read."""
    above = player.above(resource, Caller.FIRST)
    asked = player.ask(resource.read.operation, above)
    if asked.reply.status != 200:
        raise Unable(f"the {resource.name} cannot be read")
    return value_at(asked.reply.json(), resource.read.shown or ())


def _remembers_nothing(player: Player, made: Made) -> bool:
    """Whether a server answers by examples alone: neither the answer to a change nor a read shows any of it."""
    known = claims(player, made)
    try:
        answered = made.reply.json()
    except ValueError:
        answered = None
    return bool(known) and all(
        len(lost(known, shown)) == len(known)
        for shown in (answered, player.shown(made, player.read(made)))
    )


def _played(player: Player, check: Check, resource: Resource) -> Broken | None:
    try:
        check(player.anew(), resource)
    except Broken as problem:
        return problem
    except (Unable, NotAllowed):
        return None
    return None


def _put_back(player: Player, resource: Resource, before: Any) -> None:
    deed = resource.maker
    maker = player.maker(deed.operation) if deed is not None else None
    if deed is None or maker is None:
        return
    for name in reversed(deed.sent or ()):
        before = {name: before}
    body = described(without_read_only(before, maker.schema), maker.schema)
    if maker.is_valid(body):
        player.ask(
            deed.operation, player.above(resource, Caller.FIRST), sent=player.sent(deed, body)
        )
