"""What an operation answers when no behaviour stands behind it: an example, else the smallest value.

All is computed when it is first asked for, and then remembered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import Header, MediaType, Response
from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.empty_files import empty_file
from mock_server.examples.negotiation import concrete, is_json, negotiated
from mock_server.examples.preferences import UnknownPreferenceError, chosen_response, preferences
from mock_server.examples.search import NoInstanceError
from mock_server.examples.smallest import Standalone, smallest
from mock_server.examples.writing import simple, written
from openapi_documents import Document, DocumentError, Pointer, text_of
from openapi_documents.dialect import Schemas


@dataclass(frozen=True)
class ExampleAnswer:
    """An answer, not yet on its way.

    `body` is a JSON value when `is_json(media_type)`, else text or bytes. `media_type` is None when there is no body.
    """

    status: int
    media_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None

    def encoded(self) -> bytes:
        """The body as bytes; empty when there is none."""
        if self.media_type is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if is_json(self.media_type):
            return json.dumps(self.body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return str(self.body).encode("utf-8", "surrogatepass")


class Answers:
    """The answers of one document."""

    def __init__(self, document: Document) -> None:
        """Take the document."""
        self._document = document
        self._schemas = Schemas(document)
        self._standalone: dict[Pointer, Standalone] = {}
        self._bodies: dict[tuple[Pointer, str, str, str | None], object] = {}
        self._headers: dict[tuple[Pointer, str], Mapping[str, str]] = {}

    def answer(
        self, operation: Operation, prefer: str | None = None, accept: str | None = None
    ) -> ExampleAnswer:
        """Return the answer to one request; `prefer` and `accept` are the texts of those headers.

        Raises UnknownPreferenceError, NoInstanceError for a schema without a value, and DocumentError for one that
        cannot be read.
        """
        wishes = preferences(prefer)
        status, response = chosen_response(operation.responses, wishes.get("code"))
        name = wishes.get("example")
        known = _example_names(response)
        if name is not None and name not in known:
            raise UnknownPreferenceError("example", name, known)
        if response is None:
            return ExampleAnswer(status)
        if response.broken is not None:
            raise response.broken
        headers = self._remembered_headers(operation, response)
        content = {
            media.name: media
            for media in response.content
            if name is None or name in media.examples
        }
        if not content or status in {204, 205, 304}:
            return ExampleAnswer(status, None, headers, None)
        media = content[negotiated(content, accept)]
        sent = concrete(media.name, accept)
        key = (operation.place, response.code, sent, name)
        if key not in self._bodies:
            self._bodies[key] = self._body(response, media, sent, name)
        return ExampleAnswer(status, sent, headers, self._bodies[key])

    # -- the body --------------------------------------------------------------------------------

    def _body(self, response: Response, media: MediaType, sent: str, name: str | None) -> object:
        example = _NOTHING
        if name is not None:
            example = self._value_of(media.examples[name], sent)
        if example is _NOTHING:
            example = self._documented(media, sent)
        if not is_json(sent):
            return self._foreign(response, media, sent, example)
        if example is not _NOTHING:
            return example
        return {} if media.schema is None else self._smallest(media.schema)

    def _documented(self, media: MediaType, sent: str) -> object:
        """Return the first example that fits the schema; `_NOTHING` when there is none."""
        values = [self._document.value(media.example)] if media.example is not None else []
        values += [self._value_of(place, sent) for place in media.examples.values()]
        for value in values:
            if value is _NOTHING:
                continue
            foreign = isinstance(value, str) and not is_json(sent)
            if media.schema is None or foreign or self._accepts(media.schema, value):
                return value
        return _NOTHING

    def _value_of(self, place: Pointer, sent: str) -> object:
        """Return the value of an Example Object, `_NOTHING` for one that cannot be read."""
        example = self._document.value(place)
        if not isinstance(example, dict):
            return _NOTHING
        for word in ("value", "dataValue"):
            if word in example:
                return example[word]
        if isinstance(example.get("externalValue"), str):
            return self._external(place, sent)
        text = example.get("serializedValue")
        return _parsed(text, sent) if isinstance(text, str) else _NOTHING

    def _external(self, place: Pointer, sent: str) -> object:
        """Return what stands in another file below the document's folder; nothing is fetched."""
        try:
            return _parsed(self._document.external_value(place).decode(), sent)
        except (DocumentError, UnicodeDecodeError):
            return _NOTHING

    def _foreign(
        self, response: Response, media: MediaType, sent: str, example: object
    ) -> str | bytes:
        """Return the body in a media type that is no JSON."""
        kind = sent.partition(";")[0].strip().lower()
        if isinstance(example, str):
            return example
        schema = media.schema or media.item_schema
        if example is _NOTHING:
            empty = empty_file(kind)
            if empty is not None:
                return empty
            example = self._words(response, schema)
        view = SchemaView(self._document.node(schema)) if schema is not None else None
        return written(example, kind, view)

    def _words(self, response: Response, schema: Pointer | None) -> object:
        """Return a value for a body of text: the answer's own description where a plain text is asked."""
        description = response.description.strip()
        if schema is None:
            return description
        view = SchemaView(self._document.node(schema))
        says_more = any(view.word(word) is not None for word in _SPECIAL)
        if description and not says_more and self._accepts(schema, description):
            return description
        return self._smallest(schema)

    def _smallest(self, schema: Pointer) -> object:
        return self._of(schema).smallest(text_of(schema))

    def _accepts(self, schema: Pointer, value: object) -> bool:
        return self._of(schema).accepts(value)

    def _of(self, schema: Pointer) -> Standalone:
        if schema not in self._standalone:
            self._standalone[schema] = Standalone(self._schemas.standalone(schema, "response"))
        return self._standalone[schema]

    # -- the headers -----------------------------------------------------------------------------

    def _remembered_headers(self, operation: Operation, response: Response) -> Mapping[str, str]:
        key = (operation.place, response.code)
        if key not in self._headers:
            self._headers[key] = self._made_headers(response)
        return self._headers[key]

    def _made_headers(self, response: Response) -> dict[str, str]:
        """Return the required headers, and of the others those with a documented example."""
        found: dict[str, str] = {}
        for header in response.headers:
            if header.name.lower() not in _FRAMING:
                text = self._header(header)
                if text is not None:
                    found[header.name] = text
        return found

    def _header(self, header: Header) -> str | None:
        value = self._documented(header.value, "application/json")
        if value is _NOTHING:
            value = self._example_of_schema(header.value.schema)
        if value is _NOTHING:
            if not header.required:
                return None
            value = self._smallest_header(header.value.schema)
        as_json = header.content and not isinstance(value, str)
        text = json.dumps(value) if as_json else simple(value, explode=header.explode)
        return text if _SENDABLE.fullmatch(text) else quote(text, safe=" /:;,=?&%#()[]@!$'*+")

    def _example_of_schema(self, schema: Pointer | None) -> object:
        if schema is None:
            return _NOTHING
        view = SchemaView(self._document.node(schema))
        listed = view.word("examples")
        values = list(listed) if isinstance(listed, list) else []
        if view.word("example") is not None:
            values.append(view.word("example"))
        return values[0] if values and self._accepts(schema, values[0]) else _NOTHING

    def _smallest_header(self, schema: Pointer | None) -> object:
        """Return a value that can be seen: an empty text only when the schema wants it."""
        if schema is None:
            return smallest({"type": "string", "minLength": 1})
        converted = self._schemas.standalone(schema, "response")
        visible = {"type": "string", "minLength": 1}
        try:
            return smallest({**converted, "allOf": [visible]}, text_of(schema))
        except NoInstanceError:
            return self._smallest(schema)


def _parsed(text: str, sent: str) -> object:
    """Return the value of a text in a media type, `_NOTHING` for one that is none."""
    if not is_json(sent):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return _NOTHING


def _example_names(response: Response | None) -> list[str]:
    content = response.content if response is not None else ()
    return list(dict.fromkeys(name for media in content for name in media.examples))


_NOTHING: Final = object()
_SPECIAL: Final = ("format", "pattern", "enum", "const", "example", "examples", "default")
"""Words of a schema that ask for more than any text."""

_SENDABLE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
_FRAMING: Final = frozenset(
    {
        "connection", "content-encoding", "content-length", "content-type", "keep-alive", "te",
        "trailer",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip
"""Headers that the server itself writes, whatever a contract says of them."""
