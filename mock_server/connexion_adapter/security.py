"""Connexion's security: each scheme of every contract, whatever its type, as the scheme as written decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.resolver import Resolution, Resolver
from connexion.security import NO_VALUE, AbstractSecurityHandler

from mock_server.connexion_adapter.projection import SCHEME
from mock_server.contracts.callers import Caller
from mock_server.contracts.security import Scheme
from mock_server.http.asgi import Scope

# What a scheme says to a request: the caller, or None when the request carries nothing for this scheme.
Identify = Callable[[Scheme, Scope], Awaitable[Caller | None]]

CALLER = "understudy.caller"


class NoFunctions(Resolver):  # type: ignore[misc]
    """Operations are bound to handlers elsewhere; Connexion needs a function all the same."""

    def resolve(self, operation: Any) -> Resolution:
        """Return a function that is never called."""
        return Resolution(_never_called, operation.operation_id)


def _never_called() -> None:
    """Stand in for the function of an operation."""


def scheme_handler(identify: Identify) -> type[AbstractSecurityHandler]:
    """Return the class that Connexion asks about every scheme."""

    class Handler(AbstractSecurityHandler):  # type: ignore[misc]
        def get_fn(self, security_scheme: Mapping[str, Any], _scopes: Any) -> Any:
            scheme: Scheme = security_scheme[SCHEME]

            async def check(request: ConnexionRequest) -> object:
                caller = await identify(scheme, request.scope)
                if caller is None:
                    return NO_VALUE
                request.scope[CALLER] = caller
                return {"sub": "caller"}

            return check

    return Handler
