"""Connexion behind one door: it finds the operation of a request and checks who is asking.

Connexion knows OpenAPI 3.0 only and has faults that clients would see (see `tech.md` 1.7 of the design). It is handed a
projection of all contracts, made at the start: paths in the right order, templates renamed, each security scheme in one
form. Parameters and bodies are checked against the contracts as written, by `parameters` and `validation`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from connexion.exceptions import OAuthProblem, ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.middleware.routing import RoutingMiddleware, RoutingOperation
from connexion.middleware.security import SecurityMiddleware
from connexion.resolver import Resolution, Resolver
from connexion.security import NO_VALUE, AbstractSecurityHandler
from connexion.utils import sort_routes
from starlette.routing import BaseRoute, Match, Mount, Route

from mock_server.contract import Contract, ContractError, Operation
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
_FOUND = "understudy.route"


def build(
    contracts: Iterable[Contract],
    endpoint: Endpoint,
    identify: Identify,
    on_error: Callable[[Scope, Exception], Any],
) -> ConnexionMiddleware:
    """Return an ASGI application that hands each request to `endpoint`.

    The endpoint finds the operation's name at `scope[OPERATION]` (None for an unknown path), the methods of the path at
    `scope[ALLOWED]` when the method was wrong, and the caller at `scope[CALLER]`. `on_error` makes the answer to what
    was raised on the way there, as (status, headers, body).
    """
    contracts = list(contracts)
    allowed = _allowed_methods(contracts)

    class Security(_Security):
        ask = staticmethod(identify)

    class Routing(_Routing):
        methods = allowed

    async def tell_operation(scope: Scope, receive: Receive, send: Send) -> None:
        routing = scope.get("extensions", {}).get("connexion_routing", {})
        scope[OPERATION] = routing.get("operation_id")
        await endpoint(scope, receive, send)

    middleware = ConnexionMiddleware(
        tell_operation,
        import_name="mock_server",
        resolver=_NoFunctions(),
        security_map={"apiKey": Security},
        middlewares=[ExceptionMiddleware, Routing, SecurityMiddleware],
    )

    def answer(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        status, headers, body = on_error(request.scope, error)
        content_type = headers.pop("content-type", None)
        return ConnexionResponse(
            status_code=status, body=body, headers=headers, content_type=content_type
        )

    async def answer_async(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        return answer(request, error)

    for kind in (ProblemException, Exception):
        middleware.add_error_handler(kind, answer_async)
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


class _OtherMethod:
    """Answers a path under a method that it does not have."""

    def __init__(self, app: Endpoint, methods: tuple[str, ...]) -> None:
        self._app = app
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[ALLOWED] = self._methods
        await self._app(scope, receive, send)


class _Index(BaseRoute):
    """Routes by the number of their path's segments, so that a request is not compared with all of them."""

    def __init__(self, routes: Iterable[Any]) -> None:
        self._routes: dict[int, list[Any]] = {}
        for route in routes:
            self._routes.setdefault(route.path.count("/"), []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        for route in self._routes.get(scope["path"].count("/"), ()):
            match, child_scope = route.matches(scope)
            if match is Match.FULL:
                return match, {**child_scope, _FOUND: route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope[_FOUND].handle(scope, receive, send)


class _Routing(RoutingMiddleware):  # type: ignore[misc]
    """Routing without redirects, that knows all methods of a path when it refuses one."""

    methods: Mapping[str, tuple[str, ...]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope.get("method", "GET").lower()
        if method not in _CONNEXION_METHODS:
            path = _path_of_method(method, scope["path"])
            if any(known.startswith(_path_of_method(method, "/")) for known in self.methods):
                scope = {**scope, "method": "POST", "path": path, "raw_path": path.encode()}
        await super().__call__(scope, receive, send)

    def add_api(self, specification: Any, **arguments: Any) -> None:
        super().add_api(specification, **arguments)
        for mount in self.router.routes:
            if isinstance(mount, Mount):
                router: Any = mount.app
                router.redirect_slashes = False
                router.routes = [_Index(self._with_refusals(router.routes))]

    def _with_refusals(self, routes: list[Any]) -> list[Any]:
        """Put a route for all other methods behind the routes of each path."""
        by_path: dict[str, list[Any]] = {}
        for route in routes:
            by_path.setdefault(route.path, []).append(route)
        complete: list[Any] = []
        for path, path_routes in by_path.items():
            refusal = _OtherMethod(self.app, self.methods[path])
            complete += [
                *path_routes,
                Route(path, RoutingOperation(None, refusal), include_in_schema=False),
            ]
        return complete


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
