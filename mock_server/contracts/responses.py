"""The responses that an operation documents, as far as an answer can be made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from mock_server.contracts.form import content_in, member, objects_in
from mock_server.contracts.media_types import is_json
from mock_server.contracts.schema_view import SchemaView
from openapi_documents import DanglingReferenceError, Document, DocumentError, Node, Pointer

_CODE = re.compile(r"[2-5]([0-9]{2}|XX|xx)|default")
"""What a response may be kept under; 1xx is no answer, and `x-` words are none either."""


class MediaType(NamedTuple):
    """A Media Type Object: the places of its schema, its one example and its named ones."""

    name: str
    schema: Pointer | None
    item_schema: Pointer | None
    example: Pointer | None
    examples: Mapping[str, Pointer]


class Header(NamedTuple):
    """A header of a response; `value` describes it as a media type does. `content` tells that it is written as one."""

    name: str
    required: bool
    explode: bool
    value: MediaType
    content: bool


class Link(NamedTuple):
    """A link to another operation: by its id, or by a reference; and the expressions of its parameters."""

    operation_id: str | None
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Response:
    """A response. `code` is as the document writes it: 200, 4XX, default."""

    code: str
    description: str
    headers: tuple[Header, ...] = field(default=(), repr=False)
    content: tuple[MediaType, ...] = field(default=(), repr=False)
    links: tuple[Link, ...] = field(default=(), repr=False)
    broken: DocumentError | None = None
    """Why nothing else is known of it: a file that it needs is not here."""

    @property
    def json_schema(self) -> Pointer | None:
        """The place of the schema of a JSON answer, None when there is none."""
        for media in self.content:
            if media.schema is not None and is_json(media.name.partition(";")[0].strip().lower()):
                return media.schema
        return None


def read_responses(operation: Node) -> Iterator[Response]:
    """Yield the responses of an Operation Object, in the order of the document. Raises DocumentError."""
    responses = member(operation, "responses")
    for code, found in objects_in(responses):
        if _CODE.fullmatch(code):
            try:
                yield _response(code, found.follow())
            except DanglingReferenceError as error:
                yield Response(code, "", broken=error)


def _response(code: str, node: Node) -> Response:
    node.mapping()
    return Response(
        code=code,
        description=_words(member(node, "description")),
        headers=tuple(_header(*named) for named in objects_in(member(node, "headers"))),
        content=tuple(_media_type(*named) for named in content_in(member(node, "content"))),
        links=tuple(_link(found.follow()) for _, found in objects_in(member(node, "links"))),
    )


def locates_by_uri(document: Document, responses: Iterable[Response]) -> bool:
    """Tell whether a `Location` must be a whole URI by its schema, so that no path may stand there."""
    schemas = (
        header.value.schema
        for response in responses
        for header in response.headers
        if header.name.lower() == "location" and header.value.schema is not None
    )
    return any(
        SchemaView(document.node(schema)).format in ("uri", "url", "iri") for schema in schemas
    )


def _words(node: Node | None) -> str:
    """Return a text that is there for people: whatever else stands there is no reason to refuse a document."""
    return node.value if node is not None and isinstance(node.value, str) else ""


def _media_type(name: str, found: Node) -> MediaType:
    node = found.follow()
    node.mapping()
    return MediaType(
        name,
        _place(member(node, "schema")),
        _place(member(node, "itemSchema")),
        _written(node.get("example")),
        {key: _example(one.follow()) for key, one in objects_in(member(node, "examples"))},
    )


def _example(node: Node) -> Pointer:
    node.mapping()
    return node.place


def _written(found: Node | None) -> Pointer | None:
    """Return the place of an example; of one that is nothing but a reference that leads somewhere, its target's.

    OpenAPI has no reference there, but bundlers follow it, and so people write it. What they name may be an Example Object.
    """
    if found is None or not isinstance(found.value, dict) or found.value.keys() != {"$ref"}:
        return _place(found)
    with suppress(DocumentError):
        target = found.follow()
        is_object = isinstance(target.value, dict) and "value" in target.value
        if is_object and target.value.keys() <= {"value", "summary", "description"}:
            return target["value"].place
        return target.place
    return found.place


def _place(found: Node | None) -> Pointer | None:
    return found.place if found is not None else None


def _header(name: str, found: Node) -> Header:
    node = found.follow()
    node.mapping()
    required, explode = member(node, "required"), member(node, "explode")
    content = next(content_in(member(node, "content")), None)
    return Header(
        name,
        required is not None and required.boolean(),
        explode is not None and explode.boolean(),
        _media_type("application/json", content[1] if content else node),
        content is not None,
    )


def _link(node: Node) -> Link:
    node.mapping()
    operation = member(node, "operationId")
    return Link(
        operation.text() if operation is not None else None,
        {
            name: found.value
            for name, found in objects_in(member(node, "parameters"))
            if isinstance(found.value, str)
        },
    )
