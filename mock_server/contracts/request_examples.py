"""The named examples of what an operation is sent: of its body and of its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mock_server.contracts.form import member, objects_in
from mock_server.contracts.operations import Operation
from openapi_documents import Document, Node, Pointer


class ExamplePart(NamedTuple):
    """A part of a request that has named examples: `location` is `body` or that of a parameter."""

    location: str
    name: str
    examples: Mapping[str, Pointer]


def read_request_examples(document: Document, operation: Operation) -> Iterator[ExamplePart]:
    """Yield the parts of a request that have named examples. Raises DocumentError."""
    node = document.node(operation.place)
    body = member(node, "requestBody")
    for name, media in objects_in(member(body.follow(), "content") if body is not None else None):
        yield from _part("body", name, media.follow())
    for parameter in (*_parameters(document, operation.place[:-1]), *_listed(node)):
        yield from _part(parameter["in"].text(), parameter["name"].text(), parameter)


def _parameters(document: Document, place: Pointer) -> tuple[Node, ...]:
    return _listed(document.node(place))


def _listed(holder: Node) -> tuple[Node, ...]:
    found = member(holder, "parameters")
    return tuple(one.follow() for one in (found.listed() if found is not None else ()))


def _part(location: str, name: str, holder: Node) -> Iterator[ExamplePart]:
    examples = {key: one.follow().place for key, one in objects_in(member(holder, "examples"))}
    if examples:
        yield ExamplePart(location, name, examples)
