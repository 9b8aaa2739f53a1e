"""Whether a list shows what it is asked for: elements with one value of a member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from contract_tests.generation.changed_values import others_than
from contract_tests.generation.values import put
from contract_tests.judging import life_catalogue as catalogue
from contract_tests.reading.contract import Parameter
from contract_tests.reading.resources import Deed, Does, Resource, schema_at, value_at
from contract_tests.reading.schemas import Path, folded, kinds, members
from contract_tests.reading.spellings import same, words_of
from contract_tests.scenarios.resources.claims import is_same, speaks_of_removal
from contract_tests.scenarios.resources.lists import array_in, list_of, listed
from contract_tests.scenarios.resources.player import Made, Player, Unable
from contract_tests.scenarios.resources.requests import Sent

_MOST = 4  # values of a member that are asked for
_OF_LISTS = frozenset(
    {"sort", "order", "page", "limit", "offset", "fields", "include", "expand", "search", "query"}
)
"""Words of parameters that speak of the list itself, also where a member is called so."""


class _Compared(Enum):
    """How a parameter and a member are compared."""

    EXACTLY = "exactly"
    AS_TEXTS = (
        "as texts"  # whether a part of it is enough, and letters of either case, is left open
    )


@dataclass(frozen=True)
class _Filter:
    """A parameter of a list that is called as a member of its elements; `values` are those that are listed for both."""

    parameter: Parameter
    name: str
    compared: _Compared
    values: tuple[Any, ...] = ()

    def takes(self, asked: object, shown: object) -> bool:
        """Whether an element with a value may stand in a list that was asked for one."""
        if self.compared is _Compared.EXACTLY:
            return is_same(asked, shown)
        return str(asked).casefold() in str(shown).casefold()


def is_filtered(player: Player, resource: Resource) -> None:
    """A list that is asked for one value of a member has what was made with it, and no element with another."""
    deed = list_of(resource)
    filters = list(_filters(deed, resource))
    if not filters:
        raise Unable(f"no list of {resource.name} takes the values of a member")
    made = player.make(resource)
    for one in filters:
        for value in one.values[:_MOST]:
            asked = player.ask(
                deed.operation, made.above, sent=Sent(query={one.parameter.name: value})
            )
            _require_none_else(
                player, resource, one, value, array_in(asked.reply, deed.shown), asked
            )
    for one in filters:
        for each in _two(player, resource, made, one):
            _require_found(player, each, one)


def _require_none_else(
    player: Player, resource: Resource, one: _Filter, value: object, found: Any, asked: Any
) -> None:
    for element in found or ():
        shown = value_at(element, (one.name,))
        if shown is not None and not one.takes(value, shown):
            came = f"{one.name} is {shown!r} in one of the elements"
            expected = f"elements whose {one.name} is {value!r}"
            raise player.breaks(asked, catalogue.FILTERED, resource, expected, came)


def _two(player: Player, resource: Resource, made: Made, one: _Filter) -> Iterator[Made]:
    """Yield two with different values of the member, where a client can give it; else what was made."""
    deed = resource.deed(Does.CREATE)
    maker = player.maker(deed.operation) if deed is not None else None
    if deed is None or maker is None:
        yield made
        return
    place: Path = (*(deed.sent or ()), one.name)
    for text in (player.text(), player.text()) if one.compared is _Compared.AS_TEXTS else ():
        if maker.is_valid(_with(place, text, made.sent)):
            yield player.make(resource, change=partial(_with, place, text))
    yield made
    value, known = value_at(made.sent, place), folded(schema_at(maker.schema, place))
    for other in others_than(value, known) if value is not None else ():
        changed = put(made.sent, place, other)
        if maker.is_valid(changed):
            yield player.make(resource, change=partial(_with, place, other))
            return


def _with(place: Path, value: object, body: Any) -> Any:
    return put(body, place, value) if isinstance(value_at(body, place[:-1]), Mapping) else body


def _require_found(player: Player, made: Made, one: _Filter) -> None:
    """Require that a list that is asked for a value which something has shows it, as the whole list does."""
    resource = made.resource
    value = value_at(player.shown(made, player.read(made)), (one.name,))
    if not isinstance(value, str | int) or value == "":
        return
    found = listed(player, resource, made.above, narrowed={one.parameter.name: value})
    if found is None:
        return
    _require_none_else(player, resource, one, value, found.elements, found.asked)
    if found.of(resource, made.key) or not found.is_whole:
        return
    whole = listed(player, resource, made.above)
    if whole is not None and whole.of(resource, made.key):
        came = f"{len(found.elements)} elements, none with the key {made.key}, which the whole list has"
        expected = f"elements whose {one.name} is {value!r}"
        raise player.breaks(found.asked, catalogue.FILTERED, resource, expected, came)


def _filters(deed: Deed, resource: Resource) -> Iterator[_Filter]:
    """Yield the parameters that are called as a member and take what it may be."""
    known = members(resource.schema)
    for one in deed.operation.parameters:
        words = set(words_of(one.name))
        if one.where != "query" or words & _OF_LISTS or speaks_of_removal((one.name,)):
            continue
        schema = folded(one.schema)
        schema = folded(schema["items"]) if "items" in schema else schema
        for name, member in known.items():
            if same(one.name, name):
                yield from _compared(one, name, schema, folded(member))


def _compared(
    parameter: Parameter, name: str, asked: dict[str, Any], shown: dict[str, Any]
) -> Iterator[_Filter]:
    """Yield the filter that a parameter is; nothing where its values and those of the member are of other kinds."""
    values = _listed(asked)
    if values or _listed(shown):
        if values == _listed(shown):
            yield _Filter(parameter, name, _Compared.EXACTLY, values)
        return
    of_asked, of_shown = kinds(asked) - {"null"}, kinds(shown) - {"null"}
    if of_asked != of_shown or asked.get("format") != shown.get("format"):
        return
    is_id = words_of(name)[-1:] == ("id",)
    if of_asked == {"boolean"} or (of_asked == {"integer"} and is_id):
        yield _Filter(parameter, name, _Compared.EXACTLY)
    elif of_asked == {"string"} and asked.get("format") in {None, "uuid"}:
        yield _Filter(parameter, name, _Compared.AS_TEXTS)


def _listed(known: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(one for one in known.get("enum", ()) if isinstance(one, str))


CHECKS = (is_filtered,)
