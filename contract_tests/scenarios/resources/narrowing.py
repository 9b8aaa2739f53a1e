"""Whether a list shows what it is asked for: elements with one value of a member, or one page after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_tests.judging import life_catalogue as catalogue
from contract_tests.judging.asking import Asked
from contract_tests.reading.contract import Parameter
from contract_tests.reading.resources import Deed, Does, Resource, value_at
from contract_tests.reading.schemas import folded, members
from contract_tests.reading.spellings import same
from contract_tests.scenarios.resources.lists import Paging, array_in
from contract_tests.scenarios.resources.player import Player, Unable
from contract_tests.scenarios.resources.requests import Sent

_MOST = 4  # values of a member that are asked for
_TRIES = 2  # others may make things meanwhile


def is_filtered(player: Player, resource: Resource) -> None:
    """A list that is asked for one value of a member has no element with another."""
    deed = _list_of(resource)
    filters = list(_filters(deed, resource))
    if not filters:
        raise Unable(f"no list of {resource.name} takes the values of a member")
    made = player.make(resource)
    for parameter, name, values in filters:
        for value in values[:_MOST]:
            asked = player.ask(deed.operation, made.above, sent=Sent(query={parameter.name: value}))
            others = [
                one[name]
                for one in array_in(asked.reply, deed.shown) or ()
                if isinstance(one, dict) and name in one and one[name] != value
            ]
            if others:
                came = f"{name} is {others[0]!r} in one of the elements"
                expected = f"elements whose {name} is {value!r}"
                raise player.breaks(asked, catalogue.FILTERED, resource, expected, came)


def is_paged(player: Player, resource: Resource) -> None:
    """A page does not begin with what stood on the page before."""
    deed = _list_of(resource)
    pages = Paging(deed.operation).two
    if pages is None:
        raise Unable(f"the list of {resource.name} is not divided by numbers")
    made = [player.make(resource) for _ in range(2 * pages.size)][-1]
    for _ in range(_TRIES):
        keys, asked = [], None
        for query in (pages.first, pages.second):
            asked = player.ask(deed.operation, made.above, sent=Sent(query=query))
            found = array_in(asked.reply, deed.shown)
            keys.append([_key(one, resource) for one in found or ()])
        again = set(keys[0]) & set(keys[1]) - {None}
        if len(keys[0]) != pages.size or not again:
            return
    assert isinstance(asked, Asked)  # noqa: S101 - both pages were asked for
    came = f"{sorted(map(str, again))[0]} again, which stood on the page before"
    raise player.breaks(asked, catalogue.PAGED, resource, "the elements after those", came)


def _key(element: object, resource: Resource) -> Any:
    found = value_at(element, resource.key)
    return found if isinstance(found, str | int) else None


def _list_of(resource: Resource) -> Deed:
    deed = resource.deed(Does.LIST)
    if deed is None or deed.shown is None:
        raise Unable(f"no list of {resource.name} is known")
    return deed


def _filters(deed: Deed, resource: Resource) -> Iterator[tuple[Parameter, str, list[object]]]:
    """Yield the parameters that are called as a member and have its very values, with its name and those."""
    known = members(resource.schema)
    for one in deed.operation.parameters:
        schema = folded(one.schema)
        asked = _values(folded(schema.get("items", {})) if "items" in schema else schema)
        for name, member in known.items() if one.where == "query" and asked else ():
            if same(one.name, name) and asked == _values(folded(member)):
                yield one, name, asked


def _values(known: dict[str, Any]) -> list[object]:
    return [one for one in known.get("enum", ()) if isinstance(one, str)]


CHECKS = (is_filtered, is_paged)
