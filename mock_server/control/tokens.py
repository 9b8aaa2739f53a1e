"""The token request: the client credentials grant of RFC 6749, section 4.4."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import unquote_plus

from mock_server.http.problems import Answer, Problem, json_answer
from mock_server.http.requests import Request
from mock_server.http.tokens import Tokens
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads

_GRANT = "client_credentials"
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="understudy"', "Cache-Control": "no-store"}


class TokenRequests:
    """The handler of the token request."""

    def __init__(self, store: Store, tokens: Tokens, threads: Threads) -> None:
        """Take the partners, the tokens and the threads that read."""
        self._store = store
        self._tokens = tokens
        self._threads = threads

    async def create(self, request: Request) -> Answer:
        """Answer with a token. Raises Problem in the words of RFC 6749, section 5.2."""
        body = request.body
        if body.get("grant_type") != _GRANT:
            came = body.get("grant_type")
            raise Problem(
                400,
                f"grant_type {came!r} is not supported; use {_GRANT}",
                code="unsupported_grant_type",
            )
        client_id, client_secret = _credentials(request.headers, body)
        partner = await self._threads.run(self._store.partner, client_id)
        known = partner.client_secret if partner is not None else ""
        # The comparison takes as long for an unknown partner as for a wrong secret.
        if not hmac.compare_digest(known.encode(), client_secret.encode()) or partner is None:
            raise _invalid_client()
        return json_answer(
            {
                "access_token": self._tokens.issue(partner.client_id),
                "token_type": "Bearer",
                "expires_in": self._tokens.lifetime,
            },
            headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
        )


def _credentials(headers: Mapping[str, str], body: Mapping[str, str]) -> tuple[str, str]:
    """Return id and secret from the header or from the body, never from both."""
    authorization = headers.get("authorization", "")
    in_body = "client_secret" in body
    if authorization[:6].lower() == "basic ":
        if in_body:
            raise Problem(400, "The secret stands in the header and in the body; send it once.")
        basic = read_basic(authorization)
        if basic is None:
            raise _invalid_client()
        client_id, secret = (unquote_plus(part) for part in basic)
        if body.get("client_id", client_id) != client_id:
            raise Problem(400, "The client_id of the body is not that of the header.")
        return client_id, secret
    missing = [name for name in ("client_id", "client_secret") if name not in body]
    if missing:
        raise Problem(
            401,
            f"{' and '.join(missing)} must stand in the body, or both in a Basic header.",
            headers=_CHALLENGE,
            code="invalid_client",
        )
    return body["client_id"], body["client_secret"]


def read_basic(authorization: str) -> tuple[str, str] | None:
    """Return the two halves of an HTTP Basic header, None when it is malformed."""
    try:
        decoded = base64.b64decode(authorization[6:].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, colon, secret = decoded.partition(":")
    return (name, secret) if colon else None


def _invalid_client() -> Problem:
    return Problem(
        401,
        "The client id or the client secret is wrong.",
        headers=_CHALLENGE,
        code="invalid_client",
    )
