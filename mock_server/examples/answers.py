"""What an operation answers when no behaviour stands behind it: an example, else a value made of the schema.

All is computed when it is first asked for, and then remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import Response
from mock_server.examples.bodies import Bodies, Body
from mock_server.examples.headers import ResponseHeaders
from mock_server.examples.multipart_writing import bounded
from mock_server.examples.negotiation import NotAcceptableError, concrete, language, negotiated
from mock_server.examples.pairing import Given, Pairs
from mock_server.examples.preferences import (
    UnknownPreferenceError,
    chosen_response,
    preferences,
)
from mock_server.examples.values import Values
from openapi_documents import Document, Pointer

_BODILESS = frozenset({204, 205, 304})


@dataclass(frozen=True)
class ExampleAnswer:
    """An answer, not yet on its way.

    `body` is a JSON value when `is_json(media_type)`, else bytes; `media_type` is None when there is no body.
    """

    status: int
    media_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    raw: bytes = field(default=b"", repr=False)

    def encoded(self) -> bytes:
        """Return the body as it is sent; empty when there is none."""
        return self.raw


class Answers:
    """The answers of one document."""

    def __init__(self, document: Document, values: Values | None = None) -> None:
        """Take the document and its values, which may be shared."""
        values = values or Values(document)
        self._made = Bodies(document, values)
        self._headers = ResponseHeaders(document, values)
        self._pairs = Pairs(document)
        self._bodies: dict[tuple[Pointer, str, str, str | None], Body] = {}
        self._times: dict[tuple[Pointer, str], int] = {}

    def answer(self, operation: Operation, given: Given | None = None) -> ExampleAnswer:
        """Return the answer to one request.

        Raises UnknownPreferenceError, NotAcceptableError, NoInstanceError for a schema without a value, and
        DocumentError for one that cannot be read.
        """
        given = given or Given()
        wishes = preferences(given.prefer)
        pair = None if {"code", "example"} & wishes.keys() else self._pairs.found(operation, given)
        code = pair.code if pair is not None else wishes.get("code")
        status, response = chosen_response(operation.responses, code)
        name = pair.name if pair is not None else wishes.get("example")
        known = _example_names(response)
        if name is not None and name not in known:
            raise UnknownPreferenceError("example", name, known)
        if response is None:
            return ExampleAnswer(status)
        return self._answer(operation, status, response, given, name)

    def _answer(
        self, operation: Operation, status: int, response: Response, given: Given, name: str | None
    ) -> ExampleAnswer:
        if response.broken is not None:
            raise response.broken
        headers = self._headers.of(operation, response, name)
        wanted = language(response, self._headers.texts(response), given.language)
        if wanted is not None:
            headers = {**headers, "Content-Language": wanted}
        content = {
            media.name: media
            for media in response.content
            if name is None or name in media.examples
        }
        if not content or status in _BODILESS:
            return ExampleAnswer(status, None, headers)
        chosen = negotiated(content, given.accept)
        if chosen is None:
            raise NotAcceptableError(content)
        media = content[chosen]
        sent = concrete(media.name, given.accept)
        key = (operation.place, response.code, sent, name)
        if given.is_dynamic:
            times = self._times[key[:2]] = self._times.get(key[:2], -1) + 1
            body = self._made.other(media, sent, times)
        else:
            if key not in self._bodies:
                self._bodies[key] = self._made.of(response, media, sent, name)
            body = self._bodies[key]
        return ExampleAnswer(status, bounded(sent, body.raw), headers, *body)


def _example_names(response: Response | None) -> list[str]:
    content = response.content if response is not None else ()
    return list(dict.fromkeys(name for media in content for name in media.examples))
