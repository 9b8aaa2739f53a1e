"""Who is asking: what each security scheme of a contract says to a request.

Whatever the scheme, the caller is a partner of the sandbox: a bearer token is a partner's token, an API key a partner's
secret, HTTP Basic a partner's id and secret. The admin key opens the operations that create partners.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from mock_server.contracts.contract import Contract, Operation
from mock_server.contracts.validation import Profile
from mock_server.control.tokens import read_basic
from mock_server.http.problems import Problem
from mock_server.http.tokens import InvalidToken, Tokens
from mock_server.storage.store import Partner, Store
from mock_server.storage.threads import Threads

ADMIN = Profile("", "")
_HEADERS = "understudy.headers"
_CHALLENGES = {"basic": "Basic", "apikey": "ApiKey"}


class Callers:
    """Finds the caller of a request."""

    def __init__(self, store: Store, tokens: Tokens, threads: Threads, admin_key: str) -> None:
        """Take the partners, the tokens, the threads that read, and the admin key."""
        self._store = store
        self._tokens = tokens
        self._threads = threads
        self._admin_key = admin_key
        # A partner never changes once it is created.
        self._profiles: dict[str, Profile] = {}

    async def identify(
        self, contract: str, scheme: Mapping[str, Any], scope: MutableMapping[str, Any]
    ) -> Profile | None:
        """Return the caller by one scheme; None when the request carries nothing for it.

        Raises Problem 401 for credentials that are wrong.
        """
        headers = headers_of(scope)
        authorization = headers.get("authorization", "")
        match kind(scheme):
            case "bearer":
                return await self._by_token(authorization)
            case "basic":
                return await self._by_basic(authorization)
            case "apikey":
                secret = _api_key(scheme, headers, scope)
                if secret is None:
                    return None
                if contract == "sandbox":
                    return self._by_admin_key(secret)
                return await self._by_secret(secret)
            case _:
                return None

    async def _by_token(self, authorization: str) -> Profile | None:
        if not authorization:
            return None
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise unauthorized("The Authorization header must be `Bearer` and a token.")
        try:
            client_id = self._tokens.partner(token.strip())
        except InvalidToken as error:
            raise unauthorized(str(error)) from None
        known = self._profiles.get(client_id)
        if known is not None:
            return known
        return self._remember(
            await self._threads.run(self._store.partner, client_id), "The bearer token is unknown."
        )

    async def _by_basic(self, authorization: str) -> Profile | None:
        if authorization[:6].lower() != "basic ":
            return None
        basic = read_basic(authorization)
        wrong = "The client id or the client secret is wrong."
        if basic is None:
            raise unauthorized(wrong)
        partner = await self._threads.run(self._store.partner, basic[0])
        if partner is None or not hmac.compare_digest(
            partner.client_secret.encode(), basic[1].encode()
        ):
            raise unauthorized(wrong)
        return self._remember(partner, wrong)

    async def _by_secret(self, secret: str) -> Profile:
        partner = await self._threads.run(self._store.partner_of_secret, secret)
        return self._remember(partner, "The API key is unknown; use a partner's client_secret.")

    def _by_admin_key(self, secret: str) -> Profile:
        if not self._admin_key or not hmac.compare_digest(
            self._admin_key.encode(), secret.encode("utf-8", "surrogateescape")
        ):
            raise unauthorized("The X-Admin-Key header is wrong.")
        return ADMIN

    def _remember(self, partner: Partner | None, otherwise: str) -> Profile:
        if partner is None:
            raise unauthorized(otherwise)
        profile = Profile(partner.client_id, partner.currency)
        self._profiles[partner.client_id] = profile
        return profile


def kind(scheme: Mapping[str, Any]) -> str:
    """Return how a scheme carries credentials: `bearer`, `basic`, `apikey` or another word."""
    declared = str(scheme.get("type", "")).lower()
    if declared in ("oauth2", "openidconnect"):
        return "bearer"
    if declared == "http":
        return str(scheme.get("scheme", "")).lower()
    return declared


def challenge(contract: Contract, operation: Operation) -> str:
    """Return the WWW-Authenticate header that tells which schemes an operation takes."""
    names = dict.fromkeys(name for requirement in operation.security for name in requirement)
    kinds = (kind(contract.security_schemes[name]) for name in names)
    words = dict.fromkeys(_CHALLENGES.get(word, word.capitalize()) for word in kinds)
    return ", ".join(words) or "Bearer"


def unauthorized(detail: str) -> Problem:
    """Return the problem of credentials that open nothing; the challenge is added where it is rendered."""
    return Problem(401, detail)


def headers_of(scope: MutableMapping[str, Any]) -> dict[str, str]:
    """Return the headers of a request by their lower-case names; repeated ones are joined."""
    known: dict[str, str] | None = scope.get(_HEADERS)
    if known is not None:
        return known
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    scope[_HEADERS] = headers
    return headers


def _api_key(
    scheme: Mapping[str, Any], headers: Mapping[str, str], scope: MutableMapping[str, Any]
) -> str | None:
    name = str(scheme.get("name", ""))
    match scheme.get("in"):
        case "header":
            return headers.get(name.lower())
        case "query":
            given = parse_qs(scope["query_string"].decode("latin-1")).get(name)
            return given[0] if given else None
        case "cookie":
            try:
                morsel = SimpleCookie(headers.get("cookie", "")).get(name)
            except CookieError:
                return None
            return str(morsel.value) if morsel else None
    return None
