"""Operations that only look: the read of one resource, and the list of many."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from mock_server.examples.negotiation import is_json
from mock_server.http.answers import Answer
from mock_server.http.conditions import ETAG, matches
from mock_server.http.requests import Request
from mock_server.resources.answers import etag_of, not_found, without
from mock_server.resources.handling import Handling
from mock_server.resources.keeper import Target
from mock_server.resources.lists import Page, counted, next_page
from mock_server.resources.names import Told, told_of
from mock_server.resources.path_keys import key_text
from mock_server.resources.queries import Query, chosen, texts_of
from mock_server.resources.shapes import answer_of, value_at
from mock_server.resources.transactions import Transaction


def read(handling: Handling, request: Request, target: Target, moment: Transaction) -> Answer:
    """Show one resource. Raises Problem where there is none."""
    found = handling.keeper.find(moment.connection, target)
    if found is None:
        raise not_found(request.operation, handling.keeper.spoken, target.key)
    header = request.headers.get("if-none-match")
    if handling.has_etag and header is not None and matches(header, etag_of(found)):
        return Answer(304, b"", None, {ETAG: etag_of(found)})
    return handling.answer(request, found)


def list_page(handling: Handling, request: Request, target: Target, moment: Transaction) -> Answer:
    """Show those of a page."""
    base = handling.answers.base(request)
    query = handling.query.read(request.parameters)
    page = _page(handling, target, moment, query)
    following = next_page(
        request.operation, _path(request, target), request.parameters, page, query
    )
    links = {"Link": f'<{following}>; rel="next"'} if following else {}
    headers = {**(links if _has_links(handling) else {}), **_counts(handling, page, query)}
    if base.media_type is None or not is_json(base.media_type) or handling.body is None:
        resource = handling.keeper.resource
        return handling.answers.of(request, resource, handling.binding, None, headers)
    body = handling.body.written(base.body, page, query, following)
    others = without(base.headers, {"Link": "", **headers})
    return Answer(base.status, body, base.media_type, {**others, **headers})


def _path(request: Request, target: Target) -> str:
    path = request.operation.path
    for name, value in zip(request.operation.templates, target.above, strict=False):
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return request.root_path + path


def _has_links(handling: Handling) -> bool:
    return any(name.lower() == "link" for name in _headers(handling))


def _headers(handling: Handling) -> list[str]:
    """Return the names of the headers that the answer has by its contract."""
    response = answer_of(handling.binding.operation)[1]
    return [header.name for header in response.headers] if response is not None else []


def _counting(handling: Handling) -> dict[str, Told]:
    """Return the headers that count the list, as `X-Total-Count` does."""
    told = ((name, told_of(name.lower().removeprefix("x-"))) for name in _headers(handling))
    return {name: what for name, what in told if what in _COUNTED}


_COUNTED = frozenset({Told.TOTAL, Told.PAGES, Told.PAGE, Told.LIMIT})


def _counts(handling: Handling, page: Page, query: Query) -> dict[str, str]:
    return {name: str(counted(what, page, query)) for name, what in _counting(handling).items()}


def _page(handling: Handling, target: Target, moment: Transaction, query: Query) -> Page:
    """Return the elements of a page; by the database alone where nothing has to be looked into."""
    keeper, connection = handling.keeper, moment.connection
    if query.is_plain:
        total = keeper.total(connection, target)
        limit = query.limit if query.limit is not None else max(total, 1)
        found = keeper.page(connection, target, total, query.start, limit)
        elements = elements_of(handling, [stored.data for stored in found])
        return Page(elements, found[-1].key if found else "", total, query.start)
    # Most are left out by a look at their bytes, which takes much less time than reading them.
    every = keeper.every(connection, target, texts_of(query.filters))
    values = ((one.key, keeper.value(one)) for one in every)
    tells_total = handling.body is None or handling.body.has_envelope or _counting(handling)
    members, total, start = chosen(values, query, None if tells_total else query.enough)
    elements = elements_of(handling, [msgspec.json.encode(value) for value in members])
    last = value_at(members[-1], keeper.resource.key) if members else ""
    return Page(elements, key_text(last), total, start)


def elements_of(handling: Handling, stored: Sequence[bytes]) -> Sequence[bytes]:
    """Return representations as elements of a list: as they are stored, where both have one schema."""
    spot, resource = handling.binding.answer, handling.keeper.resource
    if not stored or spot is None or spot.view.place == resource.item.view.place:
        return stored
    example = handling.answers.first_element(handling.binding)
    shown = (
        handling.answers.element(msgspec.json.decode(data), resource, spot, example)
        for data in stored
    )
    return [msgspec.json.encode(one) for one in shown]
