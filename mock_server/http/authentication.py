"""Who is asking: what each security scheme of a contract says to a request.

Whatever the scheme, the caller is a partner of the sandbox: a bearer token is a partner's token, an API key a partner's
secret, HTTP Basic a partner's id and secret. The admin key opens the operations that create partners.
"""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs

from mock_server.contracts.callers import NOBODY, Caller
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.contracts.security import Scheme
from mock_server.http import problems
from mock_server.http.asgi import Scope, peer_of
from mock_server.http.attempts import Attempts
from mock_server.http.headers import basic_of, cookie_pairs, headers_of, is_basic
from mock_server.http.problems import Kind, Problem
from mock_server.http.tokens import Tokens
from mock_server.storage.partners import Partner, Partners
from mock_server.storage.threads import Threads

ADMIN = NOBODY
"""The caller who has shown the admin key; it is no partner."""

_CHALLENGES = {"basic": "Basic", "apikey": "ApiKey"}


class Authenticator:
    """Finds the caller of a request."""

    def __init__(
        self,
        partners: Partners,
        tokens: Tokens,
        threads: Threads,
        admin_key: str,
        attempts: Attempts,
    ) -> None:
        """Take the partners, the tokens, the threads that read, the admin key, and who was wrong before."""
        self._partners = partners
        self._attempts = attempts
        self._tokens = tokens
        self._threads = threads
        self._admin_key = admin_key
        # A partner never changes once it is created.
        self._callers: dict[str, Caller] = {}

    async def identify(self, scheme: Scheme, scope: Scope) -> Caller | None:
        """Return the caller by one scheme; None when the request carries nothing for it.

        Raises Problem 401 for credentials that are wrong.
        """
        authorization = headers_of(scope).get("authorization", "")
        match scheme.kind:
            case "bearer":
                return await self._by_token(authorization)
            case "basic":
                return await self._by_password(authorization, peer_of(scope))
            case "apikey":
                secret = _api_key(scheme, scope)
                if secret is None:
                    return None
                if scheme.opens_administration:
                    return self._by_admin_key(secret)
                return await self._by_secret(secret)
            case _:
                return None

    async def _by_token(self, authorization: str) -> Caller | None:
        if not authorization:
            return None
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Problem(problems.NO_BEARER)
        client_id = self._tokens.partner(token.strip())
        known = self._callers.get(client_id)
        if known is not None:
            return known
        partner = await self._threads.run(self._partners.of_id, client_id)
        return self._remember(partner, problems.UNKNOWN_TOKEN)

    async def _by_password(self, authorization: str, peer: str) -> Caller | None:
        if not is_basic(authorization):
            return None
        basic = basic_of(authorization)
        if basic is None:
            raise Problem(problems.WRONG_PASSWORD)
        partner = await self._threads.run(self._partners.of_id, basic[0])
        if partner is None:
            raise Problem(problems.WRONG_PASSWORD)
        self._attempts.check(partner.client_id, peer)
        if not partner.is_shown_by(basic[1]):
            self._attempts.note_wrong(partner.client_id, peer)
            raise Problem(problems.WRONG_PASSWORD)
        return self._remember(partner, problems.WRONG_PASSWORD)

    async def _by_secret(self, secret: str) -> Caller:
        partner = await self._threads.run(self._partners.of_secret, secret)
        return self._remember(partner, problems.UNKNOWN_API_KEY)

    def _by_admin_key(self, secret: str) -> Caller:
        if not self._admin_key or not hmac.compare_digest(
            self._admin_key.encode(), secret.encode("utf-8", "surrogateescape")
        ):
            raise Problem(problems.WRONG_ADMIN_KEY)
        return ADMIN

    def _remember(self, partner: Partner | None, otherwise: Kind) -> Caller:
        if partner is None:
            raise Problem(otherwise)
        caller = Caller(partner.client_id, partner.attributes)
        self._callers[partner.client_id] = caller
        return caller


def challenge(contract: Contract, operation: Operation) -> str:
    """Return the WWW-Authenticate header that tells which schemes an operation takes."""
    names = dict.fromkeys(
        asked.scheme for requirement in operation.security for asked in requirement
    )
    kinds = (contract.schemes[name].kind for name in names)
    words = dict.fromkeys(_CHALLENGES.get(word, word.capitalize()) for word in kinds)
    return ", ".join(words) or "Bearer"


def _api_key(scheme: Scheme, scope: Scope) -> str | None:
    headers = headers_of(scope)
    match scheme.location:
        case "header":
            return headers.get(scheme.parameter.lower())
        case "query":
            given = parse_qs(scope["query_string"].decode("latin-1")).get(scheme.parameter)
            return given[0] if given else None
        case "cookie":
            return dict(cookie_pairs(headers)).get(scheme.parameter)
    return None
