"""Whether what a client leaves out has the default that the schema of the request gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contract_tests.generation.representations import Maker
from contract_tests.generation.values import drop
from contract_tests.judging import life_catalogue as catalogue
from contract_tests.reading.resources import Resource, schema_at, value_at
from contract_tests.reading.schemas import Path, folded, members
from contract_tests.scenarios.resources.claims import is_certain, is_same
from contract_tests.scenarios.resources.naming import with_member
from contract_tests.scenarios.resources.player import Player, Unable
from contract_tests.scenarios.resources.showing import others

_DEPTH = 3


def has_defaults(player: Player, resource: Resource) -> None:
    """What is made without members that have a default shows those, where the answer shows such members."""
    deed = resource.maker
    maker = player.maker(deed.operation) if deed is not None else None
    if deed is None or maker is None or not _takes_all(maker, deed.sent or ()):
        raise Unable(f"no default of a {resource.name} is certain")
    root = deed.sent or ()
    wanted = dict(_defaults(resource, schema_at(maker.schema, root)))
    if not wanted:
        raise Unable(f"no member of a {resource.name} has a default")
    if resource.is_once:  # what is there must not be the defaults by chance
        player.make(resource, change=partial(_with_others, root, wanted, maker))
    made = player.make(
        resource, change=lambda body: _without(body, [(*root, *path) for path in wanted], maker)
    )
    asked = player.read(made)
    shown = player.shown(made, asked)
    for path, default in wanted.items():
        found = value_at(shown, path)
        if value_at(made.sent, (*root, *path)) is None and _is_other(found, default, shown, path):
            came = f"{'.'.join(map(str, path))} is {found!r:.80}"
            expected = f"{default!r:.80}, its default"
            raise player.breaks(asked, catalogue.DEFAULTED, resource, expected, came)


def _with_others(root: Path, wanted: Mapping[Path, Any], maker: Maker, body: Any) -> Any:
    """Return a body with other values than the defaults, as far as it is valid so."""
    for path, default in wanted.items():
        known = folded(schema_at(maker.schema, (*root, *path)))
        made = (with_member(body, (*root, *path), one) for one in others(path, default, known))
        body = next((one for one in made if maker.is_valid(one)), body)
    return body


def _takes_all(maker: Maker, root: Path) -> bool:
    """Whether a request is of a whole representation: where nothing at all is required it may be of its changes alone."""
    return bool(folded(schema_at(maker.schema, root)).get("required"))


def _is_other(found: object, default: object, shown: object, path: Path) -> bool:
    """Whether something else is shown; what is not shown at all has the default for all that anybody can see."""
    holder = value_at(shown, path[:-1])
    is_shown = isinstance(holder, Mapping) and path[-1] in holder
    return is_shown and found is not None and not is_same(found, default)


def _defaults(resource: Resource, asked: object, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the defaults of members that may be left out, with their places; nothing is certain of none (null)."""
    known = folded(asked)
    for name, one in members(known).items() if len(path) < _DEPTH else ():
        schema = folded(one)
        if members(schema) or "object" in (schema.get("type"), type(schema.get("default"))):
            yield from _defaults(resource, one, (*path, name))
            continue
        default = schema.get("default")
        optional = name not in known.get("required", ())
        if (
            optional
            and default is not None
            and is_certain(resource, schema, (*path, name), default)
        ):
            yield (*path, name), default


def _without(body: Any, places: list[Path], maker: Maker) -> Any:
    """Return a body without what stands at some places, as far as it is valid so."""
    for place in places:
        if value_at(body, place) is not None and maker.is_valid(drop(body, place)):
            body = drop(body, place)
    return body


CHECKS = (has_defaults,)
