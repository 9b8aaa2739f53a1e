"""Reads the body of a request: its size, its content type and its value, and checks it against the contract."""

from __future__ import annotations

import codecs
import contextlib
from collections.abc import Mapping
from typing import NamedTuple

from mock_server.contracts.bodies import BodyType
from mock_server.contracts.callers import NOBODY, Caller
from mock_server.contracts.media_types import FORM, MediaRange, is_json, is_xml, media_range
from mock_server.contracts.operations import Operation
from mock_server.contracts.schemas import Schemas
from mock_server.http import problems
from mock_server.http.asgi import Receive
from mock_server.http.conversion import converted
from mock_server.http.forms import read_fields
from mock_server.http.json_bodies import parse_json
from mock_server.http.multipart import FORM_DATA, read_parts
from mock_server.http.parts import PartsReader
from mock_server.http.problems import Fault, Problem
from mock_server.http.sequences import is_sequence, read_sequence
from mock_server.http.xml_bodies import read_xml
from mock_server.storage.threads import Threads

LIMIT = 10 * 1024 * 1024
_DRAIN_LIMIT = 64 * 1024 * 1024
_LARGE = 256 * 1024  # from here on, parsing is work for a thread


class Body(NamedTuple):
    """A body: its value, its bytes, and what the contract says of its media type, None when there is no body."""

    value: object = None
    raw: bytes = b""
    body_type: BodyType | None = None

    def member(self, name: str) -> object:
        """Return a member of an object, None when there is none."""
        return self.value.get(name) if isinstance(self.value, dict) else None


async def read_body(
    operation: Operation,
    schemas: Schemas,
    headers: Mapping[str, str],
    receive: Receive,
    threads: Threads,
) -> Body:
    """Return the body of a request. Raises Problem for one that is missing, malformed or of another type."""
    types = operation.body_types
    if not types.content:
        return Body()
    raw = await read(receive)
    media = media_range(headers.get("content-type", ""))
    if not raw and not types.required and operation.submission is None:
        return Body()
    if not raw and not (_may_be_empty(media.kind) and types.of(media.kind)):
        raise Problem(problems.NO_BODY, Fault("#", "a body is required"))
    found = body_type(operation, headers)
    if len(raw) > _LARGE:
        return Body(await threads.run(parse, raw, media, found, schemas), raw, found)
    return Body(parse(raw, media, found, schemas), raw, found)


def _may_be_empty(kind: str) -> bool:
    """Tell whether nothing at all is a body of this type: a form without fields, an empty text."""
    return kind == FORM or kind.startswith("text/")


def check_body(schemas: Schemas, caller: Caller | None, body: Body) -> None:
    """Raise Problem 400 for a body that does not fit its schema."""
    schema = body.body_type.schema if body.body_type is not None else None
    if schema is None or isinstance(body.value, bytes):
        return
    check = schemas.check(schema, caller or NOBODY)
    if not check.accepts(body.value):
        found = check.violations(body.value)
        faults = (Fault(violation.pointer, violation.sentence) for violation in found)
        raise Problem(problems.BAD_BODY, *faults)


async def read(receive: Receive) -> bytes:
    """Return the whole body. Raises Problem 413 above 10 MiB, after reading what still comes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(problems.CLIENT_GONE)
        part = message.get("body", b"")
        size += len(part)
        if size <= LIMIT:
            parts.append(part)
        elif size > _DRAIN_LIMIT:
            break
        if not message.get("more_body"):
            break
    if size > LIMIT:
        raise Problem(problems.BODY_TOO_LARGE, limit=LIMIT)
    return b"".join(parts)


def body_type(operation: Operation, headers: Mapping[str, str]) -> BodyType:
    """Return what the operation says of the media type of a body.

    Raises Problem 415 for another one, and for a compressed body.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise Problem(problems.ENCODED_BODY, encoding=encoding)
    given = headers.get("content-type", "")
    found = operation.body_types.of(given)
    if found is not None:
        return found
    expected = " or ".join(operation.body_types.names)
    kind = media_range(given).kind
    if not kind:
        raise Problem(problems.NO_CONTENT_TYPE, expected=expected)
    raise Problem(problems.WRONG_CONTENT_TYPE, given=kind, expected=expected)


# -- the value -----------------------------------------------------------------------------------


def parse(raw: bytes, media: MediaRange, found: BodyType, schemas: Schemas) -> object:
    """Return the value of a body: of JSON, XML, a form and a text what its schema wants; else its bytes.

    Raises Problem 400 with the place for what is malformed, and 415 for a charset that is not read.
    """
    match media.kind:
        case kind if is_json(kind):
            _charset(media, only_unicode=True)
            value = parse_json(raw)
        case kind if is_xml(kind):
            value = read_xml(raw, found.view, schemas)
        case kind if kind == FORM:
            value = read_fields(raw, found.view, found.encodings, schemas, _charset(media))
        case kind if kind.startswith("multipart/"):
            reader = PartsReader(found.view, found.encodings, schemas)
            parts = read_parts(raw, media)
            value = reader.fields(parts) if kind == FORM_DATA else reader.items(parts)
        case kind if is_sequence(kind):
            value = read_sequence(raw, kind, found.items, schemas)
        case kind if kind.startswith("text/"):
            value = converted(found.view, [_text(raw, media)], schemas)
        case _:
            value = _binary(raw, found)
    return value


def _text(raw: bytes, media: MediaRange) -> str:
    try:
        return raw.decode(_charset(media))
    except UnicodeDecodeError as error:
        raise Problem(problems.MALFORMED_TEXT, Fault("#", str(error))) from None


def _binary(raw: bytes, found: BodyType) -> object:
    """Return what is checked of bytes: where the schema speaks of a text, one of as many letters as there are bytes."""
    is_text = found.view is not None and found.view.kinds == ("string",)
    return raw.decode("latin-1") if is_text else raw


def _charset(media: MediaRange, *, only_unicode: bool = False) -> str:
    given = media.parameter("charset")
    if given is None:
        return "utf-8"
    name = ""
    with contextlib.suppress(LookupError, ValueError):
        "a".encode(given)  # what is no encoding of texts is not looked up here
        name = codecs.lookup(given).name
    if not name or (only_unicode and name not in ("utf-8", "ascii")):
        expected = "utf-8" if only_unicode else "a known one"
        raise Problem(problems.WRONG_CHARSET, given=given or "empty", expected=expected)
    return name
