"""The headers that a documented response is sent with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import Header, Response
from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.locations import made_location
from mock_server.examples.plain_texts import simple
from mock_server.examples.values import NOTHING, Values
from openapi_documents import Document, Pointer

_SENDABLE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
_FRAMING: Final = frozenset(
    {
        "connection", "content-encoding", "content-length", "content-type", "keep-alive", "te",
        "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
"""Headers that the server itself writes, whatever a contract says of them."""
_MEANING: Final = frozenset(
    {
        "age", "allow", "cache-control", "content-disposition", "content-language",
        "content-location", "content-range", "date", "etag", "expires", "last-modified", "link",
        "location", "retry-after", "server", "set-cookie", "vary", "warning", "www-authenticate",
    }
)  # fmt: skip
"""Headers by which clients act: nobody is well served by a value that was made up."""


_SAYING: Final = ("example", "examples", "default", "enum", "const")


class ResponseHeaders:
    """The headers of one document's responses, remembered."""

    def __init__(self, document: Document, values: Values) -> None:
        """Take the document and its values."""
        self._document = document
        self._values = values
        self._known: dict[tuple[Pointer, str, str | None], Mapping[str, str]] = {}

    def of(self, operation: Operation, response: Response, name: str | None) -> Mapping[str, str]:
        """Return the headers of a response; `name` asks for one of their examples. Raises NoInstanceError."""
        key = (operation.place, response.code, name)
        if key not in self._known:
            self._known[key] = self._made(operation, response, name)
        return self._known[key]

    def texts(self, response: Response) -> tuple[str, ...]:
        """Return the languages that a response is documented in."""
        for header in response.headers:
            if header.name.lower() == "content-language" and header.value.schema is not None:
                return SchemaView(self._document.node(header.value.schema)).texts
        return ()

    def _made(self, operation: Operation, response: Response, name: str | None) -> dict[str, str]:
        found: dict[str, str] = {}
        for header in response.headers:
            if header.name.lower() in _FRAMING:
                continue
            text = None
            if header.name.lower() == "location" and not self._says_itself(header, name):
                text = made_location(self._document, self._values, operation, response.code)
            text = text or self._header(header, name)
            if text is not None:
                found[header.name] = text
        return found

    def _says_itself(self, header: Header, name: str | None) -> bool:
        """Whether a header has a documented value."""
        if self._values.documented(header.value, "application/json", name) is not NOTHING:
            return True
        schema = header.value.schema
        view = SchemaView(self._document.node(schema)) if schema is not None else None
        return view is not None and any(view.word(word) is not None for word in _SAYING)

    def _header(self, header: Header, name: str | None) -> str | None:
        schema = header.value.schema
        value = self._values.documented(header.value, "application/json", name)
        if value is NOTHING:
            if not header.required and self._is_left_out(header):
                return None
            value = self._values.visible(schema)
        as_json = header.content and not isinstance(value, str)
        text = json.dumps(value) if as_json else simple(value, explode=header.explode)
        return text if _SENDABLE.fullmatch(text) else quote(text, safe=" /:;,=?&%#()[]@!$'*+")

    def _is_left_out(self, header: Header) -> bool:
        """Whether an optional header without a documented value has none worth making."""
        if header.value.schema is None:
            return True
        return header.name.lower() in _MEANING and not self._says_itself(header, None)
