"""Reads the body of a request: its size, its content type and its value, and checks it against the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from mock_server.contracts.callers import NOBODY, Caller
from mock_server.contracts.media_types import FORM, is_json
from mock_server.contracts.operations import Operation
from mock_server.contracts.schemas import Schemas
from mock_server.http import problems
from mock_server.http.asgi import Receive
from mock_server.http.json_bodies import parse_json
from mock_server.http.problems import Fault, Problem
from mock_server.storage.threads import Threads

LIMIT = 10 * 1024 * 1024
_DRAIN_LIMIT = 64 * 1024 * 1024
_LARGE = 256 * 1024  # from here on, parsing is work for a thread


class Body(NamedTuple):
    """A body: its value, its bytes, and its media type as the contract spells it, "" when there is none."""

    value: object = None
    raw: bytes = b""
    media_type: str = ""

    def member(self, name: str) -> object:
        """Return a member of an object, None when there is none."""
        return self.value.get(name) if isinstance(self.value, dict) else None


async def read_body(
    operation: Operation, headers: Mapping[str, str], receive: Receive, threads: Threads
) -> Body:
    """Return the body of a request. Raises Problem for one that is missing, malformed or of another type."""
    if not operation.body_types.schemas:
        return Body()
    raw = await read(receive)
    if not raw and not operation.body_types.required and operation.submission is None:
        return Body()
    if not raw:
        raise Problem(problems.NO_BODY, Fault("#", "a body is required"))
    kind = media_type(headers, operation.body_types.schemas)
    if len(raw) > _LARGE:
        return Body(await threads.run(parse, raw, kind), raw, kind)
    return Body(parse(raw, kind), raw, kind)


def check_body(operation: Operation, schemas: Schemas, caller: Caller | None, body: Body) -> None:
    """Raise Problem 400 for a body that does not fit its schema."""
    schema = operation.body_types.schemas[body.media_type]
    if schema is None or not (is_json(body.media_type) or body.media_type == FORM):
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


def media_type(headers: Mapping[str, str], known: Mapping[str, object]) -> str:
    """Return the media type of the body as the operation knows it, in lower case.

    Raises Problem 415 for another one, for another charset than UTF-8 and for a compressed body.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise Problem(problems.ENCODED_BODY, encoding=encoding)
    given = headers.get("content-type", "")
    name, _, parameters = given.partition(";")
    name = name.strip().lower()
    _check_charset(parameters)
    if name in known:
        return name
    for pattern in (f"{name.split('/')[0]}/*", "*/*"):
        if name and pattern in known:
            return pattern
    expected = " or ".join(known)
    if not name:
        raise Problem(problems.NO_CONTENT_TYPE, expected=expected)
    raise Problem(problems.WRONG_CONTENT_TYPE, given=name, expected=expected)


def _check_charset(parameters: str) -> None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
            if charset not in ("utf-8", "utf8", "us-ascii"):
                raise Problem(problems.WRONG_CHARSET, given=charset or "empty")


def parse(raw: bytes, kind: str) -> object:
    """Return the value of a body: of JSON, the value; of a form, its fields; else the text.

    Raises Problem 400 with the place for what is malformed.
    """
    if is_json(kind):
        return parse_json(raw)
    if kind == FORM:
        return _parse_form(raw)
    return raw.decode("utf-8", "replace")


def _parse_form(raw: bytes) -> dict[str, object]:
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(raw), errors="strict"
        )
    except ValueError as error:
        raise Problem(problems.MALFORMED_FORM, Fault("#", str(error))) from None
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:
            raise Problem(problems.MALFORMED_FORM, Fault(f"#/{name}", "stands twice"))
        fields[name] = value
    return fields
