"""Connexion's security: each scheme of every contract, whatever its type, as the scheme as written decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.resolver import Resolution, Resolver
from connexion.security import NO_VALUE, AbstractSecurityHandler

from mock_server.connexion_adapter.projection import SCHEME
from mock_server.connexion_adapter.routes import FOUND, Found
from mock_server.contracts.security import Scheme
from mock_server.http import problems
from mock_server.http.asgi import Scope
from mock_server.http.authentication import Shown
from mock_server.http.problems import Problem

# What a request shows to a scheme, None when it carries nothing for it.
Identify = Callable[[Scheme, Scope], Awaitable[Shown | None]]

CALLER = "understudy.caller"


class NoFunctions(Resolver):  # type: ignore[misc]
    """Operations are bound to handlers elsewhere; Connexion needs a function all the same."""

    def resolve(self, operation: Any) -> Resolution:
        """Return a function that is never called."""
        return Resolution(_never_called, operation.operation_id)


def _never_called() -> None:
    """Stand in for the function of an operation."""


def _check_scopes(found: Found, shown: Shown, wanted: list[str]) -> None:
    """Raise Problem 403 for a token that is not good for what is asked, where the contract documents that answer."""
    missing = [scope for scope in wanted if shown.scopes is not None and scope not in shown.scopes]
    codes = (
        {response.code.upper() for response in found.operation.responses}
        if found.operation
        else set()
    )
    if missing and codes & {"403", "4XX", "DEFAULT"}:
        scopes = " ".join(wanted)
        headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scopes}"'}
        raise Problem(problems.MISSING_SCOPES, headers=headers, scopes=" and ".join(missing))


def scheme_handler(identify: Identify) -> type[AbstractSecurityHandler]:
    """Return the class that Connexion asks about every scheme."""

    class Handler(AbstractSecurityHandler):  # type: ignore[misc]
        def get_fn(self, security_scheme: Mapping[str, Any], scopes: list[str]) -> Any:
            scheme: Scheme = security_scheme[SCHEME]

            async def check(request: ConnexionRequest) -> object:
                shown = await identify(scheme, request.scope)
                if shown is None:
                    return NO_VALUE
                _check_scopes(request.scope[FOUND], shown, scopes)
                if shown.caller is not None:
                    request.scope[CALLER] = shown.caller
                return {"sub": "caller"}

            return check

    return Handler
