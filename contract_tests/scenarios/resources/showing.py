"""What is required of answers that show what was made, and how a change is sent: what the checks are written with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_tests.generation.changed_values import others_than
from contract_tests.generation.values import put
from contract_tests.judging.asking import Asked
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.resources import Deed, Does, Resource, Way, schema_at, value_at
from contract_tests.reading.schemas import Path, Schema, folded
from contract_tests.scenarios.resources.claims import (
    Claims,
    claims_of,
    lost,
    seen_in,
    speaks_of_removal,
    told,
)
from contract_tests.scenarios.resources.lists import listed
from contract_tests.scenarios.resources.player import Made, Player, Unable

GONE = frozenset({404, 410})
_REFUSALS = tuple(range(400, 500))


def refusals(player: Player, asked: Asked, status: int) -> tuple[int, ...]:
    """Return the codes with which a request may be refused: in strict mode the one that is meant, where it is documented."""
    documented = {one.code for one in asked.operation.responses}
    return (status,) if player.session.freedom.strict and str(status) in documented else _REFUSALS


def root_of(made: Made) -> Way:
    """Return where a representation stands in what was sent to make it."""
    deed = made.resource.maker
    return (deed.sent or ()) if deed is not None else ()


def claims(player: Player, made: Made) -> Claims:
    """Return what a read of it has to show."""
    deed = made.resource.maker
    return {} if deed is None else claims_by(player, made.resource, deed, made.sent)


def claims_by(player: Player, resource: Resource, deed: Deed, body: Any) -> Claims:
    """Return what a read has to show of what one deed sent."""
    maker, root = player.maker(deed.operation), deed.sent or ()
    asked = schema_at(maker.schema, root) if maker is not None else None
    return claims_of(resource, value_at(body, root), asked)


def with_key(player: Player, made: Made, body: Any, does: Does = Does.REPLACE) -> Any:
    """Return a body with the key of what is changed, where the key stands in it."""
    deed = made.resource.deeds[does]
    way = (*(deed.sent or ()), *made.resource.key)
    there = value_at(body, way)
    if there is None:
        return body
    kind = type(there)
    try:
        return put(body, way, kind(made.key) if kind in (int, float, str) else there)
    except ValueError:
        return body


def varied(player: Player, deed: Deed, body: Any, before: Claims) -> Any:
    """Return a body with other numbers, truths and listed values than there are, each where it is valid so."""
    maker, root = player.maker(deed.operation), deed.sent or ()
    for path, value in before.items():
        if maker is None or value_at(body, (*root, *path)) != value:
            continue
        known = folded(schema_at(maker.schema, (*root, *path)))
        made = (put(body, (*root, *path), one) for one in others(path, value, known))
        body = next((one for one in made if maker.is_valid(one)), body)
    return body


def others(path: Path, value: object, known: Schema) -> Iterator[object]:
    """Yield other values for a member, but for one that says whether the whole is there at all."""
    return iter(()) if speaks_of_removal(path) else others_than(value, known)


def changed(player: Player, made: Made, does: Does, body: Any, requirement: Requirement) -> Asked:
    """Send a change. What is there and not found breaks a requirement; any other refusal says nothing."""
    asked = player.send(made, does, body)
    status = asked.reply.status
    if status in GONE:
        raise player.breaks(asked, requirement, made.resource, "a success, for it was created")
    if status // 100 != 2:
        raise Unable(f"{asked.operation.label} was answered {status}")
    return asked


def require_kept(player: Player, made: Made, wanted: Claims, requirement: Requirement) -> Asked:
    """Require that two reads and the list show something; return the answer of the second read."""
    require_shown(player, made, wanted, player.read(made), requirement)
    asked = player.read(made)
    require_shown(player, made, wanted, asked, requirement)
    found = listed(player, made.resource, made.above)
    elements = found.of(made.resource, made.key) if found is not None else []
    if found is not None and len(elements) > 1:
        came = f"{len(elements)} elements with the key {made.key}"
        raise player.breaks(
            found.asked, requirement, made.resource, "one element with its key", came
        )
    for one in elements:
        common = seen_in(wanted, one)
        missing = lost(common, one)
        if found is not None and missing:
            came = f"in the list, {told(missing, common, one)}"
            raise player.breaks(found.asked, requirement, made.resource, "what was sent", came)
    return asked


def require_shown(
    player: Player, made: Made, wanted: Claims, asked: Asked, requirement: Requirement
) -> None:
    """Raise Broken unless an answer shows what is wanted."""
    if asked.reply.status // 100 != 2:
        raise player.breaks(asked, requirement, made.resource, "200 with what was sent")
    shown = player.shown(made, asked)
    missing = lost(wanted, shown)
    if missing:
        raise player.breaks(
            asked, requirement, made.resource, "what was sent", told(missing, wanted, shown)
        )


def require_there(player: Player, made: Made, asked: Asked, requirement: Requirement) -> None:
    """Raise Broken unless something can be read still, after a request that is not about it."""
    if player.read(made).reply.status in GONE:
        came = f"then {made.key} is gone"
        raise player.breaks(asked, requirement, made.resource, "no change of anything else", came)
