"""The body of a webhook: the representation of a resource in the form that the contract describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from mock_server import clock as clocks
from mock_server.clock import Micros
from mock_server.contracts.resource_words import WEBHOOKS
from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.negotiation import is_json
from mock_server.resources.answers import shown_as
from mock_server.resources.bodies import Bodies
from mock_server.resources.keeper import Keeper
from mock_server.resources.making import Members
from mock_server.resources.names import plain
from mock_server.resources.shapes import Spot, located, members_of, value_at, with_value
from openapi_documents import METHODS, Document, Pointer


class Described(NamedTuple):
    """A webhook or callback as a document describes it: the expression of its URL ("" for a webhook), method, schema."""

    name: str
    expression: str
    method: str
    schema: Pointer | None


class News(NamedTuple):
    """What a message tells: its id, the name of the webhook, the representation, and the instant."""

    id: str
    event: str
    value: Members
    at: Micros


def webhook(document: Document, name: str) -> Described | None:
    """Return a webhook of a document, None where it has none of that name; OpenAPI 3.0 has no word of its own."""
    known = (document.members((word,)).get(name) for word in WEBHOOKS)
    found = next((place for place in known if place is not None), None)
    return next(_described(document, name, "", found), None) if found is not None else None


def callbacks(document: Document, operation: Pointer, name: str) -> list[Described]:
    """Return the callbacks of a name that an operation has, one for each expression."""
    found = document.members((*operation, "callbacks")).get(name)
    items = document.members(found) if found is not None else {}
    return [
        one
        for expression, place in items.items()
        for one in _described(document, name, expression, place)
    ]


def _described(
    document: Document, name: str, expression: str, item: Pointer
) -> Iterator[Described]:
    for method, place in document.members(item).items():
        if method in METHODS:
            yield Described(name, expression, method, _schema(document, place))


def _schema(document: Document, operation: Pointer) -> Pointer | None:
    body = document.members(operation).get("requestBody")
    content = document.members(body).get("content") if body is not None else None
    for kind, media in (document.members(content) if content is not None else {}).items():
        if is_json(kind):
            return document.members(media).get("schema")
    return None


def payload(described: Described, keeper: Keeper, bodies: Bodies, news: News) -> object:
    """Return the body of a message: as its schema wants it, else in the form of Standard Webhooks."""
    told = clocks.to_text(news.at)[:19] + "Z"
    if described.schema is None:
        return {"type": news.event, "timestamp": told, "data": news.value}
    root = Spot(described.schema, (), bodies.view(described.schema))
    spot = located(root, keeper.resource.item.view, keeper.resource.key)
    base = bodies.fitting_example(None, root)
    if spot is None:
        return _with_head(base, root.view, (), news, told)
    example = value_at(base, spot.at)
    inside = example if isinstance(example, Mapping) else {}
    shown = shown_as(news.value, keeper.resource, spot.view, inside)
    whole = with_value(base, spot.at, shown)
    if spot.at and isinstance(whole, Mapping):
        whole = _with_head(whole, root.view, spot.at, news, told)
    return bodies.fitting(whole, spot, inside)


def _with_head(
    body: Members, view: SchemaView, at: tuple[str, ...], news: News, told: str
) -> Members:
    """Return a body whose members around the resource tell what happened, and when."""
    found = dict(body)
    for name, member in members_of(view).items():
        if name in at[:1]:
            continue
        kind = plain(name)
        if kind in _NAMES and (not member.texts or news.event in member.texts):
            found[name] = news.event
        elif kind in _INSTANTS and "string" in (member.types or ("string",)):
            found[name] = told
        elif kind in _IDS and member.types == ("string",) and not member.format:
            found[name] = news.id
    return found


_NAMES: Final = {"type", "event", "eventtype", "eventname", "topic", "name"}
_INSTANTS: Final = {
    "timestamp",
    "time",
    "createdat",
    "created",
    "occurredat",
    "sentat",
    "createddate",
    "date",
}
_IDS: Final = {"id", "eventid", "messageid", "webhookid"}
