"""Asks what no generated request reaches: operations below one thing, whose key only its creation tells."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.judging.findings import Broken
from contract_tests.reading.contract import Operation
from contract_tests.reading.inference import body_of
from contract_tests.reading.resources import Resource
from contract_tests.scenarios.resources.player import Player, Unable
from contract_tests.scenarios.resources.requests import Sent


def is_answered(player: Player, resource: Resource) -> None:
    """Each operation below one, asked of one that is there, answers as documented; a refusal says nothing."""
    operations = list(_below(player, resource))
    if not operations:
        raise Unable(f"nothing is asked below a {resource.name}")
    for operation in operations:
        maker, media = player.maker(operation), body_of(operation)
        body = maker.plain() if maker is not None else None
        if operation.body and body is None:
            continue  # nobody knows what it takes
        sent = Sent(body, media.type) if media is not None and body is not None else Sent()
        try:
            _require_documented(player.anew(), operation, resource, sent)
        except Broken as problem:  # of one, which says nothing of the others
            player.session.note(problem)


def _require_documented(
    player: Player, operation: Operation, resource: Resource, sent: Sent
) -> None:
    asked = player.ask(operation, player.make(resource).values, sent=sent)
    if asked.reply.status // 100 == 2:
        player.session.asking.require_documented(asked)


def _below(player: Player, resource: Resource) -> Iterator[Operation]:
    """Yield the operations below one that are no deeds of a resource, nor moves of a life."""
    deeds = {deed.operation.id for other in player.resources for deed in other.deeds.values()}
    for one in player.session.contract.operations:
        below = (
            one.path.startswith(f"{resource.path}/") and "{" not in one.path[len(resource.path) :]
        )
        if below and one.id not in deeds and (one.method == "GET" or not resource.is_declared):
            yield one


CHECKS = (is_answered,)
