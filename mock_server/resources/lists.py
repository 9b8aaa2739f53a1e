"""The body of a list: the elements of a page, and what an envelope tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import SchemaView
from mock_server.resources.bodies import Bodies
from mock_server.resources.making import Members, required_of
from mock_server.resources.names import Paging, Told, paging_of, told_of
from mock_server.resources.queries import Query
from mock_server.resources.shapes import Spot, members_of, with_value


class Page(NamedTuple):
    """A page of a list: its elements as JSON, the key of the last one, the size of the list, and where the page begins.

    Without an envelope that could tell it, the size may be no more than that another page follows.
    """

    elements: Sequence[bytes]
    last_key: str
    total: int
    start: int


@dataclass(frozen=True)
class ListBody:
    """How the list of one operation is written."""

    operation: Operation
    spot: Spot
    bodies: Bodies

    @property
    def has_envelope(self) -> bool:
        """Whether something stands around the array, which may tell of the page."""
        return bool(self.spot.at)

    def written(self, body: object, page: Page, query: Query, next_page: str | None) -> bytes:
        """Return a body of the operation's example with this page in it."""
        elements = [msgspec.Raw(element) for element in page.elements]
        if not self.has_envelope:
            return msgspec.json.encode(elements)
        envelope = self._envelope(body, page, query, next_page)
        return msgspec.json.encode(with_value(envelope, self.spot.at, elements))

    def _envelope(self, body: object, page: Page, query: Query, next_page: str | None) -> object:
        """Return what stands around the array: what it tells of the page is true, or is not told."""
        if not isinstance(body, Mapping):
            return {}
        root = self.bodies.view(self.spot.schema)
        told = self._told(body, root, page, query, next_page)
        whole = with_value(told, self.spot.at, [])
        if self.bodies.accepts(self.spot.schema, whole):
            return told
        return body

    def _told(
        self, body: Members, view: SchemaView, page: Page, query: Query, next_page: str | None
    ) -> dict[str, object]:
        found: dict[str, object] = {}
        required = required_of(view)
        known = members_of(view)
        for name in dict.fromkeys((*known, *body)):
            what, member = told_of(name), known.get(name)
            value = body.get(name)
            if what is not None and not isinstance(value, Mapping | list):
                value = _value(what, value, member, page, query, next_page)
                if value is not None or name in required:
                    found[name] = value if value is not None else self._nothing(member, body, name)
            elif isinstance(value, Mapping) and member is not None:
                found[name] = self._told(value, member, page, query, next_page)
            elif name in body:
                found[name] = value
        return found

    @staticmethod
    def _nothing(member: SchemaView | None, body: Members, name: str) -> object:
        """Return how a required member says that there is nothing: null, an empty text, or as the example has it."""
        types = member.word("type") if member is not None else None
        may_be_null = member is not None and (
            member.word("nullable") is True or (isinstance(types, list) and "null" in types)
        )
        if may_be_null:
            return None
        return "" if isinstance(body.get(name), str) else body.get(name)


def counted(what: Told, page: Page, query: Query) -> object:
    """Return what counts a list, or says which of its pages this is, as a header does."""
    return _value(what, None, None, page, query, None)


def _value(  # noqa: PLR0911 - a table with conditions
    what: Told,
    example: object,
    member: SchemaView | None,
    page: Page,
    query: Query,
    next_page: str | None,
) -> object:
    """Return what a member tells of a page, None where there is nothing to tell."""
    end = page.start + len(page.elements)
    limit = query.limit if query.limit is not None else max(page.total, 1)
    match what:
        case Told.TOTAL:
            return page.total
        case Told.COUNT:
            return len(page.elements)
        case Told.LIMIT:
            return limit
        case Told.OFFSET:
            return page.start
        case Told.PAGE:
            return page.start // max(limit, 1) + query.first_page
        case Told.PAGES:
            return -(-page.total // max(limit, 1))
        case Told.MORE:
            return end < page.total
        case Told.NEXT if end < page.total:
            if member is not None and {"integer", "number"} & set(member.types):
                return end // max(limit, 1) + query.first_page
            is_uri = member is not None and member.is_uri
            as_path = isinstance(example, str) and example.startswith(("/", "http"))
            return next_page if is_uri or as_path else page.last_key
    return None


def next_page(
    operation: Operation, path: str, given: Mapping[str, object], page: Page, query: Query
) -> str | None:
    """Return the target of the page behind this one, None where there is none or no parameter could ask for it."""
    end = page.start + len(page.elements)
    if end >= page.total or not page.elements:
        return None
    new: dict[Paging, object] = {
        Paging.PAGE: end // max(query.limit or 1, 1) + query.first_page,
        Paging.OFFSET: end,
        Paging.CURSOR: page.last_key,
    }
    names = [one.name for one in operation.parameters if one.location == "query"]
    uses = {paging_of(name): name for name in reversed(names)}
    use = next((one for one in new if one in uses), None)
    if use is None:
        return None
    kept = {name: value for name, value in given.items() if name in names}
    return f"{path}?{urlencode({**kept, uses[use]: new[use]}, doseq=True)}"
