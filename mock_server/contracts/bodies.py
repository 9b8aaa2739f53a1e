"""The bodies that an operation takes: each media type with the place of its schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_server.contracts.form import content_in, member
from mock_server.contracts.media_types import is_json
from openapi_documents import Node, Pointer


@dataclass(frozen=True)
class BodyTypes:
    """Places of schemas by media type, in lower case; None where a body is not described."""

    schemas: Mapping[str, Pointer | None] = field(default_factory=dict)
    required: bool = False

    @property
    def json_schema(self) -> Pointer | None:
        """The place of the schema of a JSON body, None when there is none."""
        for media_type, schema in self.schemas.items():
            if schema is not None and is_json(media_type):
                return schema
        return None


def read_body_types(operation: Node) -> BodyTypes:
    """Return the bodies of an Operation Object. Raises DocumentError."""
    found = member(operation, "requestBody")
    if found is None:
        return BodyTypes()
    body = found.follow()
    body.mapping()
    content, required = member(body, "content"), member(body, "required")
    return BodyTypes(
        {name.lower(): _schema(media.follow()) for name, media in content_in(content)},
        required is not None and required.boolean(),
    )


def _schema(media: Node) -> Pointer | None:
    media.mapping()
    schema = member(media, "schema")
    return schema.place if schema is not None else None
