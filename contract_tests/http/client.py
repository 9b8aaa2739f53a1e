"""Sends requests to the server that is judged, as one of the partners and within the limits of the run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import urllib3

from contract_tests.http.connections import Connections
from contract_tests.http.failures import (
    Cause,
    Unanswered,
    cause_of,
    is_idle_end,
)
from contract_tests.http.limits import Budget
from contract_tests.http.messages import FORM, Exchange, Reply, Request
from contract_tests.http.partners import Caller, Partner, Partners
from contract_tests.http.tokens import Tokens, grant_of, read_token

LEAST_PATIENCE = 0.5  # seconds for an answer of a server that has kept us waiting before
_DRY_TOKEN = "a-token"  # noqa: S105 - stands for one where nothing is sent


@dataclass(frozen=True)
class Server:
    """Where the server answers, and where it grants tokens: a path below the base URL, or a URL."""

    base_url: str
    token_url: str | None = None

    def url(self, path: str) -> str:
        """Return the address of a path below the base URL; a URL is its own."""
        return path if "://" in path else self.base_url.rstrip("/") + path


class Client:
    """Sends requests, with tokens that it fetches when they are needed.

    `watch` is told of each request before it is sent.
    """

    def __init__(
        self,
        server: Server,
        partners: Partners,
        budget: Budget,
        watch: Callable[[Request], None] = lambda _: None,
    ) -> None:
        self.server = server
        self.partners = partners
        self.budget = budget
        # Seconds that an answer may take; fewer once the server has kept us waiting.
        self.patience = max(5.0, min(budget.limits.deadline, 30))
        self._watch = watch
        self._tokens = Tokens()
        self._connections = Connections()

    def token(self, caller: Caller) -> str | None:
        """Return the bearer token of a partner, None without credentials. Raises CannotJudge."""
        partner = self.partners.of(caller)
        if partner.token is not None:
            return partner.token
        if self.budget.limits.dry_run:
            return _DRY_TOKEN
        if partner.client_id is None or self.server.token_url is None:
            return None
        known = self._tokens.of(caller)
        if known is not None:
            return known
        request = Request("POST", self.server.token_url, FORM, grant_of(partner), caller=None)
        token = read_token(
            self._patiently(request, dict(FORM)), partner, self.server.url(request.path)
        )
        self._tokens.keep(caller, token)
        return token.value

    def send(self, request: Request, *, control: bool = False) -> Exchange:
        """Send a request, with the token of its caller unless it brings an `Authorization`.

        A token that was withdrawn before its time is fetched again. Raises Unanswered, BudgetSpent,
        NotAllowed and CannotJudge.
        """
        reply = self._as_caller(request)
        if reply.status == 401 and self._can_refresh(request):
            reply = self._as_caller(request)
        return Exchange(request, reply, control)

    def _as_caller(self, request: Request) -> Reply:
        headers = dict(request.headers)
        token = self.token(request.caller) if request.caller else None
        if token is not None and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {token}"
        return self._patiently(request, headers)

    def _can_refresh(self, request: Request) -> bool:
        caller = request.caller
        if caller is None or "Authorization" in request.headers or self.server.token_url is None:
            return False
        if self._partner(caller).token is not None:
            return False
        self._tokens.forget(caller)
        return True

    def _partner(self, caller: Caller) -> Partner:
        return self.partners.of(caller)

    def _patiently(self, request: Request, headers: Mapping[str, str]) -> Reply:
        """Send, and keep to `Retry-After` until the deadline."""
        waited = 0.0
        while True:
            reply = self._once(request, headers)
            pause = retry_after(reply)
            if pause is None or waited + pause > self.budget.limits.deadline:
                return reply
            time.sleep(pause)
            waited += pause

    def _once(self, request: Request, headers: Mapping[str, str]) -> Reply:
        try:
            return self._exchange(request, headers)
        except urllib3.exceptions.HTTPError as first:
            if not is_idle_end(first):
                raise self._unanswered(first) from first
        # A kept-alive connection that the server closed meanwhile says nothing.
        try:
            return self._exchange(request, {**headers, "Connection": "close"})
        except urllib3.exceptions.HTTPError as second:
            raise self._unanswered(second) from second

    def _unanswered(self, error: Exception) -> Unanswered:
        """Return why there is no answer; a server that keeps us waiting is waited for less."""
        cause = cause_of(error)
        if cause is Cause.LATE:
            self.patience = min(self.patience, max(LEAST_PATIENCE, self.patience / 3))
        return Unanswered(cause)

    def _exchange(self, request: Request, headers: Mapping[str, str]) -> Reply:
        self.spend(request)
        if self.budget.limits.dry_run:
            return Reply(200, {}, b"{}")
        answer = self._connections.exchange(
            request.method, self.server.url(request.path), headers, request.body, self.patience
        )
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status, names, answer.data)

    def spend(self, request: Request) -> None:
        """Count a request that is about to be sent, here or by another library.

        Raises BudgetSpent or NotAllowed instead of letting it go.
        """
        harmless = request.method == "GET" or request.path == self.server.token_url
        self.budget.spend(
            request.method, self.server.url(request.path), request.body, harmless=harmless
        )
        self._watch(request)


def retry_after(reply: Reply) -> float | None:
    """Return for how many seconds a server puts us off, None where it does not."""
    told = reply.headers.get("retry-after")
    if reply.status not in {429, 503} or told is None:
        return None
    number = told.replace(".", "", 1)
    return max(float(told) if number.isascii() and number.isdigit() else 1.0, 0.05)
