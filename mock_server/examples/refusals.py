"""Refusals in the form that a contract documents: its code, its media type, its schema, filled with the cause.

Which code: the problem's own or its range, 422 for 400, `default`, else another code for wrong requests. Nothing
documented: the caller renders RFC 9457.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import MediaType, Response
from mock_server.contracts.schemas import Schemas
from mock_server.examples.bodies import Bodies
from mock_server.examples.headers import ResponseHeaders
from mock_server.examples.negotiation import concrete, is_json, negotiated
from mock_server.examples.search import NoInstanceError
from mock_server.examples.telling import with_cause, without_depths
from mock_server.examples.values import NOTHING, Values
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem, rfc9457
from openapi_documents import Document, DocumentError, Pointer

_PROBLEM: Final = "application/problem+json"
_SAME: Final[Mapping[int, tuple[int, ...]]] = {400: (422,), 422: (400,)}
"""Codes for one kind of refusal: contracts have either."""
_WRONG_REQUEST: Final[Mapping[int, tuple[int, ...]]] = {413: (400, 422), 415: (400, 422)}
_IN_PATH: Final = "#/path/"


class _Form(NamedTuple):
    """The form of a refusal: its status, and the response that documents it."""

    status: int
    response: Response


class Refusals:
    """The refusals of one document."""

    def __init__(self, document: Document, values: Values, schemas: Schemas) -> None:
        """Take the document, its values and its schemas."""
        self._schemas = schemas
        self._values = values
        self._bodies = Bodies(document, self._values)
        self._headers = ResponseHeaders(document, self._values)
        self._made: dict[tuple[Pointer, str, str], object] = {}

    def answer(self, problem: Problem, operation: Operation, accept: str | None) -> Answer | None:
        """Return the answer that the operation documents for a problem, None when it documents none.

        Where a code is documented without a body that can be made, the body is that of RFC 9457.
        """
        form = _form(problem, operation)
        if form is None:
            return None
        headers = problem.headers
        try:
            headers = {**self._headers.of(operation, form.response, None), **problem.headers}
            if form.response.content:
                body, sent = self._body(problem, operation, form, accept)
                return Answer(form.status, body, sent, headers)
        except (NoInstanceError, DocumentError):
            pass
        return Answer(form.status, _as_json(rfc9457(problem, form.status)), _PROBLEM, headers)

    def _body(
        self, problem: Problem, operation: Operation, form: _Form, accept: str | None
    ) -> tuple[bytes, str]:
        """Return the body and its media type."""
        content = {media.name: media for media in form.response.content}
        media = content[negotiated(content, accept) or next(iter(content))]
        sent = concrete(media.name, accept)
        if not is_json(sent):
            is_text = sent.lower().startswith("text/")
            text = problem.message if is_text else self._value(operation, form, media, sent)
            return self._bodies.encoded(text, media, sent), sent
        own = rfc9457(problem, form.status)
        fits = self._fits(media.schema) if media.schema is not None else _anything
        if media.schema is None or (sent.lower().startswith(_PROBLEM) and fits(own)):
            return _as_json(own), sent
        value = self._value(operation, form, media, sent)
        return _as_json(with_cause(value, problem, form.status, fits)), sent

    def _value(self, operation: Operation, form: _Form, media: MediaType, sent: str) -> object:
        """Return what is filled: the example where it fits, else a value of the schema."""
        key = (operation.place, form.response.code, media.name)
        if key not in self._made:
            example = self._values.documented(media, sent)
            if media.schema is not None and not (
                example is not NOTHING and self._fits(media.schema)(example)
            ):
                made = self._values.usual(media.schema)
                example = without_depths(made, self._fits(media.schema))
            self._made[key] = {} if example is NOTHING else example
        return self._made[key]

    def _fits(self, schema: Pointer) -> Callable[[Any], bool]:
        return self._schemas.check(schema, None, "response").accepts


def _anything(_value: object) -> bool:
    return True


def _as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _form(problem: Problem, operation: Operation) -> _Form | None:
    """Return the documented form of a problem; a told 501 and a failure of ours look alike everywhere."""
    if problem.status >= 500:
        return None
    by_code = {response.code: response for response in operation.responses}
    own = problem.status
    for status, key in (
        *((own, key) for key in (str(own), f"{own // 100}XX", f"{own // 100}xx")),
        *((status, str(status)) for status in _SAME.get(own, ())),
        (own, "default"),
        *((status, str(status)) for status in _others(problem)),
    ):
        if key in by_code:
            return _Form(status, by_code[key])
    return None


def _others(problem: Problem) -> Iterator[int]:
    """Yield codes that tell a wrong request as well, where a contract documents neither its code nor a general one."""
    yield from _WRONG_REQUEST.get(problem.status, ())
    if problem.faults and all(fault.pointer.startswith(_IN_PATH) for fault in problem.faults):
        yield 404  # nothing can be at such a path
