"""The JSON bodies of requests and answers."""

from __future__ import annotations

from openapi_documents import Document, Pointer
from spec_review.reading.following import followed_or_none
from spec_review.reading.values import mapping


def is_json(media: str) -> bool:
    """Whether a media type is JSON, or written in JSON."""
    name = media.partition(";")[0].strip().lower()
    return name == "application/json" or name.endswith("+json")


def json_schema(document: Document, holder: Pointer) -> Pointer | None:
    """The place of the JSON schema in the `content` of a request body or response."""
    for name in mapping(document.resolved((*holder, "content"))):
        if is_json(name):
            place = followed_or_none(document, (*holder, "content", name, "schema"))
            is_schema = place is not None and isinstance(document.value(place), dict)
            return place if is_schema else None
    return None
