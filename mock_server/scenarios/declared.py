"""What a contract itself declares to go wrong: values that are magic, and how many requests a while takes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from mock_server.contracts.lives import duration_of
from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import MemberPath, SchemaView
from mock_server.http.requests import Request
from mock_server.scenarios.catalogue import Named
from mock_server.scenarios.effect import Effect
from openapi_documents import Document, Pointer
from openapi_documents.mending import did_you_mean

Met = tuple[str, Effect]
"""The name of what a request meets, and its effect."""
LIMITED = "rate limit"
WORD = "x-scenarios"
_EACH = "*"
_LEVELS = 5
_MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Magic:
    """Values at one place of a request that are the names of scenarios; `*` in the way stands for each element."""

    way: MemberPath
    names: Mapping[str, str]


@dataclass
class RateLimit:
    """So many requests of each partner in so many seconds, by real time. The next one is told how long to wait."""

    requests: int
    seconds: float
    now: Callable[[], float] = time.monotonic
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    def wait(self, partner: str) -> int | None:
        """Count a request; return the seconds until the next one is taken, None when this one is."""
        now = self.now()
        began, count = self._windows.get(partner, (now, 0))
        if now - began >= self.seconds:
            began, count = now, 0
        self._windows[partner] = (began, count + 1)
        return None if count < self.requests else max(1, math.ceil(began + self.seconds - now))


@dataclass(frozen=True)
class Declared:
    """What is declared of one operation."""

    parameters: Mapping[str, Mapping[str, str]]
    magic: tuple[Magic, ...]
    limit: RateLimit | None
    catalogue: Mapping[str, Named]

    def meeting(self, partner: str, request: Request) -> Met | None:
        """Return what a request meets, None where nothing happens to it."""
        wait = self.limit.wait(partner) if self.limit is not None else None
        if wait is not None:
            return LIMITED, Effect(status=429, retry_after=wait)
        name = next(self._named(request), None)
        return (name, self.catalogue[name].effect) if name is not None else None

    def _named(self, request: Request) -> Iterator[str]:
        for parameter, names in self.parameters.items():
            yield from _name(request.parameters.get(parameter), names)
        for magic in self.magic:
            for value in _at(request.body, magic.way):
                yield from _name(value, magic.names)


def read_declared(
    document: Document, operation: Operation, catalogue: Mapping[str, Named]
) -> Declared | None:
    """Return what is declared of an operation, None for nothing. Raises DocumentError for a scenario that there is not."""
    parameters = {}
    for parameter in operation.parameters:
        names = _names(parameter.view, catalogue) if parameter.view is not None else None
        if names:
            parameters[parameter.name] = names
    views = [SchemaView(document.node(place)) for place in _bodies(document, operation)]
    magic = tuple(one for view in views for one in _magic(view, (), catalogue))
    limit = _limit(document, operation)
    return Declared(parameters, magic, limit, catalogue) if parameters or magic or limit else None


def _bodies(document: Document, operation: Operation) -> Iterator[Pointer]:
    """Yield the places of the schemas of what an operation takes."""
    body = document.members(operation.place).get("requestBody")
    content = document.members(body).get("content") if body is not None else None
    for media in (document.members(content) if content is not None else {}).values():
        schema = document.members(media).get("schema")
        if schema is not None:
            yield schema


def _magic(
    view: SchemaView, way: MemberPath, catalogue: Mapping[str, Named], levels: int = _LEVELS
) -> Iterator[Magic]:
    """Yield the magic values of a schema and of what is in it, some levels deep."""
    names = _names(view, catalogue)
    if names:
        yield Magic(way, names)
    if not levels:
        return
    for name, member in view.properties.items():
        yield from _magic(member, (*way, name), catalogue, levels - 1)
    if view.items is not None:
        yield from _magic(view.items, (*way, _EACH), catalogue, levels - 1)


def _names(view: SchemaView, catalogue: Mapping[str, Named]) -> Mapping[str, str] | None:
    node = next((part[WORD] for part in view.parts if WORD in part), None)
    if node is None or not isinstance(node.value, dict):
        return None
    for value, name in node.members():
        if name.value not in catalogue:
            meant = did_you_mean(str(name.value), list(catalogue))
            raise name.error(f"{value} is the name of no scenario: {name.value}", meant)
    found: Mapping[str, str] = node.value
    return found


def _limit(document: Document, operation: Operation) -> RateLimit | None:
    node = document.node(operation.place).get("x-rate-limit")
    if node is None or not isinstance(node.value, dict):
        return None
    return RateLimit(node["requests"].integer(), duration_of(node["per"]) / _MICROSECONDS)


def _name(value: object, names: Mapping[str, str]) -> Iterator[str]:
    if isinstance(value, str) and value in names:
        yield names[value]


def _at(value: object, way: MemberPath) -> Iterator[object]:
    if not way:
        yield value
    elif way[0] == _EACH:
        for one in value if isinstance(value, list) else ():
            yield from _at(one, way[1:])
    elif isinstance(value, Mapping) and way[0] in value:
        yield from _at(value[way[0]], way[1:])
