"""Reads and checks the parameters of a request against the contract as written.

Connexion's own check knows JSON Schema Draft 4 only, turns no header into a number and fails on a schema without type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from mock_server.contracts.operations import Operation
from mock_server.contracts.parameters import Parameter
from mock_server.contracts.schemas import Schemas
from mock_server.http import problems
from mock_server.http.headers import cookies_of
from mock_server.http.problems import Fault, Problem

_INTEGER = re.compile(r"-?[0-9]{1,4300}\Z")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\Z")
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_CARRIED_ELSEWHERE = {"accept", "content-type", "authorization"}


def read(
    operation: Operation,
    schemas: Schemas,
    path: Sequence[str],
    query: bytes,
    headers: Mapping[str, str],
) -> dict[str, object]:
    """Return the values of the operation's parameters by name; absent ones are left out.

    `path` holds the values of the path's templates in their order. Raises Problem 400 naming each fault.
    """
    if not operation.parameters:
        return {}
    sources: dict[str, object] = {
        "path": dict(zip(operation.templates, path, strict=True)),
        "query": _pairs(query) if query else {},
        "header": headers,
        "cookie": cookies_of(headers),
    }
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for parameter in operation.parameters:
        if parameter.location == "header" and parameter.name.lower() in _CARRIED_ELSEWHERE:
            continue
        at = f"#/{parameter.location}/{parameter.name}"
        given = _given(parameter, sources.get(parameter.location, {}))
        if given is None:
            if parameter.required:
                faults.append(Fault(at, "is required"))
            continue
        try:
            value = _value(parameter, given)
        except ValueError as error:
            faults.append(Fault(at, str(error)))
            continue
        values[parameter.name] = value
        if parameter.schema is not None:
            check = schemas.check(parameter.schema, None)
            if not check.accepts(value):
                faults.extend(
                    Fault(at + violation.pointer[1:], violation.sentence)
                    for violation in check.violations(value)
                )
    if faults:
        raise Problem(problems.BAD_PARAMETER, *faults)
    return values


def first(query: bytes, name: str) -> str | None:
    """Return the first value of a query parameter, as it is written."""
    return next(iter(_pairs(query).get(name, ())), None)


def _pairs(query: bytes) -> dict[str, list[str]]:
    pairs: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        pairs.setdefault(name, []).append(value)
    return pairs


def _given(parameter: Parameter, source: Any) -> list[str] | Mapping[str, str] | None:
    """Return the texts that were given for a parameter, None when there are none."""
    if parameter.location == "query" and parameter.style == "deepObject":
        prefix = f"{parameter.name}["
        members = {
            name[len(prefix) : -1]: texts[-1]
            for name, texts in source.items()
            if name.startswith(prefix) and name.endswith("]")
        }
        return members or None
    name = parameter.name.lower() if parameter.location == "header" else parameter.name
    found = source.get(name)
    if found is None:
        return None
    return found if isinstance(found, list) else [found]


def _value(parameter: Parameter, given: list[str] | Mapping[str, str]) -> Any:
    if isinstance(given, Mapping):
        return dict(given)
    if parameter.kind == "array":
        separator = _SEPARATORS.get(parameter.style, ",")
        exploded = parameter.explode and parameter.location == "query"
        texts = given if exploded else given[-1].split(separator)
        return [_scalar(parameter.item_kind, text) for text in texts]
    if len(given) > 1:
        raise ValueError(f"is given {len(given)} times")
    return _scalar(parameter.kind, given[0])


def _scalar(kind: str, text: str) -> Any:
    match kind:
        case "integer" if _INTEGER.match(text):
            return int(text)
        case "number" if _NUMBER.match(text):
            return float(text) if re.search("[.eE]", text) else int(text)
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case "object":
            return _object(text)
    return text


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        parts = text.split(",")
        return dict(zip(parts[::2], parts[1::2], strict=False))
