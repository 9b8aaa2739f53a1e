"""What is there on the first day: the examples that a contract gives of its resources."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import MediaType
from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.negotiation import is_json
from mock_server.memory.bodies import Bodies
from mock_server.memory.making import Members
from mock_server.memory.resource import Binding, Does, Resource
from mock_server.memory.shapes import answer_of, members_of, value_at, with_value
from mock_server.storage.resources import New
from openapi_documents import Document, DocumentError, Pointer


class FirstDay(NamedTuple):
    """The records of the first day, and a digest that is equal for equal ones."""

    records: tuple[New, ...]
    digest: str


def key_text(value: object) -> str:
    """Return a key as it stands in a path: the text of a value."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return msgspec.json.encode(value).decode()


def first_day(document: Document, resource: Resource, bodies: Bodies) -> FirstDay:
    """Return what is there of a resource before anybody has made any."""
    records: dict[str, Members] = {}
    if resource.is_single:
        read = _reading(resource)
        example = bodies.example_at(read.operation, resource.item) if read is not None else {}
        records[""] = example
    for example in _examples(document, resource):
        key = value_at(example, resource.key)
        if resource.key and isinstance(key, str | int | float) and _fits(bodies, resource, example):
            records.setdefault(key_text(key), example)
    for key, example in _named(document, resource, bodies):
        records.setdefault(key_text(key), example)
    new = tuple(New(key, msgspec.json.encode(value), first_day=1) for key, value in records.items())
    digest = hashlib.sha256(b"\n".join(one.key.encode() + one.data for one in new)).hexdigest()
    return FirstDay(new, digest)


def _reading(resource: Resource) -> Binding | None:
    bindings = resource.bindings.values()
    return next((binding for binding in bindings if binding.does is Does.READ), None)


def _fits(bodies: Bodies, resource: Resource, example: Members) -> bool:
    return bodies.accepts(resource.item.view.node.place, example)


# -- examples that a document gives ----------------------------------------------------------------


def _examples(document: Document, resource: Resource) -> Iterator[Members]:
    """Yield the examples of a resource: in answers, elements of lists included, and of its schema."""
    for binding in resource.bindings.values():
        if binding.answer is None:
            continue
        for body in _bodies(document, binding.operation):
            found = value_at(body, binding.answer.at)
            for one in found if isinstance(found, list) else [found]:
                if isinstance(one, Mapping):
                    yield one
    if not resource.item.at:
        yield from (one for one in _of_schema(resource.item.view) if isinstance(one, Mapping))


def _bodies(document: Document, operation: Operation) -> Iterator[object]:
    response = answer_of(operation)[1]
    for media in response.content if response is not None else ():
        if is_json(media.name):
            yield from _of_media(document, media)


def _of_media(document: Document, media: MediaType) -> Iterator[object]:
    if media.example is not None:
        yield document.value(media.example)
    for place in media.examples.values():
        yield from _value_of(document, place)
    if media.schema is not None:
        yield from _of_schema(SchemaView(document.node(media.schema)))


def _value_of(document: Document, place: Pointer) -> Iterator[object]:
    example = document.value(place)
    if isinstance(example, Mapping):
        yield from (example[word] for word in ("value", "dataValue") if word in example)


def _of_schema(view: SchemaView) -> Iterator[object]:
    if view.word("example") is not None:
        yield view.word("example")
    listed = view.word("examples")
    yield from listed if isinstance(listed, list) else ()


# -- keys that a document gives as examples of a path's template -------------------------------------


def _named(
    document: Document, resource: Resource, bodies: Bodies
) -> Iterator[tuple[object, Members]]:
    """Yield a record for each key that a document gives as an example of a path: that of the answer, with this key."""
    read = _reading(resource)
    if read is None or resource.is_single:
        return
    example = bodies.example_at(read.operation, resource.item)
    for binding in resource.bindings.values():
        templates = binding.operation.templates
        if len(templates) <= resource.above:
            continue
        for key in _of_parameter(document, binding.operation, templates[resource.above]):
            written = _as_member(resource, key)
            record = with_value(copy.copy(example), resource.key, written)
            if isinstance(record, Mapping) and _fits(bodies, resource, record):
                yield key, record


def _as_member(resource: Resource, key: object) -> object:
    """Return a key of a path as the type that its member has."""
    view: SchemaView | None = resource.item.view
    for name in resource.key:
        view = members_of(view).get(name) if view is not None else None
    if view is not None and view.types == ("string",) and not isinstance(key, str):
        return key_text(key)
    if view is not None and "integer" in view.types and isinstance(key, str) and key.isdecimal():
        return int(key)
    return key


def _of_parameter(document: Document, operation: Operation, name: str) -> Iterator[object]:
    """Yield the examples that a document gives of a parameter of a path, or of its schema."""
    for parameter in operation.parameters:
        if parameter.name != name or parameter.location != "path" or parameter.schema is None:
            continue
        view = SchemaView(document.node(parameter.schema))
        found = [*_beside(document, parameter.schema), *_of_schema(view), view.word("default")]
        yield from (one for one in found if isinstance(one, str | int) and one != "")


def _beside(document: Document, schema: Pointer) -> Iterator[object]:
    """Yield the examples of the Parameter Object that a schema stands in."""
    try:
        parameter = document.node(schema[:-1])
    except DocumentError:
        return
    if "example" in parameter:
        yield parameter["example"].value
    examples = parameter.get("examples")
    for _, node in examples.entries() if examples is not None else ():
        yield from _value_of(document, node.follow().place)
