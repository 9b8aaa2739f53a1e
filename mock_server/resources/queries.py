"""Which part of a list a request asks for: filters, order and page, by the parameters that stand in the contract."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import SchemaView
from mock_server.resources.making import Members
from mock_server.resources.names import Paging, paging_of, plain
from mock_server.resources.shapes import members_of
from openapi_documents import Document

_MOST = 100
"""Elements of a page where a contract has a limit without saying which."""


class Query(NamedTuple):
    """What of a list is wanted: the members and what they equal, the member to sort by, and the page.

    `start` is a number of elements to leave out, or a `cursor`, which names the element before the page, or behind it
    where it is `backwards`. `limit` is None for all of them.
    """

    filters: Mapping[str, object]
    sort: str | None
    descending: bool
    limit: int | None
    start: int
    cursor: str | None
    backwards: bool
    first_page: int

    @property
    def is_plain(self) -> bool:
        """Whether the database alone can answer it."""
        return (
            not self.filters and self.sort is None and not self.descending and self.cursor is None
        )

    @property
    def enough(self) -> int | None:
        """How many elements tell what is on the page and whether another one follows; None where all are needed."""
        is_in_order = self.sort is None and not self.descending and self.cursor is None
        return self.start + self.limit + 1 if is_in_order and self.limit is not None else None


class QueryForm:
    """How the parameters of one list are read."""

    def __init__(self, document: Document, operation: Operation, element: SchemaView) -> None:
        """Take the list's operation, and the schema of its elements."""
        members = {plain(name): name for name in members_of(element)}
        self._members = members
        self._element = element
        self._uses: dict[str, Paging] = {}
        self._filters: dict[str, str] = {}
        self._limit: int | None = None
        self._first_page = 1
        for parameter in operation.parameters:
            if parameter.location != "query":
                continue
            use = paging_of(parameter.name)
            schema = SchemaView(document.node(parameter.schema)) if parameter.schema else None
            if use is not None:
                self._uses[parameter.name] = use
                self._note(use, schema)
            else:
                member = members.get(plain(_filtered(parameter.name)))
                if member is not None:
                    self._filters[parameter.name] = member

    def _note(self, use: Paging, schema: SchemaView | None) -> None:
        """Note what a schema says of a page: its size, and whether pages are counted from 0."""
        if schema is None:
            return
        default, least, most = (schema.word(word) for word in ("default", "minimum", "maximum"))
        if use is Paging.LIMIT:
            bound = most if type(most) is int and most < _MOST else _MOST
            self._limit = default if type(default) is int and default > 0 else bound
        elif use is Paging.PAGE and (default == 0 or (default is None and least == 0)):
            self._first_page = 0

    def read(self, parameters: Mapping[str, object]) -> Query:
        """Return what a request asks for."""
        given: dict[Paging, object] = {}
        for name, use in self._uses.items():
            if name in parameters:
                given.setdefault(use, parameters[name])
        limit = _whole(given.get(Paging.LIMIT))
        limit = self._limit if limit is None or limit < 0 else limit
        sort, descending = self._order(given)
        page = _whole(given.get(Paging.PAGE))
        start = _whole(given.get(Paging.OFFSET)) or 0
        if page is not None and limit:
            start = max(page - self._first_page, 0) * limit
        back = given.get(Paging.BEFORE)
        cursor = given.get(Paging.CURSOR) if back is None else back
        return Query(
            filters={
                member: parameters[name]
                for name, member in self._filters.items()
                if name in parameters and self._can_equal(member, parameters[name])
            },
            sort=sort,
            descending=descending,
            limit=limit,
            start=max(start, 0),
            cursor=None if cursor in (None, "") else str(cursor),
            backwards=back is not None,
            first_page=self._first_page,
        )

    def _order(self, given: Mapping[Paging, object]) -> tuple[str | None, bool]:
        """Return the member to sort by, and whether the greatest comes first: `-created`, `created:desc`, `created desc`."""
        asked = given.get(Paging.SORT)
        text = str(asked[0] if isinstance(asked, list) and asked else asked or "")
        name, _, way = text.lstrip("+-").replace(" ", ":").partition(":")
        descending = text.startswith("-") or way.lower().startswith("desc")
        if str(given.get(Paging.ORDER, "")).lower().startswith("desc"):
            descending = True
        aliases = (plain(name), f"{plain(name)}at", f"{plain(name)}on", f"{plain(name)}date")
        member = next((self._members[one] for one in aliases if one in self._members), None)
        return member, descending

    def _can_equal(self, member: str, value: object) -> bool:
        """Tell whether a member may have a value at all: `state=all` filters nothing where no state is called so."""
        known = members_of(self._element)[member].texts
        wanted = value if isinstance(value, list) else [value]
        return not known or all(str(one) in known for one in wanted)


def _filtered(name: str) -> str:
    """Return what a parameter filters by: `filter[colour]` and `colour` are one."""
    match = re.fullmatch(r"filters?\[(.+)\]", name)
    return match[1] if match is not None else name


def _whole(value: object) -> int | None:
    if type(value) is int:
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else None


def chosen(
    values: Iterable[tuple[str, Members]], query: Query, enough: int | None
) -> tuple[list[Members], int, int]:
    """Return the elements of the page, how many there are in all, and where the page begins; `values` are by their keys.

    Where nobody asks how many there are, no more than `enough` are counted.
    """
    fitting = ((key, value) for key, value in values if holds(value, query.filters))
    found = list(itertools.islice(fitting, enough))
    if query.sort is not None:
        found.sort(key=lambda pair: _sortable(pair[1].get(query.sort or "")))
    if query.descending:
        found.reverse()
    start, end = _bounds([key for key, _ in found], query)
    return [value for _, value in found[start:end]], len(found), start


def _bounds(keys: Sequence[str], query: Query) -> tuple[int, int]:
    start = query.start
    if query.cursor is not None and query.cursor in keys:
        place = keys.index(query.cursor)
        if query.backwards:
            return max(place - (query.limit or place), 0), place
        start = place + 1
    elif query.cursor is not None and query.cursor.isdecimal():
        start = int(query.cursor)
    return start, len(keys) if query.limit is None else start + query.limit


def texts_of(filters: Mapping[str, object]) -> list[list[bytes]]:
    """Return texts that stand in the JSON of whatever fits the filters: of each filter one of some, wherever it stands.

    A number with a fraction may be written in several ways, so it is not looked for.
    """
    found = []
    for wanted in filters.values():
        options = wanted if isinstance(wanted, list) else [wanted]
        if not any(isinstance(one, float) for one in options):
            found.append([msgspec.json.encode(one).strip(b'"') for one in options])
    return found


def holds(value: Members, filters: Mapping[str, object]) -> bool:
    """Tell whether the members of a value equal what they must."""
    for name, wanted in filters.items():
        found = value.get(name)
        theirs = found if isinstance(found, list) else [found]
        ours = wanted if isinstance(wanted, list) else [wanted]
        if not any(_text(one) == _text(other) for one in theirs for other in ours):
            return False
    return True


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _sortable(value: object) -> tuple[int, float, str]:
    if value is None:
        return (0, 0, "")
    if isinstance(value, int | float):
        return (1, float(value), "")
    return (2, 0, str(value))
