"""What the operations at the paths of a resource do to it, and where it stands in what they take and answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import MemberPath, SchemaView
from mock_server.resources.names import plain
from mock_server.resources.resource import Binding, Does, Shown
from mock_server.resources.shapes import (
    Spot,
    answer_view,
    array_of,
    body_of,
    listed,
    located,
    members_of,
    request_view,
    sent_in,
)
from openapi_documents import Document


class Item(NamedTuple):
    """A path that ends in a template: what it is in, the template, and the paths of both, templates without names."""

    path: str
    template: str
    collection: str
    methods: Mapping[str, Operation]
    above: Mapping[str, Operation]


def bindings_of(document: Document, item: Item, spot: Spot, key: MemberPath) -> Iterator[Binding]:
    """Yield what the operations at the two paths do."""
    for method, operation in item.above.items():
        body = answer_view(document, operation)
        if method == "post":
            yield creation(document, operation, spot, key)
        elif method == "get":
            array = listed(body, spot.view, key)
            if array is not None:
                yield Binding(Does.LIST, operation, None, array)
        elif method == "delete" and key:
            all_of_them = clearing(document, operation, spot, key)
            if all_of_them is not None:
                yield all_of_them
        elif method in _CHANGED_BY and key:
            by_body = _named_by_body(document, operation, spot, key)
            if by_body is not None:
                yield by_body
    has_create = "post" in item.above
    # What reads one comes before what only looks whether it is there.
    for method, operation in sorted(item.methods.items(), key=lambda one: one[0] == "head"):
        does = DOES.get(method)
        if method == "put" and not has_create:
            does = Does.PUT
        if method == "post" and not changes(document, operation, spot.view):
            does = None
        if does is not None:
            yield binding_of(document, does, operation, spot, key)


_CHANGED_BY: Final = frozenset({"put", "patch"})


def _named_by_body(
    document: Document, operation: Operation, spot: Spot, key: MemberPath
) -> Binding | None:
    """Return what changes the one that its body names, at a path that names none: `PUT /pets` with an `id`.

    Where the operation documents that there may be none, nothing is made.
    """
    request = sent_in(request_view(document, operation), spot.view)
    if request is None or not _is_like(request.view, spot.view):
        return None
    view: SchemaView | None = request.view
    for name in key:
        view = members_of(view).get(name) if view is not None else None
    if view is None or view.word("readOnly") is True:
        return None
    may_lack = any(response.code == "404" for response in operation.responses)
    whole = Does.REPLACE if may_lack else Does.PUT
    does = whole if operation.method == "put" else Does.MERGE
    return replace(binding_of(document, does, operation, spot, key), named=(*request.at, *key))


def _is_like(sent: SchemaView, item: SchemaView) -> bool:
    """Tell whether most of what is sent are members of a resource."""
    taken, ours = ({plain(name) for name in members_of(view)} for view in (sent, item))
    return len(taken & ours) * 2 > len(taken)


def creation(document: Document, operation: Operation, spot: Spot, key: MemberPath) -> Binding:
    """Return what makes a resource, or one for each element of an array."""
    request, answer = request_view(document, operation), answer_view(document, operation)
    arrays = listed(request, spot.view, ()), listed(answer, spot.view, key)
    if located(request, spot.view) is None and None not in arrays:
        return Binding(Does.CREATE, operation, *arrays, is_many=True)
    return binding_of(document, Does.CREATE, operation, spot, key)


def changes(document: Document, operation: Operation, item: SchemaView) -> bool:
    """Tell whether a POST to one resource changes it: most of what it takes are members of the resource."""
    request = located(request_view(document, operation), item)
    return request is not None and _is_like(request.view, item)


DOES: Final = {
    "get": Does.READ,
    "head": Does.READ,
    "put": Does.REPLACE,
    "patch": Does.MERGE,
    "post": Does.MERGE,
    "delete": Does.REMOVE,
}


def binding_of(
    document: Document, does: Does, operation: Operation, spot: Spot, key: MemberPath
) -> Binding:
    """Return what an operation of one resource does."""
    request = sent_in(request_view(document, operation), spot.view)
    answer = located(answer_view(document, operation), spot.view, key)
    if does is not Does.PUT:
        return Binding(does, operation, request, answer)
    new = _shown(document, operation, ("201",), spot, key)
    old = _shown(document, operation, ("200", "204"), spot, key)
    return Binding(does, operation, request, answer, new=new, old=old)


def _shown(
    document: Document, operation: Operation, codes: Iterable[str], spot: Spot, key: MemberPath
) -> Shown | None:
    """Return the response of the first of some codes that is documented."""
    by_code = {response.code: response for response in operation.responses}
    code = next((one for one in codes if one in by_code), None)
    if code is None:
        return None
    body = body_of(document, by_code[code].json_schema)
    return Shown(code, located(body, spot.view, key))


def clearing(
    document: Document, operation: Operation, spot: Spot, key: MemberPath
) -> Binding | None:
    """Return what removes all, those that filters choose, or those whose keys are sent; None for any other choice."""
    keys: str | None = None
    members = {plain(name) for name in members_of(spot.view)}
    several = {"ids", "keys", f"{plain(key[-1])}s"} if key else set()
    for parameter in operation.parameters:
        if parameter.location == "query" and plain(parameter.name) in several - members:
            keys = parameter.name
        elif parameter.location == "query" and plain(parameter.name) not in members:
            return None
    body = request_view(document, operation)
    sent = _keys_in(body, several)
    if body is not None and sent is None:
        return None
    return Binding(Does.CLEAR, operation, sent, None, keys=keys)


def _keys_in(body: Spot | None, names: Collection[str]) -> Spot | None:
    """Return the array of keys that a body is or has."""
    if body is None:
        return None
    if array_of(body.view) is not None:
        return body
    arrays = ((name, view) for name, view in members_of(body.view).items() if view.is_array)
    return next(
        (Spot(body.schema, (name,), view) for name, view in arrays if plain(name) in names), None
    )
