"""Whether a creation becomes what the outcomes of its life say: a state, or a refusal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from contract_tests.generation.values import drop
from contract_tests.http.partners import Caller
from contract_tests.judging import life_catalogue as catalogue
from contract_tests.judging.asking import Asked
from contract_tests.judging.life_oracle import row
from contract_tests.reading.expressions import holds_for
from contract_tests.reading.lives import Creation
from contract_tests.reading.resources import Deed, Does, Resource, value_at, way_of
from contract_tests.reading.schemas import Path
from contract_tests.scenarios.resources.lives import Play
from contract_tests.scenarios.resources.living import Living
from contract_tests.scenarios.resources.naming import with_member
from contract_tests.scenarios.resources.player import Made, Player, Unable

_COMPARED = re.compile(
    r"self((?:\.\w+)+)\s*(==|>=?|<=?)\s*('[^']*'|\"[^\"]*\"|-?[\d.]+|true|false|self(?:\.\w+)+)"
)
_ENDS = re.compile(
    r"self((?:\.\w+)+)\.(endsWith|startsWith|contains)\(\s*('[^']*'|\"[^\"]*\")\s*\)"
)
_HIGH, _LOW = "9999-12-31", "0001-01-01"


def plays(player: Player, resource: Resource) -> Iterator[Play]:
    """Yield a creation for each row of the outcomes that can be brought about, and a plain one."""
    life = resource.life
    if life is None or Does.CREATE not in resource.deeds:
        return
    yield partial(_plain, resource=resource)
    for one in life.rows:
        if one.rule is not None:
            yield partial(_by_rule, resource=resource, rule=one.rule)
        elif one.when == "twin-saved":
            yield partial(_again, resource=resource, is_twin=True)
        elif one.when == "rival-saved":
            yield partial(_again, resource=resource, is_twin=False)


def _plain(player: Player, *, resource: Resource) -> None:
    living = Living(player, resource)
    body, texts = _body(player, resource)
    if not texts and _looks_back(resource):
        raise Unable("what was made before may be like it")
    _require(living, _create(living, body), body)


def _by_rule(player: Player, *, resource: Resource, rule: str) -> None:
    living, deed = Living(player, resource), resource.deeds[Does.CREATE]
    body, _ = _body(player, resource)
    maker = player.maker(deed.operation)
    for one in _fulfilling(rule, body, deed):
        known = {"self": value_at(one, deed.sent or ()), "request": one, "partner": {}}
        if maker is not None and maker.is_valid(one) and holds_for(rule, known):
            _require(living, _create(living, one), one)
            return
    raise Unable("no body is known for which the rule holds")


def _again(player: Player, *, resource: Resource, is_twin: bool) -> None:
    living, deed = Living(player, resource), resource.deeds[Does.CREATE]
    body, texts = _body(player, resource)
    ways = [(*(deed.sent or ()), *way_of(one)) for one in living.life.key]
    if not texts or any(value_at(body, way) is None for way in ways):
        raise Unable("the client does not say the key")
    key_texts = [path for path in texts if path in ways]
    first = _create(living, body)
    if first.reply.status // 100 != 2:
        raise Unable(f"{deed.operation.label} was answered {first.reply.status}")
    if not is_twin:
        changed = next((path for path in texts if path not in key_texts), None)
        if changed is None:
            raise Unable("nothing but its key tells one from another")
        body = with_member(body, changed, player.text())
    _require(living, _create(living, body), body, is_twin=is_twin)


def _looks_back(resource: Resource) -> bool:
    life = resource.life
    return life is not None and any(one.when.endswith("-saved") for one in life.rows)


def _body(player: Player, resource: Resource) -> tuple[Any, list[Path]]:
    """Return a body, without the key where the server gives one too, and the places of its texts."""
    deed = resource.deeds[Does.CREATE]
    body, texts = player.body(deed)
    way, maker = (*(deed.sent or ()), *resource.key), player.maker(deed.operation)
    if value_at(body, way) is not None and maker is not None:
        without = drop(body, way)
        if maker.is_valid(without):
            return without, [path for path in texts if path != way]
    return body, texts


def _create(living: Living, body: Any) -> Asked:
    deed, player = living.resource.deeds[Does.CREATE], living.player
    above = player.above(living.resource, Caller.FIRST)
    body = player.provide(player, deed.operation, Caller.FIRST, body)
    return player.ask(deed.operation, above, Caller.FIRST, player.sent(deed, body))


def _require(living: Living, asked: Asked, body: Any, *, is_twin: bool | None = None) -> None:
    """Raise Broken unless a creation became what the first row says that holds."""
    resource, deed = living.resource, living.resource.deeds[Does.CREATE]
    status = asked.reply.status
    shown = value_at(body, deed.sent or ())
    made, state = None, f"refused with {status}"
    if status // 100 == 2:
        key = living.player.key_in(resource, deed, asked.reply)
        made = Made(
            resource,
            Caller.FIRST,
            living.player.above(resource, Caller.FIRST),
            key,
            body,
            asked.reply,
        )
        asked, state, shown = living.look(made)
    known = {"self": shown, "request": body, "partner": {}}
    one = row(living.life, known, twin=is_twin is True, rival=is_twin is not None)
    wanted = _wanted(living, one)
    if status // 100 == 4 and (one is None or one.refuse is None):
        raise Unable(f"{deed.operation.label} was answered {status}")
    if state == wanted or (
        made is None
        and one is not None
        and one.refuse is not None
        and not _is_pinned(living, one, deed)
    ):
        return
    requirement = (
        catalogue.STATE
        if made is not None and state not in living.life.states
        else catalogue.OUTCOME
    )
    raise living.player.breaks(asked, requirement, resource, wanted, came=state)


def _wanted(living: Living, one: Creation | None) -> str:
    if one is not None and one.refuse is not None:
        return f"refused with {one.refuse}"
    return one.then if one is not None and one.then is not None else living.life.initial


def _is_pinned(living: Living, one: Creation, deed: Deed) -> bool:
    documented = {response.code for response in deed.operation.responses}
    return living.player.session.freedom.strict and str(one.refuse) in documented


# -- what a rule is about ------------------------------------------------------------------------------


def _fulfilling(rule: str, body: Any, deed: Deed) -> Iterator[Any]:
    """Yield bodies for which a rule may hold: with the values that stand in it, or with two of its members at odds."""
    root = deed.sent or ()
    yield body
    for path, sign, other in _COMPARED.findall(rule):
        way = (*root, *path[1:].split("."))
        if other.startswith("self."):
            theirs = (*root, *other[5:].split("."))
            high, low = (way, theirs) if ">" in sign else (theirs, way)
            yield with_member(with_member(body, high, _HIGH), low, _LOW)
            yield with_member(body, way, value_at(body, theirs))
            continue
        value = _literal(other)
        yield with_member(body, way, value)
        if isinstance(value, int | float):
            yield from (with_member(body, way, value + step) for step in (1, -1))
    for path, kind, other in _ENDS.findall(rule):
        way = (*root, *path[1:].split("."))
        text = str(_literal(other))
        yield with_member(body, way, f"{text}a" if kind == "startsWith" else f"a{text}")


def _literal(text: str) -> Any:
    return text[1:-1] if text[0] in "'\"" else json.loads(text)
