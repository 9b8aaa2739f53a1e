"""Connexion behind one door: it finds the operation of a request and checks who is asking.

Connexion knows OpenAPI 3.0 only and has faults that clients would see (see `tech.md` 1.7 of the design). It is handed a
projection of all contracts, made at the start: paths in the right order, templates renamed, each security scheme in one
form. Parameters and bodies are checked against the contracts as written, by `parameters` and `validation`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, NamedTuple

from connexion.exceptions import OAuthProblem
from connexion.lifecycle import ConnexionRequest
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.resolver import Resolution, Resolver
from connexion.security import NO_VALUE, AbstractSecurityHandler
from connexion.utils import sort_routes

from mock_server.contracts.contract import Contract, ContractError, Operation
from mock_server.settings import CONTROL_CONTRACTS

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Endpoint = Callable[[Scope, Receive, Send], Awaitable[None]]
# What a scheme says to a request: the caller, or None when the request carries nothing for this scheme.
Identify = Callable[[str, Mapping[str, Any], Scope], Awaitable[Any]]

_TEMPLATE = re.compile(r"\{[^}]+\}")
_CONNEXION_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
OPERATION = "understudy.operation"
ALLOWED = "understudy.allowed"
CALLER = "understudy.caller"


def build(
    contracts: Iterable[Contract],
    endpoint: Endpoint,
    identify: Identify,
) -> ConnexionMiddleware:
    """Return an ASGI application that hands each request to `endpoint`.

    The endpoint finds the operation's name at `scope[OPERATION]` (None for an unknown path), the methods of the path at
    `scope[ALLOWED]` when the method was wrong, and the caller at `scope[CALLER]`. What is raised on the way there, for
    want of credentials say, is raised by the application too: it makes no answer of its own.
    """
    contracts = list(contracts)
    allowed = _allowed_methods(contracts)

    class Security(_Security):
        ask = staticmethod(identify)

    class Routing(_Routing):
        methods = allowed

    async def tell_operation(scope: Scope, receive: Receive, send: Send) -> None:
        scope[OPERATION] = scope["extensions"][ROUTING_CONTEXT]["operation_id"]
        await endpoint(scope, receive, send)

    middleware = ConnexionMiddleware(
        tell_operation,
        import_name="mock_server",
        resolver=_NoFunctions(),
        security_map={"apiKey": Security},
        middlewares=[Routing, SecurityMiddleware],
    )

    middleware.add_api(_project(contracts))
    return middleware


class _NoFunctions(Resolver):  # type: ignore[misc]
    """Operations are bound to handlers elsewhere; Connexion needs a function all the same."""

    def resolve(self, operation: Any) -> Resolution:
        return Resolution(lambda: None, operation.operation_id)


class _Security(AbstractSecurityHandler):  # type: ignore[misc]
    """Every scheme of every contract, whatever its type: the scheme as written decides."""

    ask: Identify

    def get_fn(self, security_scheme: Mapping[str, Any], _scopes: Any) -> Any:
        contract, scheme = security_scheme["x-contract"], security_scheme["x-scheme"]
        ask = type(self).ask

        async def check(request: ConnexionRequest) -> Any:
            caller = await ask(contract, scheme, request.scope)
            if caller is None:
                return NO_VALUE
            request.scope[CALLER] = caller
            return {"sub": "caller"}

        return check


class _Path(NamedTuple):
    """One path of Connexion's routes: how it is recognised, and its operations' names by method."""

    pattern: re.Pattern[str]
    operations: dict[str, str]
    allowed: tuple[str, ...]


class _Routing(RoutingMiddleware):  # type: ignore[misc]
    """Connexion's routes, found by the text of a path or by the number of its segments.

    Starlette would compare a request with each route in turn, redirect, and refuse a method without knowing the others.
    """

    methods: Mapping[str, tuple[str, ...]]

    def __init__(self, app: Endpoint) -> None:
        super().__init__(app)
        self._plain: dict[str, _Path] = {}
        self._templates: dict[int, dict[str, _Path]] = {}

    def add_api(self, specification: Any, **arguments: Any) -> None:
        super().add_api(specification, **arguments)
        for mount in self.router.routes:
            for route in mount.app.routes:
                known = self._plain
                if route.param_convertors:
                    known = self._templates.setdefault(route.path.count("/"), {})
                allowed = self.methods[route.path]
                path = known.setdefault(route.path, _Path(route.path_regex, {}, allowed))
                for method in route.methods:
                    path.operations.setdefault(method, route.endpoint.operation_id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
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
        if method.lower() not in _CONNEXION_METHODS:
            beginning = _path_of_method(method.lower(), "/")
            if any(known.startswith(beginning) for known in self.methods):
                return "POST", _path_of_method(method.lower(), path)
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


def _allowed_methods(contracts: Iterable[Contract]) -> dict[str, tuple[str, ...]]:
    methods: dict[str, list[str]] = {}
    for contract in contracts:
        for operation in contract.operations:
            names = methods.setdefault(_plain_path(operation.path), [])
            names.append(operation.method.upper())
            methods.setdefault(_routed(operation)[1], names)
    return {path: tuple(sorted(set(names))) for path, names in methods.items()}


def _routed(operation: Operation) -> tuple[str, str]:
    """Return the method and the path by which Connexion, which knows eight methods, finds an operation."""
    path = _plain_path(operation.path)
    if operation.method in _CONNEXION_METHODS:
        return operation.method, path
    return "post", _path_of_method(operation.method, path)


def _path_of_method(method: str, path: str) -> str:
    """Return the path that stands for a method that Connexion does not know."""
    return f"/:{method}{path}"


def _plain_path(path: str) -> str:
    """Rename the templates of a path to p0, p1, ...: Connexion changes some names."""
    names = (f"{{p{number}}}" for number in itertools.count())
    return _TEMPLATE.sub(lambda _match: next(names), path)


def path_values(path_params: Mapping[str, str]) -> list[str]:
    """Return the values of a path's templates in their order."""
    return [path_params[f"p{number}"] for number in range(len(path_params))]


def _project(contracts: Iterable[Contract]) -> dict[str, Any]:
    """Return the OpenAPI 3.0 document of everything that is served."""
    paths: dict[str, dict[str, Any]] = {}
    taken: dict[tuple[str, str], Operation] = {}
    schemes: dict[str, Any] = {}
    for contract in contracts:
        for name, scheme in contract.security_schemes.items():
            schemes[f"{contract.name}.{name}"] = {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "x-contract": contract.name,
                "x-scheme": dict(scheme),
            }
        for operation in contract.operations:
            method, path = _routed(operation)
            other = taken.setdefault((method, path), operation)
            if other is operation:
                paths.setdefault(path, {})[method] = _projected(contract, operation, path)
            elif contract.name not in CONTROL_CONTRACTS:  # a user's contract goes before ours
                raise _taken(contract, operation, other)
    return {
        "openapi": "3.0.3",
        "info": {"title": "understudy", "version": "1"},
        "paths": {path: paths[path] for path in sort_routes(list(paths))},
        "components": {"securitySchemes": schemes},
    }


def _projected(contract: Contract, operation: Operation, path: str) -> dict[str, Any]:
    return {
        "operationId": operation.name,
        "parameters": [
            {"name": name[1:-1], "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _TEMPLATE.findall(path)
        ],
        "security": [
            {f"{contract.name}.{name}": [] for name in requirement}
            for requirement in operation.security
        ],
        "responses": {"default": {"description": "as the contract says"}},
    }


def _taken(contract: Contract, operation: Operation, other: Operation) -> ContractError:
    return contract.document.error(
        operation.pointer,
        f"{operation.method.upper()} {operation.path} is served already, "
        f"by {other.id} of {other.contract}.",
        "Serve them apart, or give one another server path.",
    )


__all__ = [
    "ALLOWED",
    "CALLER",
    "OPERATION",
    "ContractError",
    "OAuthProblem",
    "build",
    "path_values",
]
