"""Bearer tokens: JSON Web Tokens signed with a key that all processes on one database share.

A token says who its partner is and until when it is good, by real time: a partner's clock may stand still or run ahead.
"""

from __future__ import annotations

import time
from collections import OrderedDict

import jwt

from mock_server.http import problems
from mock_server.http.problems import Problem

_ALGORITHM = "HS256"
_ISSUER = "understudy"
_REMEMBERED = 4096


class Tokens:
    """Issues tokens and tells whose they are."""

    def __init__(self, key: str, lifetime: int) -> None:
        """Take the signing key and the lifetime of new tokens in seconds."""
        self._key = key
        self.lifetime = lifetime
        # Checking a signature costs more than the rest of a small request.
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def issue(self, client_id: str) -> str:
        """Return a new token of a partner."""
        now = int(time.time())
        claims = {"iss": _ISSUER, "sub": client_id, "iat": now, "exp": now + self.lifetime}
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def partner(self, token: str) -> str:
        """Return the id of the partner that a token belongs to. Raises Problem 401."""
        known = self._known.get(token)
        if known is None:
            known = self._read(token)
            self._known[token] = known
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        client_id, expires = known
        if expires <= time.time():
            raise Problem(problems.EXPIRED_TOKEN)
        return client_id

    def _read(self, token: str) -> tuple[str, float]:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["sub", "exp"], "verify_exp": False},
            )
        except jwt.InvalidTokenError:
            raise Problem(problems.UNKNOWN_TOKEN) from None
        return str(claims["sub"]), float(claims["exp"])
