"""Whether an answer is what its contract documents: the sandbox judges itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from mock_server.contracts.media_types import best_match
from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import MediaType, Response
from mock_server.contracts.schemas import Schemas
from mock_server.examples.negotiation import is_json
from mock_server.http.answers import Answer
from openapi_documents import DocumentError

_ERROR_FORMS: Final = ("application/problem+json",)


def faults_of(answer: Answer, operation: Operation, schemas: Schemas) -> Iterator[str]:
    """Yield what of an answer its contract does not document, each in a clause with its place.

    An error that a contract documents nothing of is told by RFC 9457, and is as it should be.
    """
    response = _response(operation, answer.status)
    is_own_error = answer.status >= 400 and answer.media_type in _ERROR_FORMS
    if response is None:
        if not is_own_error and operation.responses:
            yield f"the status {answer.status} is not documented"
        return
    yield from _missing(response, answer.headers)
    if answer.media_type is None or answer.stream is not None:
        return
    media = _media(response, answer.media_type)
    if media is not None:
        yield from _of_body(answer, media, schemas)
    elif not is_own_error:
        yield f"the media type {answer.media_type} is not documented"


def _response(operation: Operation, status: int) -> Response | None:
    by_code = {response.code.upper(): response for response in operation.responses}
    codes = (str(status), f"{status // 100}XX", "DEFAULT")
    return next((by_code[code] for code in codes if code in by_code), None)


def _missing(response: Response, headers: Mapping[str, str]) -> Iterator[str]:
    given = {name.lower() for name in headers} | {"content-type", "content-length"}
    for header in response.headers:
        if header.required and header.name.lower() not in given:
            yield f"the header {header.name} is missing"


def _media(response: Response, sent: str) -> MediaType | None:
    key = best_match(sent, tuple(media.name for media in response.content))
    return next((media for media in response.content if media.name == key), None)


def _of_body(answer: Answer, media: MediaType, schemas: Schemas) -> Iterator[str]:
    if media.schema is None or not is_json(answer.media_type or ""):
        return
    try:
        value = json.loads(answer.body)
        check = schemas.check(media.schema, None, "response")
    except ValueError as error:
        yield f"the body is no JSON: {error}"
    except DocumentError as error:
        yield str(error)
    else:
        if not check.accepts(value):
            yield from (f"{one.pointer} {one.sentence}" for one in check.violations(value))
