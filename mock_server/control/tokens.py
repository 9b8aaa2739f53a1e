"""The token request: the client credentials grant of RFC 6749, section 4.4."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_plus

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.http import problems
from mock_server.http.answers import Answer, json_answer
from mock_server.http.attempts import Attempts
from mock_server.http.headers import basic_of, is_basic
from mock_server.http.problems import Problem
from mock_server.http.requests import Answering, Request
from mock_server.http.strangers import Strangers
from mock_server.http.token_time import TokenTime
from mock_server.http.tokens import Tokens
from mock_server.storage.partners import Partners
from mock_server.storage.threads import Threads

SERVICE = "identity"
"""The word in `x-understudy-service` of the contract that is answered here."""

_GRANT = "client_credentials"
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="understudy"', "Cache-Control": "no-store"}


class TokenRequests:
    """Answers the token request."""

    def __init__(
        self,
        partners: Partners,
        strangers: Strangers | None,
        tokens: Tokens,
        token_time: TokenTime,
        threads: Threads,
        attempts: Attempts,
    ) -> None:
        """Take the partners, who else gets a token (None for nobody), the tokens, their clock, the threads, and who was wrong."""
        self._strangers = strangers
        self._attempts = attempts
        self._partners = partners
        self._tokens = tokens
        self._token_time = token_time
        self._threads = threads

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers the token request of the shipped contract."""
        is_ours = contract.service == SERVICE and operation.id == "createToken"
        return Answering(self.create) if is_ours else None

    async def create(self, request: Request) -> Answer:
        """Answer with a token. Raises Problem in the words of RFC 6749, section 5.2."""
        body = request.body
        if body is None:
            raise Problem(problems.NO_BODY)
        if body.get("grant_type") != _GRANT:
            raise Problem(
                problems.UNSUPPORTED_GRANT, given=body.get("grant_type"), supported=_GRANT
            )
        client_id, client_secret = _credentials(request.headers, body)
        owner = await self._owner(client_id, client_secret, request.peer)
        scope = body.get("scope")
        told = {"scope": scope} if scope is not None else {}
        return json_answer(
            {
                "access_token": self._tokens.issue(owner, scope, await self._token_time.now(owner)),
                "token_type": "Bearer",
                "expires_in": self._tokens.lifetime,
                **told,
            },
            headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
        )

    async def _owner(self, client_id: str, secret: str, peer: str) -> str:
        """Return the id of the partner whose token it will be. Raises Problem 401 for wrong credentials."""
        partner = await self._threads.run(self._partners.of_id, client_id)
        if partner is not None:
            self._attempts.check(client_id, peer)
            if partner.is_shown_by(secret):
                return partner.client_id
            self._attempts.note_wrong(client_id, peer)
        elif self._strangers is not None and client_id and secret:
            return (await self._strangers.caller(f"{client_id}:{secret}")).client_id
        raise Problem(problems.WRONG_CLIENT, headers=_CHALLENGE)


def _credentials(headers: Mapping[str, str], body: Mapping[str, str]) -> tuple[str, str]:
    """Return id and secret from the header or from the body, never from both."""
    authorization = headers.get("authorization", "")
    if is_basic(authorization):
        if "client_secret" in body:
            raise Problem(problems.SECRET_TWICE)
        basic = basic_of(authorization)
        if basic is None:
            raise Problem(problems.WRONG_CLIENT, headers=_CHALLENGE)
        client_id, secret = (unquote_plus(part) for part in basic)
        if body.get("client_id", client_id) != client_id:
            raise Problem(problems.TWO_CLIENTS)
        return client_id, secret
    missing = [name for name in ("client_id", "client_secret") if name not in body]
    if missing:
        raise Problem(problems.NO_CLIENT, missing=" and ".join(missing), headers=_CHALLENGE)
    return body["client_id"], body["client_secret"]
