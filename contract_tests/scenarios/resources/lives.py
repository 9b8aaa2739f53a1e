"""Whether resources move as their contract declares: along which transitions, by what, and when.

What a creation becomes is asked in `outcomes`.

Each play leads a resource of its own to a state, causes one thing, and looks. Plays raise Broken and Unable as the
checks of what is kept do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from contract_tests.judging import life_catalogue as catalogue
from contract_tests.judging.asking import Asked
from contract_tests.judging.life_oracle import Cause, Kind, becomes, broken_by, may_follow
from contract_tests.reading.lives import Requirement as Required
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.resources import Resource
from contract_tests.scenarios.resources.keeping import unlike
from contract_tests.scenarios.resources.living import Living
from contract_tests.scenarios.resources.player import Made, Player, Unable
from contract_tests.scenarios.resources.showing import refusals

Play = Callable[[Player], None]
_MOST = 200


def plays(player: Player, resource: Resource) -> Iterator[Play]:
    """Yield what is played with the resources of a life: each state with each cause, and what operations require."""
    living = Living(player, resource)
    made = player.make(resource)
    try:
        _, start, _ = living.look(made)
    except Unable:
        return
    causes = living.causes()
    states = living.reachable(start)
    for state in states[: player.session.plan.effort.pick(12, _MOST, _MOST)]:
        for cause in causes:
            if cause.kind is not Kind.TIME:
                yield partial(_moves, resource=resource, state=state, cause=cause)
        if living.is_led:
            yield partial(_in_time, resource=resource, state=state)
    for cause in causes:
        if any(one.operation == cause.name and one.guard for one in living.life.transitions):
            yield partial(_chosen, resource=resource, cause=cause)
    for operation, needed in _required(living):
        yield partial(_unknown, resource=resource, operation=operation, needed=needed)
        for state in states:
            if state not in needed.states:
                yield partial(
                    _refused, resource=resource, operation=operation, needed=needed, state=state
                )


def _required(living: Living) -> Iterator[tuple[str, Required]]:
    for operation, listed in living.contract.requirements.items():
        for one in listed:
            known = living.contract.operation(operation)
            if one.lifecycle == living.life.name and known is not None and living.namings(known):
                yield operation, one


def _moves(player: Player, *, resource: Resource, state: str, cause: Cause) -> None:
    """Cause something to a resource in a state: it moves along a declared transition, or not at all."""
    living = Living(player, resource)
    made = living.lead(state)
    _, before, shown = living.look(made)
    facts, answer = living.cause(made, cause, shown)
    asked, after, _ = living.look(made)
    if not living.is_led and after in may_follow(
        living.life, becomes(living.life, before, cause, facts)
    ):
        return
    requirement = broken_by(living.life, before, cause, facts, after)
    if requirement is None:
        return
    refused = answer is not None and answer.reply.status // 100 == 4
    if requirement == catalogue.OPERATION and answer is not None:
        if refused and answer.reply.status in {401, 403, 405, 415, 501}:
            raise Unable(f"{answer.operation.label} was answered {answer.reply.status}")
        asked = answer if refused else asked
    if refused and after != before:
        requirement = catalogue.REFUSED
    raise _wrong(
        living, asked, requirement, before, cause, becomes(living.life, before, cause, facts), after
    )


def _wrong(
    living: Living, asked: Asked, requirement: Requirement, before: str, cause: Cause, wanted: str, after: str,
) -> Exception:  # fmt: skip
    expected = f"{wanted}, for {cause.told} leads there from {before}"
    if wanted == before:
        expected = f"{before} still, for {cause.told} leads nowhere from it"
    return living.player.breaks(asked, requirement, living.resource, expected, came=after)


def _in_time(player: Player, *, resource: Resource, state: str) -> None:
    """Let time pass for a resource in a state: it moves when its time has come, and not before."""
    living = Living(player, resource)
    life = living.life
    made = living.lead(state)
    _, before, shown = living.look(made)
    first = min(
        (
            one.after.total_seconds()
            for one in life.transitions
            if one.after and state in one.sources
        ),
        default=None,
    )
    if first is None:
        longest = max(
            (one.after.total_seconds() for one in life.transitions if one.after), default=0
        )
        _pass(
            living, made, shown, before, Cause(Kind.TIME, seconds=longest + 1), catalogue.TRANSITION
        )
        return
    nearly = first - 1 if first > 1 else first / 2
    _pass(living, made, shown, before, Cause(Kind.TIME, seconds=nearly), catalogue.EARLY)
    rest = first - nearly
    lenient = living.lenience
    wanted = becomes(life, before, Cause(Kind.TIME, seconds=first), {"self": shown})
    living.cause(made, Cause(Kind.TIME, seconds=rest + lenient), shown)
    asked, after, _ = living.look(made)
    allowed = {
        wanted,
        becomes(life, before, Cause(Kind.TIME, seconds=first + lenient), {"self": shown}),
    }
    if after not in allowed:
        requirement = catalogue.DEADLINE if after == before else catalogue.TRANSITION
        told = Cause(Kind.TIME, seconds=first)
        raise _wrong(living, asked, requirement, before, told, wanted, after)


def _pass(
    living: Living, made: Made, shown: object, before: str, cause: Cause, requirement: Requirement
) -> None:
    """Let a time pass in which nothing may happen."""
    living.cause(made, cause, shown)
    asked, after, _ = living.look(made)
    if after != before:
        if before in living.life.final:
            requirement = catalogue.FINAL
        raise _wrong(living, asked, requirement, before, cause, before, after)


def _chosen(player: Player, *, resource: Resource, cause: Cause) -> None:
    """Cause something that a guard chooses one of two for: the other one stays as it is."""
    living = Living(player, resource)
    guarded = next(
        one for one in living.life.transitions if one.operation == cause.name and one.guard
    )
    other, made = living.lead(guarded.sources[0]), living.lead(guarded.sources[0])
    _, before, theirs = living.look(other)
    _, _, shown = living.look(made)
    facts, _ = living.cause(made, cause, shown)
    asked, after, _ = living.look(other)
    wanted = becomes(living.life, before, cause, {**facts, "self": theirs})
    if after != wanted:
        raise _wrong(living, asked, catalogue.GUARD, before, cause, wanted, after)


# -- what operations require ---------------------------------------------------------------------------


def _refused(
    player: Player, *, resource: Resource, operation: str, needed: Required, state: str
) -> None:
    """Ask an operation that requires another state: it is refused, and nothing moves."""
    living = Living(player, resource)
    made = living.lead(state)
    _, before, shown = living.look(made)
    asked, _ = living.operate(made, Cause(Kind.OPERATION, operation), shown)
    _require_refusal(living, asked, needed, f"the {resource.name} is {state}")
    looked, after, _ = living.look(made)
    if after != before:
        cause = Cause(Kind.OPERATION, operation)
        raise _wrong(living, looked, catalogue.REFUSED, before, cause, before, after)


def _unknown(player: Player, *, resource: Resource, operation: str, needed: Required) -> None:
    """Ask an operation that requires what nobody made: it is refused."""
    living = Living(player, resource)
    made = living.lead(needed.states[0])
    _, _, shown = living.look(made)
    nobody = replace(made, key=unlike(made.key))
    asked, _ = living.operate(nobody, Cause(Kind.OPERATION, operation), shown, nobody.key)
    _require_refusal(living, asked, needed, f"there is no such {resource.name}")


def _require_refusal(living: Living, asked: Asked, needed: Required, why: str) -> None:
    if asked.reply.status not in refusals(living.player, asked, needed.otherwise):
        expected = f"{needed.otherwise}, for {why}"
        raise living.player.breaks(asked, catalogue.REQUIRED, living.resource, expected)
