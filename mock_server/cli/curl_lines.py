"""A command that asks an operation: with values for what it must be given, as its contract shows or allows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from shlex import quote
from urllib.parse import quote as escaped
from urllib.parse import urlencode

from mock_server.binding import BoundOperation
from mock_server.contracts.bodies import BodyType
from mock_server.contracts.media_types import FORM, is_json, media_range
from mock_server.contracts.parameters import Parameter
from mock_server.contracts.security import Scheme
from mock_server.examples.search import NoInstanceError
from mock_server.examples.smallest import Standalone
from openapi_documents import DocumentError, Node, Pointer, text_of
from openapi_documents.dialect import Schemas

_NOTHING = object()


def curl_line(bound: BoundOperation, url: str) -> str | None:
    """Return the command, None where a value is wanted that cannot be written plainly."""
    operation = bound.operation
    try:
        given = [(one, _parameter(bound, one)) for one in operation.parameters if _is_needed(one)]
        body = list(_body(bound)) if operation.body_types.required else []
    except (_NotPlainError, DocumentError):
        return None
    words = ["curl", "-si"]
    if operation.method != "get":
        words += ["-X", operation.method.upper()]
    words += [quote(url + _target(bound, given)), *_credentials(bound)]
    words += [
        f"-H {quote(f'{one.name}: {text}')}" for one, text in given if one.location == "header"
    ]
    return " ".join([*words, *body])


class _NotPlainError(Exception):
    """A value cannot be written without knowing more."""


def _is_needed(parameter: Parameter) -> bool:
    return parameter.required or parameter.location == "path"


def _target(bound: BoundOperation, given: Sequence[tuple[Parameter, str]]) -> str:
    """Return the path and the query; an API key that stands there included."""
    path, query = bound.operation.path, []
    for one, text in given:
        if one.location == "path":
            path = path.replace(f"{{{one.name}}}", escaped(text, safe=""))
        elif one.location == "query":
            query.append((one.name, text))
        elif one.location != "header":
            raise _NotPlainError
    query += [(scheme.parameter, "secret-a") for scheme in _schemes(bound) if _is_in_query(scheme)]
    return f"{path}?{urlencode(query)}" if query else path


# -- values --------------------------------------------------------------------------------------


def _parameter(bound: BoundOperation, parameter: Parameter) -> str:
    """Return the text of a parameter. Raises _NotPlainError for an array and an object."""
    if parameter.schema is None:
        return "a" if parameter.location == "path" else ""
    document = bound.contract.document
    value = _example(document.node(parameter.schema[:-1]))
    if value is _NOTHING and parameter.location == "path":
        # Under the key that one makes up first, there is something to be found.
        value = 1 if bound.schemas.check(parameter.schema, None).accepts(1) else _NOTHING
    if value is _NOTHING:
        value = _made(bound, parameter.schema)
    if parameter.media_type or isinstance(value, dict | list) or value is None:
        raise _NotPlainError
    return value if isinstance(value, str) else json.dumps(value)


def _example(holder: Node) -> object:
    """Return the first example beside a schema."""
    found = holder.get("example")
    if found is not None:
        return found.value
    listed = holder.get("examples")
    for _, one in listed.entries() if listed is not None else ():
        value = one.follow().get("value")
        if value is not None:
            return value.value
    return _NOTHING


def _made(bound: BoundOperation, schema: Pointer) -> object:
    standalone = Schemas(bound.contract.document).standalone(schema, "request")
    try:
        return Standalone(standalone).usual(text_of(schema))
    except NoInstanceError:
        raise _NotPlainError from None


def _body(bound: BoundOperation) -> Iterator[str]:
    """Yield the words that send a body: JSON, else a form. Raises _NotPlainError for any other."""
    kinds = {media_range(one.name).kind: one for one in bound.operation.body_types.content}
    ordered = sorted(kinds, key=lambda kind: not is_json(kind))
    kind = next((one for one in ordered if is_json(one) or one == FORM), None)
    if kind is None or "*" in kind:
        raise _NotPlainError
    value = _value(bound, kinds[kind])
    if kind == FORM:
        if not isinstance(value, dict) or any(
            isinstance(one, dict | list) for one in value.values()
        ):
            raise _NotPlainError
        texts = {
            name: one if isinstance(one, str) else json.dumps(one) for name, one in value.items()
        }
        yield f"-d {quote(urlencode(texts))}"
    else:
        yield f"-H {quote(f'Content-Type: {kind}')}"
        yield f"-d {quote(json.dumps(value, ensure_ascii=False))}"


def _value(bound: BoundOperation, found: BodyType) -> object:
    """Return a body that fits. Raises _NotPlainError where none is known."""
    if found.schema is None:
        return {}
    value = _example(bound.contract.document.node(found.schema[:-1]))
    if value is _NOTHING:
        value = _made(bound, found.schema)
    if not bound.schemas.check(found.schema, None).accepts(value):
        raise _NotPlainError
    return value


# -- credentials ---------------------------------------------------------------------------------


def _schemes(bound: BoundOperation) -> list[Scheme]:
    """Return what must be satisfied together, by the first of the alternatives."""
    security = bound.operation.security
    if not security or () in security:
        return []
    return [bound.contract.schemes[asked.scheme] for asked in security[0]]


def _is_in_query(scheme: Scheme) -> bool:
    return scheme.kind == "apikey" and scheme.location == "query"


def _credentials(bound: BoundOperation) -> Iterator[str]:
    for scheme in _schemes(bound):
        match scheme.kind:
            case "bearer":
                yield '-H "Authorization: Bearer $TOKEN"'
            case "basic":
                yield "-u partner-a:secret-a"
            case "digest":
                yield "--digest -u partner-a:secret-a"
            case "apikey" if scheme.location == "header":
                yield f"-H {quote(f'{scheme.parameter}: secret-a')}"
            case "apikey" if scheme.location == "cookie":
                yield f"-b {quote(f'{scheme.parameter}=secret-a')}"
            case "apikey" | "mutualtls":
                continue
            case other:
                yield f"-H {quote(f'Authorization: {other} secret-a')}"
