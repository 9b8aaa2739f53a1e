"""Connexion's security: each scheme of every contract, whatever its type, as the scheme as written decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connexion.middleware.security import SecurityAPI, SecurityMiddleware, SecurityOperation
from connexion.resolver import Resolution, Resolver
from connexion.security import NO_VALUE, AbstractSecurityHandler

from mock_server.connexion_adapter.projection import SCHEME
from mock_server.connexion_adapter.routes import FOUND, Found
from mock_server.contracts.security import Scheme
from mock_server.http import problems
from mock_server.http.asgi import Receive, Scope, Send
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


class _Asked:
    """A request as Connexion's verification needs it: its own class costs more than all that is verified here."""

    __slots__ = ("context", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.context: dict[str, object] = {}


class _Operation(SecurityOperation):  # type: ignore[misc]
    """An operation whose callers Connexion verifies."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.security:
            await self.verification_fn(_Asked(scope))
        await self.next_app(scope, receive, send)


class _API(SecurityAPI):  # type: ignore[misc]
    """Connexion's API of such operations."""

    def make_operation(self, operation: Any) -> SecurityOperation:
        factory = self.security_handler_factory
        return _Operation.from_operation(
            operation, next_app=self.next_app, security_handler_factory=factory
        )


class Security(SecurityMiddleware):  # type: ignore[misc]
    """Connexion's security, which is handed as little of a request as it needs."""

    api_cls = _API


def _check_scopes(found: Found, shown: Shown, wanted: list[str]) -> None:
    """Raise Problem 403 for a token that is not good for what is asked, where the contract documents that answer."""
    granted = shown.scopes
    missing = [] if granted is None else [scope for scope in wanted if scope not in granted]
    if not missing or found.operation is None:
        return
    codes = {response.code.upper() for response in found.operation.responses}
    if codes & {"403", "4XX", "DEFAULT"}:
        scopes = " ".join(wanted)
        headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scopes}"'}
        raise Problem(problems.MISSING_SCOPES, headers=headers, scopes=" and ".join(missing))


def scheme_handler(identify: Identify) -> type[AbstractSecurityHandler]:
    """Return the class that Connexion asks about every scheme."""

    class Handler(AbstractSecurityHandler):  # type: ignore[misc]
        def get_fn(self, security_scheme: Mapping[str, Any], scopes: list[str]) -> Any:
            scheme: Scheme = security_scheme[SCHEME]

            async def check(request: _Asked) -> object:
                shown = await identify(scheme, request.scope)
                if shown is None:
                    return NO_VALUE
                _check_scopes(request.scope[FOUND], shown, scopes)
                if shown.caller is not None:
                    request.scope[CALLER] = shown.caller
                return {"sub": "caller"}

            return check

    return Handler
