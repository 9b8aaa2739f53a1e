"""What each kind of operation does to a resource, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import msgspec

from mock_server.examples.negotiation import is_json
from mock_server.http.answers import Answer
from mock_server.http.problems import Kind, Problem
from mock_server.http.requests import Request
from mock_server.memory.answers import (
    CHANGED,
    ETAG,
    EXISTS,
    TAKEN,
    Answers,
    etag_of,
    matches,
    not_found,
    path_of,
    shown_as,
    spoken,
    without,
)
from mock_server.memory.changing import merge, patched
from mock_server.memory.first_day import key_text
from mock_server.memory.keeper import Keeper, Target
from mock_server.memory.lists import ListBody, Page, next_page
from mock_server.memory.making import Members
from mock_server.memory.queries import Query, QueryForm, chosen
from mock_server.memory.resource import Binding, Does
from mock_server.memory.shapes import answer_of, value_at
from mock_server.memory.transactions import Moment, Work
from mock_server.storage.resources import New, Stored

Step = Callable[["Handling", Request, Target, Moment], Answer]


@dataclass(frozen=True)
class Handling:
    """How one operation of a resource is answered."""

    keeper: Keeper
    binding: Binding
    answers: Answers
    has_etag: bool
    query: QueryForm
    body: ListBody | None

    # -- what requests say -------------------------------------------------------------------------

    def sent(self, request: Request) -> Members:
        """Return what a request says of the resource."""
        spot = self.binding.request
        found = value_at(request.body, spot.at) if spot is not None else request.body
        return found if isinstance(found, Mapping) else {}

    def there(self, request: Request, target: Target, moment: Moment) -> Stored:
        """Return the resource that a request is about, after its conditions were asked. Raises Problem."""
        found = self.keeper.find(moment.connection, target)
        if found is None:
            raise not_found(request.operation, self.keeper.resource, target.key)
        header = request.headers.get("if-match")
        if self.has_etag and header is not None and not matches(header, etag_of(found)):
            raise self._refusal(CHANGED, target.key, now=etag_of(found))
        return found

    def _refusal(self, kind: Kind, key: str, now: str = "") -> Problem:
        return Problem(kind, name=spoken(self.keeper.resource), key=key, now=now)

    # -- what they get -----------------------------------------------------------------------------

    def answer(
        self, request: Request, stored: Stored, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Return the answer that shows a resource."""
        tags = {ETAG: etag_of(stored)} if self.has_etag else {}
        value = self.keeper.value(stored)
        return self.answers.of(
            request, self.keeper.resource, self.binding, value, {**tags, **(headers or {})}
        )

    def is_open(self, target: Target, moment: Moment) -> bool:
        """Tell whether the records of the first day are there already."""
        return self.keeper.is_open(moment.connection, target)

    # -- what operations do ------------------------------------------------------------------------

    def read(self, request: Request, target: Target, moment: Moment) -> Answer:
        """Show it."""
        found = self.keeper.find(moment.connection, target)
        if found is None:
            raise not_found(request.operation, self.keeper.resource, target.key)
        header = request.headers.get("if-none-match")
        if self.has_etag and header is not None and matches(header, etag_of(found)):
            return Answer(304, b"", None, {ETAG: etag_of(found)})
        return self.answer(request, found)

    def list(self, request: Request, target: Target, moment: Moment) -> Answer:
        """Show those of a page."""
        base = self.answers.base(request)
        query = self.query.read(request.parameters)
        page = self._page(target, moment, query)
        resource = self.keeper.resource
        path = request.operation.path
        for name, value in zip(request.operation.templates, target.above, strict=False):
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        following = next_page(request.operation, path, request.parameters, page, query)
        headers = {"Link": f'<{following}>; rel="next"'} if following and self._has_links() else {}
        if base.media_type is None or not is_json(base.media_type) or self.body is None:
            return self.answers.of(request, resource, self.binding, None, headers)
        body = self.body.written(base.body, page, query, following)
        if not following and self._has_links():
            base_headers = without(base.headers, {"Link": ""})
        else:
            base_headers = without(base.headers, headers)
        return Answer(base.status, body, base.media_type, {**base_headers, **headers})

    def _has_links(self) -> bool:
        response = answer_of(self.binding.operation)[1]
        return any(
            header.name.lower() == "link" for header in (response.headers if response else ())
        )

    def _page(self, target: Target, moment: Moment, query: Query) -> Page:
        """Return the elements of a page; by the database alone where nothing has to be looked into."""
        keeper, connection = self.keeper, moment.connection
        if query.is_plain:
            total = keeper.total(connection, target)
            limit = query.limit if query.limit is not None else max(total, 1)
            found = keeper.page(connection, target, query.start, limit)
            elements = [self._element(stored.data) for stored in found]
            return Page(elements, found[-1].key if found else "", total, query.start)
        values = ((one.key, keeper.value(one)) for one in keeper.every(connection, target))
        members, total, start = chosen(values, query)
        elements = [self._element(msgspec.json.encode(value)) for value in members]
        last = value_at(members[-1], keeper.resource.key) if members else ""
        return Page(elements, key_text(last), total, start)

    def _element(self, data: bytes) -> bytes:
        """Return a representation as an element of the list, as it is stored where both have one schema."""
        spot, resource = self.binding.answer, self.keeper.resource
        if spot is None or spot.view.place == resource.item.view.place:
            return data
        shown = shown_as(msgspec.json.decode(data), resource, spot.view, self.keeper.example)
        return msgspec.json.encode(shown)

    def create(self, request: Request, target: Target, moment: Moment) -> Answer:
        """Make a new one, under the client's key or one of ours."""
        keeper, connection = self.keeper, moment.connection
        new, last, there = keeper.new(connection, target, self.sent(request), moment.now)
        if there is not None and not there.first_day and self._documents(request, "409"):
            raise self._refusal(TAKEN, new.key)
        if there is not None:
            keeper.change(connection, there, new)
        else:
            keeper.add(connection, target, new, last)
        stored = keeper.find(connection, target._replace(key=new.key))
        assert stored is not None  # noqa: S101 - written two lines above
        where = path_of(keeper.resource, target.above, new.key)
        return self.answer(request, stored, {"Location": where})

    @staticmethod
    def _documents(request: Request, code: str) -> bool:
        return any(response.code == code for response in request.operation.responses)

    def put(self, request: Request, target: Target, moment: Moment) -> Answer:
        """Make what its path names, or replace it."""
        keeper, connection = self.keeper, moment.connection
        found = keeper.find(connection, target)
        if found is not None:
            if self.has_etag and matches(request.headers.get("if-none-match", ""), etag_of(found)):
                raise self._refusal(EXISTS, target.key)
            return self.replace(request, target, moment)
        if self.has_etag and "if-match" in request.headers:
            raise self._refusal(CHANGED, target.key, now="not there")
        keeper.put(connection, target, self.sent(request), moment.now)
        stored = keeper.find(connection, target)
        assert stored is not None  # noqa: S101 - written one line above
        return self.answer(request, stored)

    def replace(self, request: Request, target: Target, moment: Moment) -> Answer:
        """Replace what a client may say of it."""
        found = self.there(request, target, moment)
        new = self.keeper.changed(found, self.sent(request), moment.now)
        return self._changed(request, target, moment, found, new)

    def merge(self, request: Request, target: Target, moment: Moment) -> Answer:
        """Change some of its members."""
        found = self.there(request, target, moment)
        before = self.keeper.value(found)
        if isinstance(request.body, list) and "json-patch" in request.media_type:
            merged = patched(before, request.body)
        else:
            merged = merge(before, self.sent(request), self.keeper.resource.item.view)
        new = self.keeper.merged(found, merged, moment.now)
        return self._changed(request, target, moment, found, new)

    def _changed(
        self, request: Request, target: Target, moment: Moment, found: Stored, new: New
    ) -> Answer:
        self.keeper.change(moment.connection, found, new)
        stored = self.keeper.find(moment.connection, target)
        assert stored is not None  # noqa: S101 - written one line above
        return self.answer(request, stored)

    def remove(self, request: Request, target: Target, moment: Moment) -> Answer:
        """Remove it, and show it once more where the contract wants that."""
        found = self.there(request, target, moment)
        self.keeper.remove(moment.connection, target, found)
        value = self.keeper.value(found)
        return self.answers.of(request, self.keeper.resource, self.binding, value, {})


def work_of(handling: Handling, request: Request, target: Target) -> Work:
    """Return the work of a request: what only looks does so before anybody is locked out."""
    step = _STEPS[handling.binding.does]

    def change(moment: Moment) -> Answer:
        handling.keeper.open(moment.connection, target)
        return step(handling, request, target, moment)

    def look(moment: Moment) -> Answer | None:
        if not handling.is_open(target, moment):
            return None
        return step(handling, request, target, moment)

    return Work(look if handling.binding.does in _LOOKS else None, change)


_LOOKS: Final = frozenset({Does.READ, Does.LIST})
_STEPS: Final[Mapping[Does, Step]] = {
    Does.CREATE: Handling.create,
    Does.READ: Handling.read,
    Does.LIST: Handling.list,
    Does.PUT: Handling.put,
    Does.REPLACE: Handling.replace,
    Does.MERGE: Handling.merge,
    Does.REMOVE: Handling.remove,
}
