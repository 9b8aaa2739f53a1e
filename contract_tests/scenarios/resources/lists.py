"""Reads the lists of resources, page after page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contract_tests.http.messages import Reply
from contract_tests.http.partners import Caller
from contract_tests.judging.asking import Asked
from contract_tests.reading.contract import Operation, Parameter
from contract_tests.reading.resources import Deed, Does, Resource, Way, value_at
from contract_tests.reading.spellings import words_of
from contract_tests.scenarios.resources.player import Player, Unable
from contract_tests.scenarios.resources.requests import Sent

_SIZES = frozenset(
    {"limit", "perpage", "pagesize", "maxresults", "pagelimit", "top", "take", "first"}
)
_STARTS = frozenset({"offset", "skip", "startindex"})
_PAGES = frozenset({"page", "pagenumber", "pageindex"})
_CURSORS = frozenset(
    {
        "cursor",
        "after",
        "before",
        "startingafter",
        "pagetoken",
        "nexttoken",
        "marker",
        "continuationtoken",
    }
)
_MOST_PAGES = 40
_MOST_ASKED = 5  # elements of a page, for two of which things are made
_WHOLE: Mapping[str, object] = MappingProxyType({})
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')


@dataclass(frozen=True)
class Listed:
    """The elements of a list, the answer with the last of them, and whether they are known to be all."""

    elements: list[Any]
    asked: Asked
    is_whole: bool

    def of(self, resource: Resource, key: str) -> list[Any]:
        """Return the elements that have a key."""
        return [one for one in self.elements if _text(value_at(one, resource.key)) == key]


def listed(
    player: Player,
    resource: Resource,
    above: tuple[str, ...],
    caller: Caller = Caller.FIRST,
    *,
    narrowed: Mapping[str, object] = _WHOLE,
    size: int | None = None,
) -> Listed | None:
    """Return what a list has, in pages of a size; None where there is none, or it is refused.

    `narrowed` are the parameters by which less is asked for than all.
    """
    deed = resource.deed(Does.LIST)
    if deed is None or deed.shown is None:
        return None
    paging = Paging(deed.operation, size)
    elements: list[Any] = []
    query: Mapping[str, object] | None = {**narrowed, **paging.first}
    asked = None
    for _ in range(_MOST_PAGES):
        asked = player.ask(deed.operation, above, caller, Sent(query=query or {}))
        found = array_in(asked.reply, deed.shown)
        if found is None:
            return None
        if elements and not paging.has_size and found[:1] == elements[:1]:
            return Listed(elements, asked, paging.knows_end)  # it is not divided: the same again
        elements += found
        query = paging.after(query or {}, len(found), len(elements), asked.reply)
        if query is None:
            return Listed(elements, asked, paging.knows_end)
    assert asked is not None  # noqa: S101 - there is a first page
    return Listed(elements, asked, is_whole=False)


def list_of(resource: Resource) -> Deed:
    """Return what lists a resource. Raises Unable where it is not known what does."""
    deed = resource.deed(Does.LIST)
    if deed is None or deed.shown is None:
        raise Unable(f"no list of {resource.name} is known")
    return deed


def array_in(reply: Reply, way: Way | None) -> list[Any] | None:
    """Return the elements in an answer, None where there is no list of them."""
    if reply.status != 200 or way is None:
        return None
    try:
        found = value_at(reply.json(), way)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


@dataclass(frozen=True)
class TwoPages:
    """The parameters of the first two pages of a list, and how many elements each has."""

    size: int
    first: Mapping[str, object]
    second: Mapping[str, object]


class Paging:
    """How one list is divided, by the parameters of its operation."""

    def __init__(self, operation: Operation, size: int | None = None) -> None:
        """Take the operation of the list, and how many elements a page is to have; None: as many as may be."""
        known = {"".join(words_of(one.name)): one for one in _of_query(operation)}
        self._size = next((one for name, one in known.items() if name in _SIZES), None)
        self._start = next((one for name, one in known.items() if name in _STARTS), None)
        self._page = next((one for name, one in known.items() if name in _PAGES), None)
        by_cursor = any(name in _CURSORS for name in known)
        most = self._size.schema.get("maximum", 100) if self._size is not None else None
        self._most = min(int(most), 100) if isinstance(most, int | float) else 100
        self._most = self._most if size is None else min(size, self._most)
        paged = self._start is not None or self._page is not None
        filtered = any(one.required and one is not self._size for one in known.values())
        self.knows_end = not filtered and (not by_cursor or paged)

    @property
    def has_size(self) -> bool:
        """Whether the size of a page can be asked for."""
        return self._size is not None

    @property
    def is_numbered(self) -> bool:
        """Whether a page is asked for by its size and its number, or by where it begins."""
        return self.has_size and (self._start is not None or self._page is not None)

    @property
    def first(self) -> dict[str, object]:
        """Return the parameters of the first page: as large as it may be."""
        return {self._size.name: self._most} if self._size is not None else {}

    @property
    def least(self) -> int:
        """Return the fewest elements that a page may be asked to have."""
        known = self._size.schema.get("minimum", 1) if self._size is not None else 1
        return max(1, known if isinstance(known, int) else 1)

    @property
    def two(self) -> TwoPages | None:
        """Return the first two pages, as small as they may be; None where they are not told apart by numbers."""
        if self._size is None:
            return None
        size = self.least
        first = {self._size.name: size}
        if size > _MOST_ASKED:
            return None
        if self._start is not None:
            counted_from = 1 if "index" in self._start.name.lower() else 0
            second = size + _least(self._start, counted_from)
            return TwoPages(size, first, {**first, self._start.name: second})
        if self._page is not None:
            one = self._first_page
            first = {**first, self._page.name: one}
            return TwoPages(size, first, {**first, self._page.name: one + 1})
        return None

    @property
    def _first_page(self) -> int:
        return _least(self._page, 1)

    def after(
        self, query: Mapping[str, object], count: int, in_all: int, reply: Reply
    ) -> Mapping[str, object] | None:
        """Return the parameters of the next page, None where there is none."""
        linked = _NEXT.search(reply.headers.get("link", ""))
        if linked is not None:
            return dict(parse_qsl(urlsplit(linked[1]).query))
        if not count or (self._size is not None and count < self._most):
            return None
        if self._start is not None:
            return {**query, self._start.name: in_all}
        if self._page is not None:
            now = query.get(self._page.name, self._first_page)
            return {**query, self._page.name: int(str(now)) + 1}
        return None


def _least(parameter: Parameter | None, otherwise: int) -> int:
    """Return what a parameter counts from."""
    known = parameter.schema if parameter is not None else {}
    found = known.get("default", known.get("minimum"))
    return found if isinstance(found, int) else otherwise


def _of_query(operation: Operation) -> Iterator[Parameter]:
    yield from (one for one in operation.parameters if one.where == "query")


def _text(value: object) -> str:
    return str(value)
