"""Who is asking: what each security scheme of a contract says to a request.

Where a contract knows its callers, they are partners of the sandbox: a bearer token is a partner's token, an API key a
partner's secret, HTTP Basic a partner's id and secret. Where it takes any, whatever is well-formed and not empty is
somebody, and each credential somebody else; a partner is itself there too. The admin key opens the operations that
create partners. HTTP schemes that are neither Basic nor Bearer, and mutual TLS, are not checked.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qs

from mock_server.contracts.callers import NOBODY, Caller
from mock_server.contracts.security import Scheme
from mock_server.http import problems
from mock_server.http.asgi import Scope, peer_of
from mock_server.http.attempts import Attempts
from mock_server.http.headers import basic_of, cookie_pairs, headers_of, is_basic
from mock_server.http.problems import Kind, Problem
from mock_server.http.strangers import Strangers
from mock_server.http.token_time import TokenTime
from mock_server.http.tokens import Tokens
from mock_server.storage.partners import Partner, Partners
from mock_server.storage.threads import Threads

ADMIN = NOBODY
"""The caller who has shown the admin key; it is no partner."""

_OURS = Scheme("", "bearer")
"""A scheme by which tokens of ours are shown, and nobody else's."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""What RFC 6750, section 2.1, calls `b64token`."""


class Shown(NamedTuple):
    """What a request shows to one scheme.

    `caller` is None where the scheme is not checked; `scopes` are those that were granted, None where all are.
    """

    caller: Caller | None = None
    scopes: frozenset[str] | None = None


class Authenticator:
    """Finds the caller of a request."""

    def __init__(
        self,
        partners: Partners,
        strangers: Strangers,
        tokens: Tokens,
        token_time: TokenTime,
        threads: Threads,
        admin_key: str,
        attempts: Attempts,
    ) -> None:
        """Take the partners, who else may come, the tokens, their clock, the threads, the admin key, and who was wrong before."""
        self._partners = partners
        self._strangers = strangers
        self._attempts = attempts
        self._tokens = tokens
        self._token_time = token_time
        self._threads = threads
        self._admin_key = admin_key
        # A partner never changes once it is created.
        self._callers: dict[str, Caller] = {}

    async def identify(self, scheme: Scheme, scope: Scope) -> Shown | None:
        """Return what the request shows to one scheme; None when it carries nothing for it.

        Raises Problem 401 for credentials that are wrong.
        """
        authorization = headers_of(scope).get("authorization", "")
        match scheme.kind:
            case "bearer":
                return await self._by_token(scheme, authorization)
            case "basic":
                return await self._by_password(scheme, authorization, peer_of(scope))
            case "apikey":
                return await self._by_key(scheme, _api_key(scheme, scope))
            case "mutualtls":
                return Shown()
            case _:
                return await self._by_other_scheme(scheme, authorization)

    async def holder(self, scope: Scope) -> Caller | None:
        """Return whose token a request carries that asks for nothing with credentials; None where it has no good one of ours."""
        try:
            shown = await self._by_token(_OURS, headers_of(scope).get("authorization", ""))
        except Problem:
            return None
        return shown.caller if shown is not None else None

    async def volunteer(self, schemes: Iterable[Scheme], scope: Scope) -> Caller | None:
        """Return who shows good credentials to any of the schemes, though nothing is asked for; None where nobody does."""
        for scheme in schemes:
            try:
                shown = await self.identify(scheme, scope)
            except Problem:
                continue
            if shown is not None and shown.caller is not None:
                return shown.caller
        return None

    async def _by_token(self, scheme: Scheme, authorization: str) -> Shown | None:
        if not authorization:
            return None
        name, _, token = authorization.partition(" ")
        token = token.strip()
        if name.lower() != "bearer" or not token:
            raise Problem(problems.NO_BEARER)
        grant = self._tokens.grant(token)
        if grant is None and scheme.takes_anybody:
            if not _TOKEN.fullmatch(token):
                raise Problem(problems.NO_BEARER)
            return Shown(await self._strangers.caller(token))
        if grant is None:
            raise Problem(problems.UNKNOWN_TOKEN)
        if grant.expires <= await self._token_time.now(grant.client_id):
            raise Problem(problems.EXPIRED_TOKEN)
        known = self._callers.get(grant.client_id)
        if known is None:
            partner = await self._threads.run(self._partners.of_id, grant.client_id)
            known = self._remember(partner, problems.UNKNOWN_TOKEN)
        return Shown(known, grant.scopes)

    async def _by_password(self, scheme: Scheme, authorization: str, peer: str) -> Shown | None:
        if not is_basic(authorization):
            return None
        basic = basic_of(authorization)
        if basic is None or not any(basic):
            raise Problem(problems.NO_BASIC)
        partner = await self._threads.run(self._partners.of_id, basic[0])
        if partner is not None and not scheme.takes_anybody:
            self._attempts.check(partner.client_id, peer)
            if not partner.is_shown_by(basic[1]):
                self._attempts.note_wrong(partner.client_id, peer)
        if partner is not None and partner.is_shown_by(basic[1]):
            return Shown(self._remember(partner, problems.WRONG_PASSWORD))
        if scheme.takes_anybody:
            return Shown(await self._strangers.caller(":".join(basic)))
        raise Problem(problems.WRONG_PASSWORD)

    async def _by_key(self, scheme: Scheme, key: str | None) -> Shown | None:
        if key is None or not key.strip():
            return None
        if scheme.opens_administration:
            return Shown(self._by_admin_key(key))
        partner = await self._threads.run(self._partners.of_secret, key)
        if partner is None and scheme.takes_anybody:
            return Shown(await self._strangers.caller(key))
        return Shown(self._remember(partner, problems.UNKNOWN_API_KEY))

    async def _by_other_scheme(self, scheme: Scheme, authorization: str) -> Shown | None:
        name, _, credentials = authorization.partition(" ")
        if name.lower() != scheme.kind or not credentials.strip():
            return None
        # What Digest sends is another text in every request, of one caller too.
        if scheme.takes_anybody and scheme.kind != "digest":
            return Shown(await self._strangers.caller(credentials.strip()))
        return Shown()

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
