"""Bearer tokens: JSON Web Tokens signed with a key that all processes on one database share.

A token says who its partner is and until when it is good, by real time: a partner's clock may stand still or run ahead.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import NamedTuple

import jwt

from mock_server.http import problems
from mock_server.http.problems import Problem

_ALGORITHM = "HS256"
_ISSUER = "understudy"
_REMEMBERED = 4096


class Grant(NamedTuple):
    """Whose token it is, the scopes that it is good for (None for all there are), and until when."""

    client_id: str
    scopes: frozenset[str] | None
    expires: float


class Tokens:
    """Issues tokens and tells whose they are."""

    def __init__(self, key: str, lifetime: int) -> None:
        """Take the signing key and the lifetime of new tokens in seconds."""
        self._key = key
        self.lifetime = lifetime
        # Checking a signature costs more than the rest of a small request.
        self._known: OrderedDict[str, Grant] = OrderedDict()

    def issue(self, client_id: str, scope: str | None = None) -> str:
        """Return a new token of a partner, for these scopes (with spaces between them) or for all there are."""
        now = int(time.time())
        claims = {"iss": _ISSUER, "sub": client_id, "iat": now, "exp": now + self.lifetime}
        if scope is not None:
            claims["scope"] = scope
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def grant(self, token: str) -> Grant | None:
        """Return what a token grants, None for one that was not issued here. Raises Problem 401 when it has ended."""
        known = self._known.get(token)
        if known is None:
            known = self._read(token)
            if known is None:
                return None
            self._known[token] = known
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        if known.expires <= time.time():
            raise Problem(problems.EXPIRED_TOKEN)
        return known

    def _read(self, token: str) -> Grant | None:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["sub", "exp"], "verify_exp": False},
            )
        except jwt.InvalidTokenError:
            return None
        scope = claims.get("scope")
        scopes = frozenset(scope.split()) if isinstance(scope, str) else None
        return Grant(str(claims["sub"]), scopes, float(claims["exp"]))
