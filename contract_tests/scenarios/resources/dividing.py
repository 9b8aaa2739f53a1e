"""Whether the pages of a list are parts of it: each of the size that is asked for, none twice, and nothing left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.generation.values import is_number
from contract_tests.http.messages import Reply
from contract_tests.judging import life_catalogue as catalogue
from contract_tests.judging.asking import Asked
from contract_tests.judging.findings import Broken
from contract_tests.reading.resources import Resource, value_at
from contract_tests.reading.spellings import words_of
from contract_tests.scenarios.resources.lists import Paging, array_in, list_of, listed
from contract_tests.scenarios.resources.player import Made, Player, Unable
from contract_tests.scenarios.resources.requests import Sent

_TRIES = 2  # others may make or remove things meanwhile
_PAGES = 5  # into which a list is divided
_TOTALS = frozenset(
    {"total", "totalcount", "totalitems", "totalresults", "totalelements", "totalrecords"}
)
_HEADERS = ("x-total-count", "x-total")


def is_paged(player: Player, resource: Resource) -> None:
    """A page is as large as was asked for at most, and does not begin with what stood on the page before."""
    deed = list_of(resource)
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
            if len(keys[-1]) > pages.size:
                came, expected = f"{len(keys[-1])} elements", f"{pages.size} at most"
                raise player.breaks(asked, catalogue.SIZED, resource, expected, came)
        again = set(keys[0]) & set(keys[1]) - {None}
        if len(keys[0]) != pages.size or not again:
            return
    assert isinstance(asked, Asked)  # noqa: S101 - both pages were asked for
    came = f"{sorted(map(str, again))[0]} again, which stood on the page before"
    raise player.breaks(asked, catalogue.PAGED, resource, "the elements after those", came)


def is_walked(player: Player, resource: Resource) -> None:
    """Page by page a list has what it has at once, and its total is not less than that."""
    paging = Paging(list_of(resource).operation)
    if not (paging.is_numbered and paging.knows_end):
        raise Unable(
            f"the list of {resource.name} is not divided by numbers, or nobody knows where it ends"
        )
    made = [player.make(resource) for _ in range(3)][-1]
    problem = _left_out(player, made, paging)
    if problem is not None and (again := _left_out(player, made, paging)) is not None:
        raise again


def _left_out(player: Player, made: Made, paging: Paging) -> Broken | None:
    """Return what is broken where a list shows less, or tells of less, page by page than at once."""
    resource = made.resource
    whole = listed(player, resource, made.above)
    keys = set(_keys(whole.elements, resource)) if whole is not None else set()
    size = max(paging.least, -(-len(keys) // _PAGES))
    walked = listed(player, resource, made.above, size=size)
    if whole is None or walked is None or not walked.is_whole or len(keys) <= size:
        raise Unable(f"the list of {resource.name} cannot be read page by page")
    missing = keys - set(_keys(walked.elements, resource))
    if missing:
        came = f"{sorted(map(str, missing))[0]} is on none of the pages of {size}"
        expected = f"the {len(keys)} elements that the list has at once"
        return player.breaks(walked.asked, catalogue.WALKED, resource, expected, came)
    total = _total(walked.asked.reply)
    if total is not None and total < len(keys):
        came, expected = f"a total of {total}", f"{len(keys)} or more, which the list has"
        return player.breaks(walked.asked, catalogue.COUNTED, resource, expected, came)
    return None


def _key(element: object, resource: Resource) -> Any:
    found = value_at(element, resource.key)
    return found if isinstance(found, str | int) else None


def _keys(elements: list[Any], resource: Resource) -> Iterator[str | int]:
    return filter(None, (_key(one, resource) for one in elements))


def _total(reply: Reply) -> float | None:
    """Return how many elements an answer says that a list has, None where it says nothing of it."""
    for header in _HEADERS:
        if reply.headers.get(header, "").isdigit():
            return int(reply.headers[header])
    body = reply.json()
    if not isinstance(body, Mapping):
        return None
    parts = (body, *(one for one in body.values() if isinstance(one, Mapping)))
    known = ((name, one) for part in parts for name, one in part.items())
    return next(
        (n for name, n in known if "".join(words_of(name)) in _TOTALS and is_number(n)), None
    )


CHECKS = (is_paged, is_walked)
