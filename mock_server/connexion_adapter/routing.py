"""Connexion's routes, found by the text of a path or by the number of its segments.

Starlette would compare a request with each route in turn, redirect, and refuse a method without knowing the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware

from mock_server.connexion_adapter.projection import (
    CONNEXION_METHODS,
    path_of_method,
    plain_path,
    routed,
)
from mock_server.contracts.contract import Contract
from mock_server.http.asgi import Receive, Scope, Send

ALLOWED = "understudy.allowed"


class _Path(NamedTuple):
    """One path of Connexion's routes: how it is recognised, and its operations' names by method."""

    pattern: re.Pattern[str]
    operations: dict[str, str]
    allowed: tuple[str, ...]


class Routing(RoutingMiddleware):  # type: ignore[misc]
    """Finds the operation of a request."""

    def __init__(self, app: object, allowed: Mapping[str, tuple[str, ...]]) -> None:
        """Take what is next, and the methods of each path."""
        super().__init__(app)
        self._allowed = allowed
        self._plain: dict[str, _Path] = {}
        self._templates: dict[int, dict[str, _Path]] = {}

    def add_api(self, specification: object, **arguments: object) -> None:
        """Take the routes that Connexion makes of a document."""
        super().add_api(specification, **arguments)
        for mount in self.router.routes:
            for route in mount.app.routes:
                known = self._plain
                if route.param_convertors:
                    known = self._templates.setdefault(route.path.count("/"), {})
                allowed = self._allowed[route.path]
                path = known.setdefault(route.path, _Path(route.path_regex, {}, allowed))
                for method in route.methods:
                    path.operations.setdefault(method, route.endpoint.operation_id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the operation and the values of the path's templates in the scope."""
        method, text = self._known_method(scope["method"], scope["path"])
        path, values = self._find(text)
        operation = path.operations.get(method) if path is not None else None
        if path is not None and operation is None:
            scope[ALLOWED] = path.allowed
        scope["path_params"] = values
        scope["extensions"][ROUTING_CONTEXT] = {"api_base_path": "", "operation_id": operation}
        await self.app(scope, receive, send)

    def _known_method(self, method: str, path: str) -> tuple[str, str]:
        """Return the method and path under which Connexion knows what is asked for."""
        if method.lower() not in CONNEXION_METHODS:
            beginning = path_of_method(method.lower(), "/")
            if any(known.startswith(beginning) for known in self._allowed):
                return "POST", path_of_method(method.lower(), path)
        return method, path

    def _find(self, text: str) -> tuple[_Path | None, dict[str, str]]:
        """Return the path that a text is, None for none, and the values of its templates."""
        plain = self._plain.get(text)
        if plain is not None:
            return plain, {}
        for path in self._templates.get(text.count("/"), {}).values():
            match = path.pattern.match(text)
            if match is not None:
                return path, match.groupdict()
        return None, {}


def allowed_methods(contracts: Iterable[Contract]) -> dict[str, tuple[str, ...]]:
    """Return the methods that are served at each path, by the path as Connexion knows it."""
    methods: dict[str, list[str]] = {}
    for contract in contracts:
        for operation in contract.operations:
            names = methods.setdefault(plain_path(operation.path), [])
            names.append(operation.method.upper())
            methods.setdefault(routed(operation)[1], names)
    return {path: tuple(sorted(set(names))) for path, names in methods.items()}


def path_values(path_params: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of a path's templates in their order."""
    return tuple(path_params[f"p{number}"] for number in range(len(path_params)))
