"""The application that Connexion's middlewares make: route, authenticate, and hand over to an endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from connexion.exceptions import OAuthProblem
from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.security import SecurityMiddleware

from mock_server.connexion_adapter.projection import Projection, project
from mock_server.connexion_adapter.routing import ALLOWED, Routing, allowed_methods, path_values
from mock_server.connexion_adapter.security import CALLER, Identify, NoFunctions, scheme_handler
from mock_server.contracts.callers import Caller
from mock_server.contracts.contract import Contract
from mock_server.http import problems
from mock_server.http.asgi import Receive, Scope, Send
from mock_server.http.problems import Problem


class Route(NamedTuple):
    """Where a request leads.

    `operation` is the operation's name, None where nothing is served; `allowed` are the methods of a path whose
    method was wrong; `path_values` are the values of the path's templates in their order; `caller` is who showed
    credentials, None where none are asked for.
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

        document = Projection(project(contracts))
        security = SecurityMiddleware(follow)
        security.add_api(
            document, resolver=NoFunctions(), security_map={"apiKey": scheme_handler(identify)}
        )
        self._routing = Routing(security, allowed_methods(contracts))
        self._routing.add_api(document, resolver=NoFunctions())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises Problem for want of credentials, and what the endpoint raises."""
        scope.setdefault("extensions", {})
        try:
            await self._routing(scope, receive, send)
        except OAuthProblem:
            raise Problem(problems.NO_CREDENTIALS) from None

    @staticmethod
    def operation_of(scope: Scope) -> str | None:
        """Return the name of the operation that was found for a request, None when none was."""
        routing = scope.get("extensions", {}).get(ROUTING_CONTEXT, {})
        name: str | None = routing.get("operation_id")
        return name


def _route(scope: Scope) -> Route:
    return Route(
        Router.operation_of(scope),
        scope.get(ALLOWED, ()),
        path_values(scope.get("path_params") or {}),
        scope.get(CALLER),
    )
