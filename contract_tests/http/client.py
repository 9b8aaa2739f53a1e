"""The server that is judged: how requests reach it, and the limits they keep to.

TargetFailure
+- CannotJudge   no verdict is possible: unreachable, refused credentials, no API at all
+- BudgetSpent   `--max-requests` is used up
+- NotAllowed    `--read-only` or `--dry-run` forbids the request
+- Unanswered    one request got no answer: the server's fault, hence a finding
"""

from __future__ import annotations

import base64
import http.client
import io
import itertools
import json
import socket
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3

from contract_tests.reading.equality import parsed
from contract_tests.settings import Partner, Settings

CONTROL = "/_sandbox/clock"
FORM = "application/x-www-form-urlencoded"
UNAVAILABLE = frozenset({429, 502, 503, 504})
PAGES = frozenset({"text/html", "application/xhtml+xml"})
LEAST_PATIENCE = 0.5  # seconds for an answer of a server that has kept us waiting before
BYTES_A_SECOND = 100_000  # what a long body is given in addition


class TargetFailure(Exception):
    """A request could not be sent or answered."""


class CannotJudge(TargetFailure):
    """No verdict is possible; the message is one sentence why."""


class BudgetSpent(TargetFailure):
    """The budget of requests is used up."""


class NotAllowed(TargetFailure):
    """The request is not allowed in this run."""


class Unanswered(TargetFailure):
    """The server closed the connection, or did not answer in time."""


@dataclass(frozen=True)
class Reply:
    """An answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """Return the content type without its parameters, in lower case."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def json(self) -> Any:
        """Return the body as JSON; raises ValueError when it is none (`Infinity` is none)."""
        return parsed(self.body.decode("utf-8"))

    def told(self) -> str:
        """Return status, content type and the beginning of the body."""
        text = self.body[:400].decode("utf-8", "replace")
        return f"{self.status} {self.media_type or 'without content type'} {text}".strip()


@dataclass(frozen=True)
class Exchange:
    """A request with its answer, as a curl line needs it."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    recipe: str | None  # a shell command that prints the body, for bodies too long to print
    partner: str | None  # whose bearer token it carried: "a", "b" or None
    reply: Reply | None
    control: bool = False


@dataclass
class _Token:
    value: str
    ends: float


class _InTime(io.RawIOBase):
    """What a server sends, until the time for all of it has passed: it may come byte by byte."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw, self._sock = raw, sock
        patience = sock.gettimeout()
        self._ends = None if patience is None else time.monotonic() + patience

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._ends is not None:
            left = self._ends - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_InTime(self.fp.detach(), sock))


class _Plain(urllib3.connection.HTTPConnection):
    response_class = _Response


class _Secure(urllib3.connection.HTTPSConnection):
    response_class = _Response


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


class Target:
    """Sends requests as one of two partners (`a`, `b`), within the limits of the run."""

    def __init__(self, settings: Settings, budget: int | None = None) -> None:
        self.settings = settings
        self.base_url = settings.base_url.rstrip("/")
        self.budget = settings.max_requests if budget is None else budget
        self.requests = 0
        self.transcript: list[Exchange] = []
        # Counted here, for the judges of several contracts may share a collection.
        self.episodes = itertools.count(1)
        self.token_path: str | None = None
        self.planned: list[str] = []
        self.notes: list[str] = []
        self.told: Callable[[str], None] = lambda _what: None  # shows progress
        self._tokens: dict[str, _Token] = {}
        self._control: dict[str, bool] = {}
        self._useful_advance = 1.0
        self.patience: float = max(5.0, min(settings.deadline, 30))
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}
        self._ledger = Path(settings.ledger) if settings.ledger else None

    # --- who ---------------------------------------------------------------------------------

    def partner(self, who: str) -> Partner:
        """Return the partner behind `a` or `b`."""
        if who == "a":
            return self.settings.partner
        if self.settings.other is None:
            raise CannotJudge("a second partner is needed")
        return self.settings.other

    @property
    def has_other(self) -> bool:
        """Whether a second partner was given."""
        return self.settings.other is not None

    def url(self, path: str) -> str:
        """Return the address of a path below the base URL; a URL is its own."""
        return path if "://" in path else self.base_url + path

    def token(self, who: str, fresh: bool = False) -> str | None:
        """Return a bearer token of a partner; fetched when needed, None without credentials."""
        partner = self.partner(who)
        if partner.token is not None:
            return partner.token
        if self.settings.dry_run:
            return "a-token"
        if partner.client_id is None or self.token_path is None:
            return None
        known = self._tokens.get(who)
        if known is not None and not fresh and time.monotonic() < known.ends:
            return known.value
        form = {
            "grant_type": "client_credentials",
            "client_id": partner.client_id,
            "client_secret": partner.client_secret or "",
        }
        reply = self.fetch_token(urlencode(form).encode(), {"Content-Type": FORM})
        value, lifetime = self._read_token(reply, partner)
        # A tenth of the lifetime is kept in reserve, so that no token ends on its way.
        self._tokens[who] = _Token(value, time.monotonic() + lifetime * 0.9)
        return value

    def fetch_token(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a token request as it stands."""
        if self.token_path is None:
            raise CannotJudge("the contract names no token operation; give --token")
        return self._patiently("POST", self.token_path, dict(headers), body)

    def _read_token(self, reply: Reply, partner: Partner) -> tuple[str, float]:
        if reply.status in UNAVAILABLE:
            raise CannotJudge(f"the server is not available: the token request got {reply.status}")
        if reply.status in {404, 405, 501} or 300 <= reply.status < 400:
            raise CannotJudge(
                f"nothing grants tokens at {self.url(self.token_path or '')}, which answers "
                f"{reply.status}; give --token, or --token-url if tokens are granted elsewhere"
            )
        try:
            value = reply.json()
        except ValueError as error:
            raise CannotJudge(
                "the token request was not answered with JSON but with "
                f"{reply.status} {reply.media_type or 'no content type'}"
            ) from error
        if reply.status != 200:
            raise CannotJudge(
                f"the server refused the credentials of {partner.client_id}: {reply.told()}"
            )
        if not isinstance(value, dict) or not isinstance(value.get("access_token"), str):
            raise CannotJudge("the answer to the token request holds no `access_token`")
        lifetime = value.get("expires_in", 300)
        known = isinstance(lifetime, int | float) and not isinstance(lifetime, bool)
        return value["access_token"], float(lifetime) if known else 300.0

    # --- what --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Forget the requests of the episode before: a finding tells only its own."""
        self.transcript = []

    def send(
        self,
        method: str,
        path: str,
        *,
        who: str | None = "a",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        recipe: str | None = None,
        control: bool = False,
    ) -> Reply:
        """Send a request as a partner (None: without a token) and note it in the transcript.

        Raises BudgetSpent, NotAllowed, Unanswered.
        """
        extra = dict(headers or {})
        reply: Reply | None = None
        for attempt in (1, 2):
            sent = dict(extra)
            token = self.token(who) if who else None
            if token is not None and "Authorization" not in sent:
                sent["Authorization"] = f"Bearer {token}"
            noted = Exchange(method, path, tuple(extra.items()), body, recipe, who, None, control)
            try:
                reply = self._patiently(method, path, sent, body)
            except Unanswered:
                self.transcript.append(noted)
                raise
            expired = reply.status == 401 and who is not None and "Authorization" not in extra
            if attempt == 1 and expired and self._can_refresh(who):
                continue  # the token may have been withdrawn before its time
            break
        assert reply is not None  # noqa: S101 - the loop runs at least once
        self.transcript.append(
            Exchange(method, path, tuple(extra.items()), body, recipe, who, reply, control)
        )
        return reply

    def _can_refresh(self, who: str | None) -> bool:
        if who is None or self.partner(who).token is not None or self.token_path is None:
            return False
        self._tokens.pop(who, None)
        return True

    def _patiently(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> Reply:
        """Send, and keep to `Retry-After` until the deadline."""
        waited = 0.0
        while True:
            reply = self._once(method, path, headers, body)
            pause = reply.headers.get("retry-after")
            if reply.status not in {429, 503} or pause is None:
                return reply
            seconds = float(pause) if pause.replace(".", "", 1).isdigit() else 1.0
            seconds = max(seconds, 0.05)
            if waited + seconds > self.settings.deadline:
                return reply
            time.sleep(seconds)
            waited += seconds

    def _once(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Reply:
        try:
            answer = self._exchange(method, path, headers, body)
        except urllib3.exceptions.HTTPError as first:
            if not _closed_idle(first):
                raise self._unanswered(first) from first
            # A kept-alive connection that the server closed meanwhile says nothing.
            try:
                answer = self._exchange(method, path, {**headers, "Connection": "close"}, body)
            except urllib3.exceptions.HTTPError as second:
                raise self._unanswered(second) from second
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status, names, answer.data)

    def _unanswered(self, error: Exception) -> Unanswered:
        """Return why there is no answer; a server that keeps us waiting is waited for less."""
        why = _why(error)
        if why == _TOO_LATE:
            self.patience = min(self.patience, max(LEAST_PATIENCE, self.patience / 3))
        return Unanswered(why)

    def _exchange(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> urllib3.BaseHTTPResponse:
        self.spend(method, path, body)
        if self.settings.dry_run:
            return urllib3.HTTPResponse(body=b"{}", status=200, headers={})
        chunked = headers.get("Transfer-Encoding") == "chunked" and body is not None
        parts = [body[n : n + 64] for n in range(0, len(body), 64)] if chunked and body else body
        origin, target = _split(self.url(path))
        if origin not in self._pools:
            self._pools[origin] = _pool(origin)
        return self._pools[origin].urlopen(
            method,
            target,
            body=parts,
            headers=headers,
            redirect=False,
            assert_same_host=False,
            retries=False,
            timeout=urllib3.Timeout(
                connect=5, read=self.patience + len(body or b"") / BYTES_A_SECOND
            ),
            chunked=chunked,
        )

    def spend(self, method: str, path: str, body: bytes | None = None) -> None:
        """Count a request that is about to be sent.

        Raises BudgetSpent or NotAllowed instead of letting it go.
        """
        token = path == self.token_path
        if self.settings.read_only and method != "GET" and not token:
            raise NotAllowed(f"--read-only: {method} {path} is not sent")
        if self.settings.dry_run:
            told = b"" if body is None else body[:300]
            text = told.decode("utf-8", "replace")
            self.planned.append(f"{method} {self.url(path)} {text}".rstrip())
            return
        if self.budget is not None and self.requests >= self.budget:
            most = self.settings.max_requests
            raise BudgetSpent(f"stopped by --max-requests after {most} requests")
        self.requests += 1
        self.told("")

    # --- safety ------------------------------------------------------------------------------

    def note(self, entry: Mapping[str, Any]) -> None:
        """Write a line to the ledger at once, so that a killed run leaves it readable."""
        if self._ledger is None:
            return
        with self._ledger.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"run": self.settings.run, **entry}) + "\n")

    # --- time --------------------------------------------------------------------------------

    def has_control(self, who: str) -> bool:
        """Whether the sandbox's control surface answers this partner."""
        if who not in self._control:
            if self.settings.read_only or self.settings.dry_run:
                return False
            try:
                reply = self.send("GET", CONTROL, who=who, control=True)
                found = reply.status == 200 and isinstance(reply.json(), dict)
            except (Unanswered, ValueError):
                found = False
            self._control[who] = found
            self.transcript = self.transcript[:-1]
        return self._control[who]

    def freeze(self, who: str) -> bool:
        """Stop a partner's clock, where there is one; the request that releases it is kept back."""
        if not self.has_control(who):
            return False
        if self.budget is not None:
            if self.budget - self.requests < 2:
                return False
            self.budget -= 1
        self._clock(who, {"freeze": True})
        return True

    def release(self, who: str) -> None:
        """Let a clock run again that was stopped."""
        if self.budget is not None:
            self.budget += 1
        self._clock(who, {"freeze": False})

    def advance(self, who: str, seconds: float) -> None:
        """Move a partner's clock."""
        self._clock(who, {"advance": seconds})

    def _clock(self, who: str, change: Mapping[str, Any]) -> None:
        self.send(
            "POST",
            CONTROL,
            who=who,
            headers={"Content-Type": "application/json"},
            body=json.dumps(change).encode(),
            control=True,
        )

    def check(
        self,
        path: str,
        documented: Collection[str] = (),
        headers: Mapping[str, str] | None = None,
        query: str = "",
    ) -> None:
        """Make sure that there is an API behind the base URL, by a GET of a path.

        `documented` are the media types and the status codes that the contract has for it,
        `headers` and `query` are credentials that are no token.
        Raises CannotJudge with one sentence why not.
        """
        patience, granted = self.patience, False
        self.patience = min(10.0, self.settings.deadline)
        try:
            partner = self.settings.partner
            if self.token_path is not None and partner.token is None and partner.client_id:
                self.token("a")
                granted = True
                if self.has_other:
                    self.token("b")
            shown = {"Accept": "application/json", **(headers or {})}
            reply = self.send("GET", f"{path}?{query}" if query else path, headers=shown)
        except Unanswered as error:
            raise CannotJudge(f"{self.base_url} does not answer: {error}") from error
        finally:
            self.patience = patience
        if reply.status in UNAVAILABLE:
            raise CannotJudge(f"{self.base_url} is not available: it answers {reply.status}")
        if reply.status == 401 and (partner.token is not None or headers or query):
            what = "token" if partner.token is not None else "credentials"
            raise CannotJudge(f"{self.base_url} refused the {what}: {reply.told()}")
        # What grants a token, or knows the methods of a path, is an API however it tells errors.
        if reply.status == 405 or (granted and reply.status >= 400):
            return
        if 300 <= reply.status < 400 and str(reply.status) not in documented:
            where = reply.headers.get("location", "another place")
            raise CannotJudge(f"{self.base_url} redirects GET {path} to {where}; is it the API?")
        if reply.media_type in PAGES and reply.media_type not in documented:
            raise CannotJudge(
                f"{self.base_url} answers HTML ({reply.status} to GET {path}); is it the API?"
            )


def basic(name: str, secret: str) -> str:
    """Return the value of an HTTP Basic `Authorization` header."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def _closed_idle(error: Exception) -> bool:
    text = repr(error)
    return any(
        sign in text
        for sign in ("RemoteDisconnected", "ConnectionResetError", "BrokenPipeError", "Aborted")
    )


_TOO_LATE = "no answer in time"
# Signs in the text of an error, the most telling first, and what they mean.
_REASONS = (
    ("refused", "the connection is refused"),
    ("NameResolution", "the host is unknown"),
    ("getaddrinfo", "the host is unknown"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
    ("SSLError", "it does not speak TLS there; is it http:// instead of https://?"),
    ("imeout", _TOO_LATE),
    ("timed out", _TOO_LATE),
    ("unreachable", "the host cannot be reached"),
    ("BadStatusLine", "what it says is not HTTP"),
    ("UnknownProtocol", "what it says is not HTTP"),
    ("LineTooLong", "what it says is not HTTP"),
    ("HTTPException", "what it says is not HTTP"),
)


def _why(error: Exception) -> str:
    text = repr(error)
    closed = "the connection was closed without an answer"
    return next((why for sign, why in _REASONS if sign in text), closed)


def _split(url: str) -> tuple[str, str]:
    """Return the origin of a URL, and what follows it."""
    origin = url[: url.index("/", url.index("://") + 3)] if url.count("/") > 2 else url
    return origin, url[len(origin) :] or "/"


def _pool(origin: str) -> urllib3.HTTPConnectionPool:
    split = urlsplit(origin)
    kind = _SecurePool if split.scheme == "https" else _PlainPool
    return kind(str(split.hostname), split.port, maxsize=4, retries=False)
