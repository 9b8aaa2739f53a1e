"""How a request names a resource that its path does not: by what the operation requires, or by a guard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contract_tests.generation.representations import Maker
from contract_tests.reading.contract import Operation
from contract_tests.reading.lives import Life, Requirement
from contract_tests.reading.resources import Way, schema_at, value_at, way_of
from contract_tests.reading.schemas import folded
from contract_tests.scenarios.resources.requests import Sent, templates

_EXPRESSION = re.compile(
    r"\$request\.(?:body#(?P<pointer>/.*)|(?P<place>path|query|header)\.(?P<name>.+))"
)
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_EQUAL = re.compile(
    r"request((?:\.\w+)+)\s*==\s*self((?:\.\w+)+)|self((?:\.\w+)+)\s*==\s*request((?:\.\w+)+)"
)


@dataclass(frozen=True)
class Naming:
    """Where a request names a resource: in the body, or in a parameter; `member` leads to what stands there."""

    place: str  # body, path, query or header
    name: str | Way
    member: Way | None = None  # in the representation; None: its key


def namings(
    operation: Operation, life: Life, requirements: tuple[Requirement, ...]
) -> list[Naming]:
    """Return how a request of an operation names what has a life, by all that the contract says."""
    found = list(_by_requirements(life, requirements))
    for transition in life.transitions:
        if transition.operation == operation.id and transition.guard is not None:
            found += _by_guard(transition.guard)
    return list(dict.fromkeys(found))


def _by_requirements(life: Life, requirements: tuple[Requirement, ...]) -> Iterator[Naming]:
    for one in requirements:
        match = _EXPRESSION.fullmatch(one.id) if one.lifecycle == life.name else None
        if match is not None and match["pointer"] is not None:
            yield Naming("body", way_of(match["pointer"]))
        elif match is not None:
            yield Naming(match["place"], match["name"])


def _by_guard(guard: str) -> Iterator[Naming]:
    for one, other, third, fourth in _EQUAL.findall(guard):
        asked, own = (one, other) if one else (fourth, third)
        yield Naming("body", tuple(asked[1:].split(".")), tuple(own[1:].split(".")))


def named(
    sent: Sent, values: list[str], operation: Operation, naming: Naming, value: object
) -> tuple[Sent, list[str]]:
    """Return what is sent, and what stands in the path, with a value where a request names something."""
    if naming.place == "body" and isinstance(naming.name, tuple):
        return replace(sent, body=with_member(sent.body, naming.name, value)), values
    name = str(naming.name)
    if naming.place == "path" and name in templates(operation.path):
        place = templates(operation.path).index(name)
        return sent, [str(value) if n == place else one for n, one in enumerate(values)]
    if naming.place == "query":
        return replace(sent, query={**sent.query, name: value}), values
    return replace(sent, headers={**sent.headers, name: str(value)}), values


def key_value(schema: object, way: Way, key: str) -> object:
    """Return a key as it stands in a member of a body: a number where the schema of the member takes no text."""
    known = folded(schema_at(schema, way)).get("type", "string")
    kinds = {known} if isinstance(known, str) else set(known)
    is_number = "string" not in kinds and bool(kinds & {"integer", "number"})
    return int(key) if is_number and _WHOLE.fullmatch(key) else key


def with_member(value: object, way: Way, new: object) -> Any:
    """Return a value with something else in a member, which need not be there."""
    if not way:
        return new
    if isinstance(way[0], int):
        listed = list(value) if isinstance(value, list) else []
        listed[way[0] : way[0] + 1] = [with_member(value_at(value, way[:1]), way[1:], new)]
        return listed
    known = dict(value) if isinstance(value, Mapping) else {}
    known[way[0]] = with_member(known.get(way[0]), way[1:], new)
    return known


def resembling(body: Any, maker: Maker, other: object, above: Way = ()) -> Any:
    """Return a body with the members of another one, where its schema has members called so and takes their values."""
    if not isinstance(other, Mapping):
        return body
    for name, value in other.items():
        way = (*above, name)
        known = schema_at(maker.schema, way)
        if known is None or folded(known).get("readOnly"):
            continue
        if isinstance(value, Mapping):
            body = resembling(body, maker, value, way)
        else:
            made = with_member(body, way, value)
            body = made if maker.is_valid(made) else body
    return body
