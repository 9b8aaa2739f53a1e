"""The body of an answer, in the bytes of its media type."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from email.message import Message
from functools import partial
from typing import Final, NamedTuple

from mock_server.contracts.responses import MediaType, Response
from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.empty_files import empty_file
from mock_server.examples.negotiation import is_json
from mock_server.examples.values import NOTHING, Values
from mock_server.examples.writing import written
from openapi_documents import Document, Pointer

_SPECIAL: Final = ("format", "pattern", "enum", "const", "example", "examples", "default")
"""Words of a schema that ask for more than any text."""
_TEXTUAL: Final = ("text/", "application/x-www-form-urlencoded", "application/jsonl")
_DECODERS: Final[Mapping[str, Callable[[str], bytes]]] = {
    "byte": partial(base64.b64decode, validate=True),
    "base64": partial(base64.b64decode, validate=True),
    "base64url": partial(base64.b64decode, altchars=b"-_", validate=True),
    "base16": binascii.unhexlify,
    "hex": binascii.unhexlify,
}
"""Formats and content encodings whose examples are written as texts, though they mean bytes."""


class Body(NamedTuple):
    """A body: its JSON value, or its bytes where the media type is no JSON; and as it is sent."""

    value: object
    raw: bytes


class Bodies:
    """The bodies of one document's answers."""

    def __init__(self, document: Document, values: Values) -> None:
        """Take the document and its values."""
        self._document = document
        self._values = values

    def of(self, response: Response, media: MediaType, sent: str, name: str | None = None) -> Body:
        """Return the body of a response in the media type that is sent; `name` asks for one of its examples.

        An example is sent as it is written. Raises NoInstanceError and DocumentError.
        """
        example = self._values.documented(media, sent, name)
        if not is_json(sent):
            raw = self._foreign(response, media, sent, example)
            return Body(raw, raw)
        if example is NOTHING:
            example = {} if media.schema is None else self._values.usual(media.schema)
        return Body(example, _as_json(example))

    def other(self, media: MediaType, sent: str, number: int) -> Body:
        """Return a body of the schema alone, for each number another one. Raises NoInstanceError and DocumentError."""
        schema = media.schema or media.item_schema
        value: object = {} if schema is None else self._values.variant(schema, number)
        if is_json(sent):
            return Body(value, _as_json(value))
        raw = self.encoded(value, media, sent)
        return Body(raw, raw)

    # -- media types that are no JSON ------------------------------------------------------------

    def _foreign(self, response: Response, media: MediaType, sent: str, example: object) -> bytes:
        schema = media.schema or media.item_schema
        if example is NOTHING:
            empty = empty_file(_kind(sent))
            if empty is not None:
                return empty.encode() if isinstance(empty, str) else empty
            example = self._words(response, schema)
        return self.encoded(example, media, sent)

    def encoded(self, value: object, media: MediaType, sent: str) -> bytes:
        """Return a value in the bytes of a media type."""
        if isinstance(value, bytes):
            return value
        view = self._view(media.schema or media.item_schema)
        if isinstance(value, str):
            return _decoded(value, view, sent)
        return _in_charset(written(value, _kind(sent), view), sent)

    def _words(self, response: Response, schema: Pointer | None) -> object:
        """Return a value for a body of text: the answer's own description where a plain text is asked."""
        description = response.description.strip()
        view = self._view(schema)
        if schema is None or view is None:
            return description
        says_more = any(view.word(word) is not None for word in _SPECIAL)
        if description and not says_more and self._values.accepts(schema, description):
            return description
        return self._values.usual(schema)

    def _view(self, schema: Pointer | None) -> SchemaView | None:
        return SchemaView(self._document.node(schema)) if schema is not None else None


def _as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _decoded(text: str, view: SchemaView | None, sent: str) -> bytes:
    """Return what a text means where the schema says that it is written in letters; else the text."""
    names = (view.word("contentEncoding"), view.format) if view is not None else ()
    decode = next((_DECODERS[name] for name in names if name in _DECODERS), None)
    if decode is not None and not _is_textual(sent):
        try:
            return decode("".join(text.split()))
        except ValueError:
            pass  # it is none after all, and is sent as it is written
    return _in_charset(text, sent)


def _in_charset(text: str, sent: str) -> bytes:
    """Return a text in the charset of its media type, UTF-8 where none is named or nobody knows it."""
    try:
        return text.encode(charset_of(sent) or "utf-8", "replace")
    except LookupError:
        return text.encode("utf-8", "surrogatepass")


def charset_of(media_type: str) -> str | None:
    """Return the charset parameter of a media type, None when it has none."""
    message = Message()
    message["content-type"] = media_type
    return message.get_content_charset()


def _kind(sent: str) -> str:
    return sent.partition(";")[0].strip().lower()


def _is_textual(sent: str) -> bool:
    kind = _kind(sent)
    return kind.startswith(_TEXTUAL) or kind.endswith(("/xml", "+xml"))
