"""The way to an endpoint: find the operation of a request, let Connexion authenticate its caller, and hand over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from connexion.exceptions import OAuthProblem
from connexion.middleware.abstract import ROUTING_CONTEXT

from mock_server.connexion_adapter.projection import Projection, project, security_id
from mock_server.connexion_adapter.routes import FOUND, Found, Routes
from mock_server.connexion_adapter.security import (
    CALLER,
    Identify,
    NoFunctions,
    Security,
    scheme_handler,
)
from mock_server.contracts.callers import Caller
from mock_server.contracts.contract import Contract
from mock_server.http import problems
from mock_server.http.asgi import Receive, Scope, Send
from mock_server.http.problems import Problem


class Route(NamedTuple):
    """Where a request leads.

    `operation` is the operation's name, None where nothing is served; `allowed` are the methods of a path whose
    method was wrong; `path_values` are the values of the path's templates in their order, as `escapes.decoded` leaves
    them; `caller` is who showed credentials, None where none are asked for.
    """

    operation: str | None
    allowed: tuple[str, ...]
    path_values: tuple[str, ...]
    caller: Caller | None


Endpoint = Callable[[Scope, Receive, Send, Route], Awaitable[None]]


class Router:
    """Hands each request to an endpoint, with its route."""

    def __init__(
        self, contracts: Iterable[Contract], endpoint: Endpoint, identify: Identify
    ) -> None:
        """Take the contracts, what is next, and what each scheme says to a request.

        Raises DocumentError where two operations are served at one place.
        """
        contracts = list(contracts)

        async def follow(scope: Scope, receive: Receive, send: Send) -> None:
            await endpoint(scope, receive, send, _route(scope))

        self._routes = Routes(contracts)
        self._asking = {
            operation.name: security_id(operation)
            for contract in contracts
            for operation in contract.operations
        }
        self._security = Security(follow)
        self._security.add_api(
            Projection(project(contracts)),
            resolver=NoFunctions(),
            security_map={"apiKey": scheme_handler(identify)},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises Problem for want of credentials, and what the endpoint raises."""
        found = self._routes.find(scope["method"], scope["raw_path"])
        scope[FOUND] = found
        asking = self._asking[found.operation.name] if found.operation is not None else None
        routing = {"api_base_path": "", "operation_id": asking}
        scope.setdefault("extensions", {})[ROUTING_CONTEXT] = routing
        try:
            await self._security(scope, receive, send)
        except OAuthProblem:
            raise Problem(problems.NO_CREDENTIALS) from None

    def methods(self, scope: Scope) -> tuple[str, ...]:
        """Return the methods that are served at the path of a request."""
        return self._routes.find("", scope["raw_path"]).allowed

    def meant(self, scope: Scope) -> str | None:
        """Return the path that a request for nothing probably meant, None where nobody knows."""
        return self._routes.below_a_server(scope["method"], scope["raw_path"])

    @staticmethod
    def operation_of(scope: Scope) -> str | None:
        """Return the name of the operation that was found for a request, None when none was."""
        found: Found | None = scope.get(FOUND)
        return found.operation.name if found is not None and found.operation is not None else None


def _route(scope: Scope) -> Route:
    found: Found = scope[FOUND]
    return Route(Router.operation_of(scope), found.allowed, found.values, scope.get(CALLER))
