"""What is there on the first day: the examples that a contract gives of its resources."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import msgspec

from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import MediaType
from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.negotiation import is_json
from mock_server.resources.bodies import Bodies
from mock_server.resources.making import Members
from mock_server.resources.path_keys import (
    as_member,
    documented_keys,
    is_key,
    key_text,
    made_up_keys,
    of_example,
    of_schema,
    says_its_key,
)
from mock_server.resources.resource import Resource
from mock_server.resources.shapes import answer_of, value_at, with_value
from mock_server.storage.resources import New
from openapi_documents import Document


class FirstDay(NamedTuple):
    """The records of the first day, and a digest that is equal for equal ones.

    `stand_ins` are keys that one makes up who has only the schema of the path: they stand for the first record.
    """

    records: tuple[New, ...]
    stand_ins: frozenset[str]
    digest: str


def first_day(document: Document, resource: Resource, bodies: Bodies) -> FirstDay:
    """Return what is there of a resource before anybody has made any."""
    records: dict[str, Members] = {}
    if resource.is_single:
        records[""] = bodies.shown(resource)
    for example in _examples(document, resource):
        key = value_at(example, resource.key)
        if resource.key and isinstance(key, str | int | float) and _fits(bodies, resource, example):
            records.setdefault(key_text(key), example)
    if resource.key:
        for key, example in _under(documented_keys(document, resource), resource, bodies):
            records.setdefault(key, example)
    made_up = list(made_up_keys(resource, bodies)) if resource.key else []
    if not records and resource.life is None:  # what has a life begins with what somebody did
        records.update(_made_up(made_up, resource, bodies))
    if resource.key and says_its_key(resource):
        made_up.append(value_at(bodies.shown(resource), resource.key))
    new = tuple(New(key, msgspec.json.encode(value), first_day=1) for key, value in records.items())
    digest = hashlib.sha256(b"\n".join(one.key.encode() + one.data for one in new)).hexdigest()
    return FirstDay(new, frozenset(map(key_text, filter(is_key, made_up))), digest)


def _fits(bodies: Bodies, resource: Resource, example: Members) -> bool:
    return bodies.accepts(resource.item.view.node.place, example)


def _under(
    keys: Iterable[object], resource: Resource, bodies: Bodies
) -> Iterator[tuple[str, Members]]:
    """Yield what a read answers under other keys, where that fits."""
    example = bodies.shown(resource)
    for key in keys:
        record = with_value(copy.copy(example), resource.key, as_member(resource, key))
        if example and isinstance(record, Mapping) and _fits(bodies, resource, record):
            yield key_text(key), record


def _made_up(
    keys: list[object], resource: Resource, bodies: Bodies
) -> Iterator[tuple[str, Members]]:
    """Yield one record for a document without examples: what a read answers, under the first of the keys that fits.

    Where the schema says a value of the key, it has that one.
    """
    own = value_at(bodies.shown(resource), resource.key) if resource.key else None
    own_first = says_its_key(resource) or not is_key(own)
    found = [own, *keys] if own_first else [*keys, own]
    yield from islice(_under(filter(is_key, found), resource, bodies), 1)


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
        yield from (one for one in of_schema(resource.item.view) if isinstance(one, Mapping))


def _bodies(document: Document, operation: Operation) -> Iterator[object]:
    response = answer_of(operation)[1]
    for media in response.content if response is not None else ():
        if is_json(media.name):
            yield from _of_media(document, media)


def _of_media(document: Document, media: MediaType) -> Iterator[object]:
    if media.example is not None:
        yield document.value(media.example)
    for place in media.examples.values():
        yield from of_example(document, place)
    if media.schema is not None:
        yield from of_schema(SchemaView(document.node(media.schema)))
