"""The bodies that an operation takes: each media type with its schema and how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mock_server.contracts.encodings import Encoding, read_encodings
from mock_server.contracts.form import content_in, member
from mock_server.contracts.media_types import best_match, is_json, media_range
from mock_server.contracts.schema_view import SchemaView
from openapi_documents import Node, Pointer


@dataclass(frozen=True)
class BodyType:
    """One media type of a body. `name` is as the document spells it; `view` is None where the body is not described.

    `items` describes each item of a sequence (`itemSchema`).
    """

    name: str
    view: SchemaView | None = None
    items: SchemaView | None = None
    encodings: Mapping[str, Encoding] = field(default_factory=dict)

    @property
    def schema(self) -> Pointer | None:
        """The place of its schema."""
        return self.view.node.place if self.view is not None else None


@dataclass(frozen=True)
class BodyTypes:
    """The media types of a body, none where the operation takes no body."""

    content: tuple[BodyType, ...] = ()
    required: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The media types as the document spells them."""
        return tuple(one.name for one in self.content)

    @cached_property
    def _by_name(self) -> Mapping[str, BodyType]:
        return {one.name: one for one in reversed(self.content)}

    def of(self, content_type: str) -> BodyType | None:
        """Return what a `Content-Type` header names, None when it is none of these."""
        name = best_match(content_type, self.names)
        return self._by_name[name] if name is not None else None

    @property
    def json_schema(self) -> Pointer | None:
        """The place of the schema of a JSON body, None when there is none."""
        for one in self.content:
            if one.view is not None and is_json(media_range(one.name).kind):
                return one.schema
        return None


def read_body_types(operation: Node) -> BodyTypes:
    """Return the bodies of an Operation Object. Raises DocumentError."""
    found = member(operation, "requestBody")
    if found is None:
        return BodyTypes()
    body = found.follow()
    body.mapping()
    required = member(body, "required")
    return BodyTypes(
        tuple(_body_type(name, one.follow()) for name, one in content_in(member(body, "content"))),
        required is not None and required.boolean(),
    )


def _body_type(name: str, media: Node) -> BodyType:
    media.mapping()
    return BodyType(name, _view(media, "schema"), _view(media, "itemSchema"), read_encodings(media))


def _view(media: Node, name: str) -> SchemaView | None:
    schema = member(media, name)
    return SchemaView(schema) if schema is not None else None
