"""Which resources a contract has, by its paths, methods and schemas alone, and why; and what could not be told.

`docs/resources.md` has the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mock_server.contracts.cel import Formula
from mock_server.contracts.contract import Contract
from mock_server.contracts.lives import Life
from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import MemberPath, SchemaView
from mock_server.resources.bindings import DOES, Item, binding_of, bindings_of, changes, creation
from mock_server.resources.names import members_of_template, plain, singular
from mock_server.resources.resource import Binding, Does, Resource
from mock_server.resources.shapes import (
    Spot,
    answer_of,
    answer_view,
    array_of,
    elements_in,
    envelopes,
    is_object,
    keyed,
    listed,
    located,
    members_of,
    request_view,
    sent_in,
)
from openapi_documents import Document

_ITEM = re.compile(r"(?P<above>.*)/\{(?P<template>[^/{}]+)\}(?P<ending>\.\w+)?/?")
_BODY_POINTER = re.compile(r"\$response\.body#/(.+)")


@dataclass(frozen=True)
class Inference:
    """The resources of a contract, and the paths that look like one and are none, each with the reason."""

    resources: tuple[Resource, ...]
    others: Mapping[str, str] = field(default_factory=dict)
    each: Mapping[str, tuple[tuple[str, MemberPath], ...]] = field(default_factory=dict)
    """By the names of operations that make resources of other kinds besides: their paths, and the arrays in the request."""


def inferred(contract: Contract) -> Inference:
    """Return what is inferred of a contract. Operations that the contract binds itself are left out."""
    free = [one for one in contract.operations if one.broken is None and not _is_bound(one)]
    paths: dict[str, dict[str, Operation]] = {}
    for operation in free:
        paths.setdefault(_anonymous(operation.path), {}).setdefault(operation.method, operation)
    found: dict[str, Resource] = {}
    others: dict[str, str] = {}
    items = list(_items(paths))
    lives = _lives(contract, items)
    for item in items:
        resource = _resource(contract.document, item, lives.get(item.path))
        if isinstance(resource, Resource):
            found[item.path] = resource
        elif resource:
            others[next(iter(item.methods.values())).path] = resource
    each = _declared(contract, found)
    _bind_showing(contract.document, found, free)
    taken = {name for resource in found.values() for name in resource.bindings}
    for item in _unread_items(paths):
        unread = _unread(contract.document, item, taken)
        if unread is not None and item.path not in found:
            found[item.path] = unread
            taken |= unread.bindings.keys()
    for path, methods in paths.items():
        single = _single(contract.document, methods, taken)
        if isinstance(single, Resource):
            found[path] = single
        elif single:
            others[next(iter(methods.values())).path] = single
    return Inference(tuple(_named(_with_parents(found))), others, each)


def _declared(
    contract: Contract, found: dict[str, Resource]
) -> dict[str, tuple[tuple[str, MemberPath], ...]]:
    """Bind what operations say of resources; return those that make others besides. Raises DocumentError."""
    paths = {resource.life: path for path, resource in found.items() if resource.life}
    for life in contract.lives.values():
        if life.name not in paths and life.name not in contract.lifecycles:
            raise life.node.error(
                f"no resource of this contract is a {life.name}",
                "Say so with x-resource on the operations that make and read it",
            )
    each: dict[str, list[tuple[str, MemberPath]]] = {}
    for operation in contract.operations:
        for word in contract.words.resources.get(operation.name, ()):
            path = paths[word.lifecycle]
            if word.each is not None:
                each.setdefault(operation.name, []).append((found[path].path, word.each))
                elements = _elements(contract.document, operation, word.each)
                if elements is not None:
                    found[path] = replace(found[path], asked=elements)
            elif word.made is not None:
                _bind_computed(contract.document, found, path, operation, word.made)
            else:
                _bind(contract.document, found, path, operation, Does(word.does))
    _bind_actions(contract, found, paths)
    return {name: tuple(listed) for name, listed in each.items()}


def _elements(document: Document, operation: Operation, way: MemberPath) -> SchemaView | None:
    """Return what the elements of an array of a request fit."""
    request = request_view(document, operation)
    view = request.view if request is not None else None
    for name in way:
        view = members_of(view).get(name) if view is not None else None
    return array_of(view) if view is not None else None


def _bind(
    document: Document, found: dict[str, Resource], path: str, operation: Operation, does: Does
) -> None:
    """Bind an operation to a resource, and to no other."""
    for other, resource in found.items():
        if operation.name in resource.bindings and other != path:
            rest = {name: one for name, one in resource.bindings.items() if name != operation.name}
            found[other] = replace(resource, bindings=rest)
    resource = found[path]
    if does is Does.CREATE:
        binding = creation(document, operation, resource.item, resource.key)
    elif does is Does.LIST:
        array = listed(answer_view(document, operation), resource.item.view, resource.key)
        binding = Binding(Does.LIST, operation, None, array)
    else:
        binding = binding_of(document, does, operation, resource.item, resource.key)
    found[path] = replace(resource, bindings={**resource.bindings, operation.name: binding})


def _bind_computed(
    document: Document, found: dict[str, Resource], path: str, operation: Operation, made: Formula
) -> None:
    """Bind an operation that makes what an expression gives: nothing of it is what a client sends."""
    resource = found[path]
    array = listed(answer_view(document, operation), resource.item.view, resource.key)
    binding = Binding(Does.CREATE, operation, None, array, is_many=True, made=made)
    bindings = {**resource.bindings, operation.name: binding}
    found[path] = replace(resource, bindings=bindings, asked=None)


def _bind_actions(contract: Contract, found: dict[str, Resource], paths: Mapping[str, str]) -> None:
    """Bind the operations below the path of one resource by which its life moves."""
    by_id = {operation.id: operation for operation in contract.operations}
    taken = {name for resource in found.values() for name in resource.bindings}
    for life in contract.lives.values():
        for transition in life.transitions:
            operation = by_id.get(transition.operation or "")
            path = paths.get(life.name)
            if operation is None or path is None or operation.name in taken:
                continue
            if _anonymous(operation.path).startswith(f"{path}/"):
                _bind(contract.document, found, path, operation, Does.ACT)


def _bind_showing(
    document: Document, found: dict[str, Resource], operations: Iterable[Operation]
) -> None:
    """Bind the actions on one resource that answer with it: they show it as it is."""
    taken = {name for resource in found.values() for name in resource.bindings}
    for operation in operations:
        path = _anonymous(operation.path).rpartition("/")[0]
        resource = found.get(path)
        if operation.method != "post" or operation.name in taken or resource is None:
            continue
        if resource.life is None and resource.reading is not None:
            answer = located(answer_view(document, operation), resource.item.view, resource.key)
            if answer is not None and answer.view.place == resource.item.view.place:
                shows = Binding(Does.ACT, operation, None, answer)
                bindings = {**resource.bindings, operation.name: shows}
                found[path] = replace(resource, bindings=bindings)


def _is_bound(operation: Operation) -> bool:
    return bool(operation.submission or operation.status_of or operation.record_of)


def _anonymous(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path.rstrip("/"))


def _items(paths: Mapping[str, Mapping[str, Operation]]) -> Iterator[Item]:
    for path, methods in paths.items():
        operation = next(iter(methods.values()))
        match = _ITEM.fullmatch(operation.path)
        if match is not None and "get" in methods:
            collection = match["above"] + (match["ending"] or "")
            above = paths.get(_anonymous(collection), {})
            yield Item(path, match["template"], collection, methods, above)


def _unread_items(paths: Mapping[str, Mapping[str, Operation]]) -> Iterator[Item]:
    """Yield what may be listed and made, though nothing reads one of it; its path may be one that the contract has not."""
    for path, above in paths.items():
        if "get" not in above or "post" not in above:
            continue
        collection, one = above["get"].path, f"{path}/{{}}"
        methods = {name: found for name, found in paths.get(one, {}).items() if name != "get"}
        if methods or "get" not in paths.get(one, {}):
            template = next((found.templates[-1] for found in methods.values()), "id")
            yield Item(one, template, collection, methods, above)


# -- what is there many times ----------------------------------------------------------------------


def _resource(document: Document, item: Item, life: Life | None) -> Resource | str:
    """Return the resource at a path, or why there is none; "" where nothing looks like one."""
    read = item.methods["get"]
    create, put = item.above.get("post"), item.methods.get("put")
    if create is None and put is None and life is None:
        return ""
    body = answer_view(document, read)
    if body is None or array_of(body.view) is not None or not is_object(body.view):
        return f"the answer of {read.id} is no JSON object"
    maker = create or put
    request = request_view(document, maker) if maker is not None else None
    asked = request.view if request is not None else None
    found = _key(document, item, body, asked)
    if life is not None and len(life.keys) == 1:
        found = _declared_key(body, life.keys[0]) or found
    if found is None:
        return f"no member of the answer of {read.id} is the {item.template} of its path"
    spot, key = found
    bindings = {
        binding.operation.name: binding
        for binding in bindings_of(document, item, spot, key)
        if life is None or binding.does is not Does.CLEAR
    }
    return Resource(
        name=_segment(item.collection),
        path=read.path,
        above=len(read.templates) - 1,
        parent=None,
        key=key,
        item=spot,
        asked=_asked(bindings.values()) or asked,
        bindings=bindings,
        why=f"{maker.method.upper()} {maker.path} and GET {read.path}"
        if maker
        else f"GET {read.path}",
        life=life.name if life is not None else None,
    )


def _unread(document: Document, item: Item, taken: Collection[str]) -> Resource | None:
    """Return what is made and listed at a path: elements of a list that are like what a client sends to make one."""
    create, listing = item.above["post"], item.above["get"]
    if {create.name, listing.name} & set(taken):
        return None
    for spot in elements_in(answer_view(document, listing)):
        if not is_object(spot.view) or not changes(document, create, spot.view):
            continue
        request = request_view(document, create)
        names = members_of_template(item.template, _segment(item.collection))
        found = keyed(spot, names, request.view if request is not None else None)
        if found is None or found[0].at:
            continue
        bindings = {
            one.operation.name: one
            for one in bindings_of(document, item, spot, found[1])
            if one.operation.name not in taken
        }
        asked = _asked(bindings.values())
        if bindings[create.name].answer is None and not _is_named_by(asked, found[1]):
            return None  # nobody is told under which key it is there
        return Resource(
            name=_segment(item.collection),
            path=f"{item.collection.rstrip('/')}/{{{item.template}}}",
            above=len(listing.templates),
            parent=None,
            key=found[1],
            item=spot,
            asked=asked,
            bindings=bindings,
            why=f"POST {create.path} and GET {listing.path}, which lists what it makes",
        )
    return None


def _is_named_by(asked: SchemaView | None, key: MemberPath) -> bool:
    """Tell whether a client says the key of what it makes."""
    view = asked
    for name in key:
        view = members_of(view).get(name) if view is not None else None
    return view is not None and view.word("readOnly") is not True


def _asked(bindings: Iterable[Binding]) -> SchemaView | None:
    """Return what a client may send of a resource when it makes one."""
    makers = (one for one in bindings if one.does in (Does.CREATE, Does.PUT))
    return next((one.request.view for one in makers if one.request is not None), None)


def _lives(contract: Contract, items: Sequence[Item]) -> dict[str, Life]:
    """Return the life that a contract declares of what is at a path: by a word on an operation, else by its name."""
    found: dict[str, Life] = {}
    for item in items:
        for operation in (*item.methods.values(), *item.above.values()):
            for word in contract.words.resources.get(operation.name, ()):
                if word.each is None:
                    found[item.path] = contract.lives[word.lifecycle]
    bound = {life.name for life in found.values()}
    names = {item.path: plain(singular(_segment(item.collection))) for item in items}
    for life in contract.lives.values():
        wanted = plain(singular(life.name))
        same = [path for path, name in names.items() if name == wanted]
        alike = same or [path for path, name in names.items() if name.endswith(wanted)]
        if life.name not in bound and len(alike) == 1:
            found.setdefault(alike[0], life)
    return found


def _declared_key(body: Spot, way: MemberPath) -> tuple[Spot, MemberPath] | None:
    """Return where the resource stands whose key is declared: in the body itself, or in an envelope."""
    for spot in envelopes(body):
        view: SchemaView | None = spot.view
        for name in way:
            view = members_of(view).get(name) if view is not None else None
        if view is not None:
            return spot, way
    return None


def _key(
    document: Document, item: Item, body: Spot, asked: SchemaView | None
) -> tuple[Spot, MemberPath] | None:
    """Return where the resource stands in the answer of a read, and its key: by the template's name, else by a link."""
    create = item.above.get("post")
    names = list(members_of_template(item.template, _segment(item.collection)))
    if create is None:  # the client names it, by nothing else than the template says
        whole = plain(item.template)
        names = [name for name in names if whole.endswith(name)]
    found = keyed(body, names, asked)
    if found is not None or create is None:
        return found
    response = answer_of(create)[1]
    read = item.methods["get"]
    for link in response.links if response is not None else ():
        pointer = _BODY_POINTER.fullmatch(link.parameters.get(item.template, ""))
        if link.operation_id == read.id and pointer is not None:
            return keyed(body, [plain(pointer[1].rpartition("/")[2])], asked)
    return None


# -- what is there once ----------------------------------------------------------------------------


def _single(
    document: Document, methods: Mapping[str, Operation], taken: Iterable[str]
) -> Resource | str:
    """Return the resource that is there once at a path, or why there is none; "" where nothing looks like one."""
    read = methods.get("get")
    change = methods.get("put") or methods.get("patch")
    if read is None or change is None or read.name in taken or change.name in taken:
        return ""
    if _ITEM.fullmatch(read.path):
        return ""
    named = [one.name for one in read.parameters if one.location == "query" and one.required]
    if named:
        return f"{read.id} asks in its query which one is meant ({', '.join(named)})"
    body = answer_view(document, read)
    if body is None or array_of(body.view) is not None or not is_object(body.view):
        return ""
    request = sent_in(request_view(document, change), body.view)
    bindings = {}
    for method, operation in methods.items():
        does = {**DOES, "put": Does.PUT, "post": Does.PUT}.get(method)
        if does is not None and operation.name not in taken:
            bindings[operation.name] = binding_of(document, does, operation, body, ())
    return Resource(
        name=_segment(read.path),
        path=read.path,
        above=len(read.templates),
        parent=None,
        key=(),
        item=body,
        asked=request.view if request is not None else None,
        bindings=bindings,
        why=f"GET and {change.method.upper()} {read.path}",
    )


# -- all of them -----------------------------------------------------------------------------------


def _segment(path: str) -> str:
    """Return the last segment of a path that is no template, without what stands behind a point."""
    literal = [part for part in path.split("/") if part and "{" not in part]
    return literal[-1].partition(".")[0] if literal else "root"


def _with_parents(found: Mapping[str, Resource]) -> Iterator[Resource]:
    """Yield each resource with the nearest of the others that it is in."""
    for path, resource in found.items():
        above = path.split("/")[:-1] if resource.key else path.split("/")
        parent = None
        while above and parent is None:
            above = above[:-1]
            candidate = found.get("/".join(above))
            if candidate is not None and candidate.key:
                parent = candidate.path
        yield replace(resource, parent=parent)


def _named(resources: Iterable[Resource]) -> Iterator[Resource]:
    """Yield the resources with names that none shares: as much of their paths as that takes."""
    resources = list(resources)
    depth = dict.fromkeys(range(len(resources)), 1)
    for _ in range(20):
        names = {number: _name(resources[number], depth[number]) for number in depth}
        twice = Counter(names.values())
        clashing = [number for number, name in names.items() if twice[name] > 1]
        if not clashing:
            break
        for number in clashing:
            depth[number] += 1
    taken: Counter[str] = Counter()
    for number, resource in enumerate(resources):
        name = names[number]
        taken[name] += 1
        yield replace(resource, name=name if taken[name] == 1 else f"{name}-{taken[name]}")


def _name(resource: Resource, depth: int) -> str:
    literal = [
        part.partition(".")[0] for part in resource.path.split("/") if part and "{" not in part
    ]
    return "-".join(literal[-depth:]) or resource.name
