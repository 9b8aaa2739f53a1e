"""Sends requests to the server that is judged, as one of the partners and within the limits of the run."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import urllib3

from contract_tests.http.connections import Allowed, Answer, Connections
from contract_tests.http.failures import (
    CannotJudge,
    Cause,
    TargetFailure,
    Unanswered,
    cause_of,
    is_idle_end,
)
from contract_tests.http.limits import Budget
from contract_tests.http.messages import Exchange, Reply, Request
from contract_tests.http.origins import leads_elsewhere
from contract_tests.http.outage import OF_CONNECTIONS, has_gone
from contract_tests.http.partners import Caller, Partner, Partners
from contract_tests.http.retrying import retry_after
from contract_tests.http.secrets import Secrets
from contract_tests.http.tokens import Names, Tokens, grant_of, granted_in, read_token

LEAST_PATIENCE = 0.5  # seconds for an answer of a server that has kept us waiting before
_DRY_TOKEN = "a-token"  # noqa: S105 - stands for one where nothing is sent


@dataclass(frozen=True)
class Server:
    """Where the server answers, and where it grants tokens: a path below the base URL, or a URL."""

    base_url: str
    token_url: str | None = None
    moved: Mapping[str, str] = field(default_factory=dict)
    """Where paths of the contract, or their beginnings, stand on this server, the longest first."""

    def url(self, path: str) -> str:
        """Return the address of a path below the base URL, of one beside it, or of where tokens are granted."""
        is_whole = path.startswith(("http://", "https://"))
        if (is_whole and not leads_elsewhere(self.base_url, path)) or (
            path == self.token_url and "://" in path
        ):
            return path
        return self.base_url.rstrip("/") + self._at(path)

    def _at(self, path: str) -> str:
        for old, new in self.moved.items():
            if path == old or path.startswith((f"{old}/", f"{old}?")):
                return new + path[len(old) :]
        return path

    def moving(self, paths: Mapping[str, str]) -> Server:
        """Return the server with paths of the contract that stand elsewhere."""
        every = {**self.moved, **paths}
        return replace(self, moved=dict(sorted(every.items(), key=lambda pair: -len(pair[0]))))

    def sent_to(self, url: str) -> str:
        """Return where a request goes that another library has addressed by the contract."""
        below = self.base_url.rstrip("/")
        return below + self._at(url[len(below) :]) if url.startswith(f"{below}/") else url

    def is_own(self, url: str) -> bool:
        """Whether requests may go to an address: on the server itself, or where tokens are granted."""
        return url == self.token_url or not leads_elsewhere(self.base_url, url)


class Client:
    """Sends requests, with tokens that it fetches when they are needed."""

    def __init__(self, server: Server, partners: Partners, budget: Budget) -> None:
        self.server = server
        self.partners = partners
        self.budget = budget
        self.secrets = Secrets(partners.secrets)
        # Seconds that an answer may take; fewer once the server has kept us waiting.
        self.patience = max(5.0, min(budget.limits.deadline, 30))
        self._grace = budget.limits.deadline  # seconds that a request may be put off in all
        self._answered = False  # whether anybody ever did
        self._gone = False  # whether nobody listens there any more
        self._guard = threading.Lock()
        self.asks = Names()  # how tokens are asked for
        self._tokens = Tokens()
        self._held = Secrets(partners.secrets)  # what no answer is read with
        self._connections = Connections()

    def hold(self, secret: str | None) -> None:
        """Read no answer with a secret, and show it to nobody."""
        self._held.learn(secret)
        self.secrets.learn(secret)

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
        headers, body = grant_of(partner, self.asks)
        request = Request("POST", self.server.token_url, headers, body, caller=None)
        token = read_token(
            self._patiently(request, dict(headers)), partner, self.server.url(request.path)
        )
        self._tokens.keep(caller, token)
        self.hold(token.value)
        return token.value

    def send(self, request: Request, *, control: bool = False) -> Exchange:
        """Send a request, with the token of its caller unless it brings an `Authorization`.

        A token that was withdrawn before its time is fetched again. Raises Unanswered, BudgetSpent,
        NotAllowed and CannotJudge.
        """
        reply = self._as_caller(request)
        if reply.status == 401 and self._can_refresh(request):
            reply = self._as_caller(request)
        return Exchange(request, reply, control, time.monotonic())

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
        """Send, and keep to `Retry-After` until the deadline; for less once that led to nothing."""
        waited = 0.0
        while True:
            reply = self._once(request, headers)
            pause = retry_after(reply, time.time())
            if pause is None:
                return reply
            if waited + pause > self._grace:
                self._grace = max(LEAST_PATIENCE, self._grace / 3) if waited else self._grace
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

    def _unanswered(self, error: Exception) -> TargetFailure:
        """Return why there is no answer; a server that keeps us waiting is waited for less, one that has gone no more."""
        cause = cause_of(error)
        with self._guard:
            if self._answered and cause in OF_CONNECTIONS and not self._gone:
                self._gone = has_gone(self.server.base_url)
        if self._gone:
            return self._no_server()
        if cause is Cause.LATE:
            self.patience = min(self.patience, max(LEAST_PATIENCE, self.patience / 3))
        return Unanswered(cause)

    def _no_server(self) -> CannotJudge:
        return CannotJudge(f"{self.server.base_url} has gone: nobody listens there any more")

    def _exchange(self, request: Request, headers: Mapping[str, str]) -> Reply:
        self.spend(request)
        if self.budget.limits.dry_run:
            return Reply(200, {}, b"{}")
        url = self.server.url(request.path)
        answer = self._delivered(request.method, url, headers, request.body)
        names = {name.lower(): value for name, value in answer.response.headers.items()}
        if request.path == self.server.token_url:
            self._learn(answer.body)
            return Reply(answer.response.status, names, answer.body)
        told = {name: self._held.masked(value) for name, value in names.items()}
        return Reply(answer.response.status, told, self._held.mask(answer.body))

    def _learn(self, body: bytes) -> None:
        """Learn the tokens that an answer grants, so that nobody is shown them."""
        for token in granted_in(body):
            self.secrets.learn(token)

    def _delivered(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Send to the server that is judged, or where tokens are granted, and nowhere else."""
        if not self.server.is_own(url):
            raise Unanswered(Cause.ELSEWHERE)
        allowed = Allowed(self.patience, self.budget.limits.max_answer)
        answer = self._connections.exchange(method, url, headers, body, allowed)
        self._answered = True
        return answer

    def deliver(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Send what another library made, within the limits of the run. Raises Unanswered."""
        try:
            return self._delivered(method, self.server.sent_to(url), headers, body)
        except urllib3.exceptions.HTTPError as error:
            raise self._unanswered(error) from error

    def spend(self, request: Request) -> None:
        """Count a request that is about to be sent, here or by another library.

        Raises BudgetSpent, NotAllowed, or CannotJudge once the server has gone, instead of letting it go.
        """
        if self._gone:
            raise self._no_server()
        harmless = request.method == "GET" or request.path == self.server.token_url
        self.budget.spend(
            request.method, self.server.url(request.path), request.body, harmless=harmless
        )
