"""What a body of a media type carries: JSON or its kin, XML, or a text or bytes, which are one string to a schema."""

from __future__ import annotations

from typing import Final

from openapi_documents import Document, Pointer
from spec_review.diff.operations.media_types import MediaRange
from spec_review.diff.sets.formats import FREE
from spec_review.diff.sets.plain import SILENT, Wire
from spec_review.reading.parts import TYPES, parts, takes_everything, types
from spec_review.reading.values import text

OF_ONE_STRING: Final = frozenset(("text", "image", "audio", "video", "font", "model"))
"""Kinds of media whose bodies are no structures."""

BYTES: Final = frozenset(("octet-stream", "pdf", "zip", "gzip", "x-tar", "x-gzip", "x-7z-compressed"))  # fmt: skip
"""Media types of applications whose bodies are bytes."""

STRUCTURED: Final = ("json", "xml", "yaml", "csv", "cbor")
"""What a media type ends with whose bodies are structures, whatever its kind."""


def wire_of(media: MediaRange) -> Wire:
    """How the values of a body are written."""
    if media.subtype == "xml" or media.subtype.endswith("+xml"):
        return "xml"
    is_text = (media.kind, media.subtype) == ("text", "plain")
    return "text" if is_text or media.subtype == "x-www-form-urlencoded" else "json"


def is_one_string(media: MediaRange) -> bool:
    """Whether a body of this type is one text, or bytes."""
    is_plain = media.kind in OF_ONE_STRING or media.subtype in BYTES
    return is_plain and not media.subtype.endswith(STRUCTURED)


def says_nothing(document: Document, schema: Pointer, media: MediaRange) -> bool:
    """Whether a schema takes whatever a body of a media type can hold, as no schema does."""
    if takes_everything(document.resolved(schema)):
        return True
    said = parts(document, schema)
    is_silent = all(
        word in SILENT or word in ("$ref", "allOf", "type") or word.startswith("x-")
        for part in said
        for word in part.value
    )
    formats = {text(part.value["format"]) for part in said if "format" in part.value}
    carried = {"string"} if is_one_string(media) else set(TYPES)
    return bool(said) and is_silent and formats <= FREE and carried <= types(said)
