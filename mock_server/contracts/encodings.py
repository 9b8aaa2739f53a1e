"""Encoding Objects: how the members of a form, and the parts of a multipart body, are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from mock_server.contracts.form import member, objects_in
from mock_server.contracts.schema_view import SchemaView
from openapi_documents import Node


class PartHeader(NamedTuple):
    """A header of a part: its name, whether it must be there, and its schema."""

    name: str
    required: bool
    view: SchemaView | None


class Encoding(NamedTuple):
    """How one member is written. `style` is None where nothing is said of it: then its content type decides.

    `content_types` are the types that a part may have, empty where any will do.
    """

    style: str | None = None
    explode: bool = True
    allow_reserved: bool = False
    content_types: tuple[str, ...] = ()
    headers: tuple[PartHeader, ...] = ()


PLAIN: Final = Encoding()
NO_ENCODINGS: Final[Mapping[str, Encoding]] = {}


def read_encodings(media: Node) -> Mapping[str, Encoding]:
    """Return the encodings of a Media Type Object by the names of members. Raises DocumentError."""
    return {name: _encoding(node) for name, node in objects_in(member(media, "encoding"))}


def _encoding(node: Node) -> Encoding:
    node.mapping()
    style, explode = member(node, "style"), member(node, "explode")
    reserved, listed = member(node, "allowReserved"), member(node, "contentType")
    name = style.text() if style is not None else "form"
    # OpenAPI 3.1.1, section 4.8.15.1.2: any of the three words makes the style decide, none of them the content type.
    by_style = any(found is not None for found in (style, explode, reserved))
    types = listed.text().split(",") if listed is not None else []
    return Encoding(
        name if by_style else None,
        explode.boolean() if explode is not None else name in ("form", "deepObject"),
        reserved is not None and reserved.boolean(),
        tuple(kind.strip().lower() for kind in types if kind.strip()),
        tuple(_header(*named) for named in objects_in(member(node, "headers"))),
    )


def _header(name: str, found: Node) -> PartHeader:
    node = found.follow()
    node.mapping()
    required, schema = member(node, "required"), member(node, "schema")
    return PartHeader(
        name,
        required is not None and required.boolean(),
        SchemaView(schema) if schema is not None else None,
    )
