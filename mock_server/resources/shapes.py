"""Where a resource stands in a body: the envelope around it, the member that is its key, and the array of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mock_server.contracts.media_types import is_json, media_range
from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import Response
from mock_server.contracts.schema_view import MemberPath, SchemaView
from mock_server.examples.preferences import chosen_response
from mock_server.resources.names import plain
from openapi_documents import Document, DocumentError, Pointer


class Spot(NamedTuple):
    """Where something stands in a body: the place of the body's schema, the way to it, and its own schema."""

    schema: Pointer
    at: MemberPath
    view: SchemaView


def members_of(view: SchemaView) -> Mapping[str, SchemaView]:
    """Return the members of an object, those of the alternatives that it has included."""
    return view.every_member


def has_alternatives(view: SchemaView) -> bool:
    """Tell whether a schema offers several forms."""
    return len(view.alternatives) > 1


def is_object(view: SchemaView) -> bool:
    """Tell whether a schema is of objects, by its type, its members or its alternatives."""
    return view.is_object or (not view.types and bool(members_of(view)))


def array_of(view: SchemaView) -> SchemaView | None:
    """Return the schema of an array's items, None for what is no array."""
    return view.items if view.is_array else None


def answer_of(operation: Operation) -> tuple[int, Response | None]:
    """Return the status and the response of an operation's success."""
    return chosen_response(operation.responses, None)


def answer_view(document: Document, operation: Operation) -> Spot | None:
    """Return the body of an operation's success as JSON, None where it has none."""
    response = answer_of(operation)[1]
    schema = response.json_schema if response is not None else None
    return body_of(document, schema)


def request_view(document: Document, operation: Operation) -> Spot | None:
    """Return the body that an operation takes, of JSON before that of a form; None where it takes none."""
    known = [(media_range(one.name).kind, one.schema) for one in operation.body_types.content]
    ordered = sorted(known, key=lambda each: ("patch" in each[0], not is_json(each[0])))
    schemas = (schema for _, schema in ordered)
    return body_of(document, next((schema for schema in schemas if schema is not None), None))


def body_of(document: Document, schema: Pointer | None) -> Spot | None:
    """Return the body whose schema is at a place, None where there is no schema that can be read."""
    if schema is None:
        return None
    try:
        return Spot(schema, (), SchemaView(document.node(schema)))
    except DocumentError:
        return None


def envelopes(body: Spot) -> Iterator[Spot]:
    """Yield a body, and the objects in it that it may be an envelope of."""
    yield body
    for name, view in members_of(body.view).items():
        if is_object(view) and not view.is_array:
            yield Spot(body.schema, (name,), view)


def keyed(
    body: Spot, wanted: Iterable[str], asked: SchemaView | None
) -> tuple[Spot, MemberPath] | None:
    """Return where a resource stands in a body, and the way from there to its key; None when it has none.

    `wanted` are plain names of the key, the likeliest first. An object in the body is the resource itself, unless what
    a client sends (`asked`) has it too, beside others: then all of the body is the resource.
    """
    sent = members_of(asked) if asked is not None else {}
    names = list(wanted)
    for spot in envelopes(body):  # the body itself before what is in it
        members = members_of(spot.view)
        for name in names:
            found = next((key for key, view in members.items() if _is_key(name, key, view)), None)
            if found is None:
                continue
            if spot.at and len(sent) > 1 and spot.at[0] in sent and is_object(sent[spot.at[0]]):
                return body, (*spot.at, found)
            return spot, (found,)
    return None


def _is_key(name: str, key: str, view: SchemaView) -> bool:
    """Tell whether a member is called so, and may be a key: neither an object nor an array is one."""
    return plain(key) == name and not view.is_array and not is_object(view)


def sent_in(body: Spot | None, item: SchemaView) -> Spot | None:
    """Return where in a request an item stands: the body, unless all that it has is one object that is more like it."""
    if body is None:
        return None
    members = members_of(body.view)
    if len(members) == 1 and not {plain(name) for name in members} & {
        plain(name) for name in members_of(item)
    }:
        return located(body, item)
    return body


def located(body: Spot | None, item: SchemaView, key: MemberPath = ()) -> Spot | None:
    """Return where in a body an item stands: what is of its schema, has its key, or else the most members of it.

    The body itself comes first, unless something in it has more than twice as many. None where nothing has any.
    """
    if body is None:
        return None
    spots = list(envelopes(body))
    known = members_of(item)
    for spot in spots:
        if spot.view.place == item.place or (len(key) == 1 and key[0] in members_of(spot.view)):
            return spot
    names = {plain(name) for name in known}
    common = [len(names & {plain(one) for one in members_of(spot.view)}) for spot in spots]
    best = max(range(len(spots)), key=lambda number: common[number])
    if common[0] * 2 >= common[best]:
        best = 0
    return spots[best] if common[best] else None


def listed(body: Spot | None, item: SchemaView, key: MemberPath) -> Spot | None:
    """Return the array in a body whose elements are about an item: of its schema, with its key, or half like it."""
    if body is None:
        return None
    own = array_of(body.view)
    arrays = [(body.at, body.view, own)] if own is not None else list(_arrays(body))
    alike = [
        Spot(body.schema, at, elements)
        for at, _, elements in arrays
        if elements is not None and _is_about(elements, item, key)
    ]
    same = [spot for spot in alike if spot.view.place == item.place]
    return next(iter(same or alike), None)


def elements_in(body: Spot | None) -> Iterator[Spot]:
    """Yield what the elements are of each array that a body is or has."""
    if body is None:
        return
    own = array_of(body.view)
    views = [own] if own is not None else [elements for _, _, elements in _arrays(body)]
    yield from (Spot(view.node.place, (), view) for view in views if view is not None)


def _arrays(body: Spot) -> Iterator[tuple[MemberPath, SchemaView, SchemaView | None]]:
    for spot in envelopes(body):
        for name, view in members_of(spot.view).items():
            if view.is_array:
                yield (*spot.at, name), view, array_of(view)


def _is_about(elements: SchemaView, item: SchemaView, key: MemberPath) -> bool:
    if elements.place == item.place:
        return True
    theirs, ours = members_of(elements).keys(), members_of(item).keys()
    common = len(theirs & ours)
    return bool(key and key[-1] in theirs and common > 1) or common * 2 > len(ours)


def value_at(value: object, way: Iterable[str]) -> object:
    """Return what stands in a value, None when nothing does."""
    for name in way:
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


def with_value(value: object, way: MemberPath, new: object) -> object:
    """Return a value with another one standing in it."""
    if not way:
        return new
    members = dict(value) if isinstance(value, Mapping) else {}
    members[way[0]] = with_value(members.get(way[0]), way[1:], new)
    return members
