"""Bearer tokens: JSON Web Tokens signed with a key that all processes on one database share.

A token says who its partner is and until when it is good: by real time, or by the clock of its partner (`token_time`).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import NamedTuple

import jwt

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

    def issue(self, client_id: str, scope: str | None = None, at: float | None = None) -> str:
        """Return a new token of a partner, for these scopes (with spaces between them) or for all there are.

        `at` is when it is issued, in seconds since 1970; None now, by real time.
        """
        now = int(time.time() if at is None else at)
        claims = {"iss": _ISSUER, "sub": client_id, "iat": now, "exp": now + self.lifetime}
        if scope is not None:
            claims["scope"] = scope
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def grant(self, token: str) -> Grant | None:
        """Return what a token grants or granted, None for one that was not issued here."""
        known = self._known.get(token)
        if known is None:
            known = self._read(token)
            if known is None:
                return None
            self._known[token] = known
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known

    def _read(self, token: str) -> Grant | None:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return None
        scope = claims.get("scope")
        scopes = frozenset(scope.split()) if isinstance(scope, str) else None
        return Grant(str(claims["sub"]), scopes, float(claims["exp"]))
