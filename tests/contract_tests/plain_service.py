"""What small independent servers have in common: HTTP in plain Python, callers by their tokens, a clock for each.

They share no line with the mock or with the judge. A clock is read and moved at `/_sandbox/clock`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Fault:
    """One named defect: what is wrong, the requirements of which the judge must name one, and the mode that forbids it."""

    name: str
    sentence: str
    requirements: tuple[str, ...]
    mode: str = "documented"


def faults(table: str, *requirements: str, mode: str = "documented") -> list[Fault]:
    """Return the faults of a table: a line for each, its name and what is wrong."""
    rows = (line.strip().partition(" ") for line in table.splitlines() if line.strip())
    return [Fault(name, told.strip(), requirements, mode) for name, _, told in rows]


@dataclass(frozen=True)
class Call:
    """A request as a service sees it. Header names are lower case; `caller` is the token."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    caller: str
    raw: bytes = b""

    @property
    def parts(self) -> list[str]:
        """The segments of its path."""
        return [part for part in self.path.split("/") if part]


@dataclass(frozen=True)
class Answer:
    """An answer: status, JSON, headers."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


def problem(status: int, detail: str) -> Answer:
    """Return an error as RFC 9457 has it."""
    body = {"type": "about:blank", "title": "Refused", "status": status, "detail": detail}
    return Answer(status, body, {"Content-Type": "application/problem+json"})


class Clock:
    """Real time, or a time that stands still and is moved."""

    def __init__(self) -> None:
        self._frozen: float | None = None
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return self._frozen if self._frozen is not None else time.time() + self._ahead

    def change(self, body: Mapping[str, Any]) -> None:
        """Freeze it, let it run, or move it."""
        if body.get("freeze") is True:
            self._frozen = self.now()
        elif body.get("freeze") is False and self._frozen is not None:
            self._ahead, self._frozen = self._frozen - time.time(), None
        seconds = float(body.get("advance", 0))
        if self._frozen is not None:
            self._frozen += seconds
        else:
            self._ahead += seconds


def instant(seconds: float) -> str:
    """Return a time as RFC 3339 has it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Service:
    """Answers calls one after the other; subclasses have `answer`."""

    def __init__(self) -> None:
        self.guard = threading.RLock()
        self.clocks: dict[str, Clock] = {}

    def clock(self, caller: str) -> Clock:
        """The clock of a caller."""
        return self.clocks.setdefault(caller, Clock())

    def moved(self, caller: str) -> None:
        """Learn that a caller's clock was moved."""

    def answer(self, call: Call) -> Answer:
        """Answer a call."""
        raise NotImplementedError

    def handle(self, call: Call) -> Answer:
        """Answer a call, or one about its caller's clock."""
        with self.guard:
            if not call.caller:
                return problem(401, "who asks?")
            if call.path == "/_sandbox/clock":
                if call.method == "POST":
                    self.clock(call.caller).change(call.body or {})
                    self.moved(call.caller)
                return Answer(200, {"now": instant(self.clock(call.caller).now())})
            return self.answer(call)


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """Serve; gives the base URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            split = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            raw = self.rfile.read(int(headers.get("content-length") or 0))
            try:
                body = json.loads(raw) if raw else None
            except ValueError:
                self._give(problem(400, "this is no JSON"))
                return
            caller = headers.get("authorization", "").removeprefix("Bearer ")
            query = dict(parse_qsl(split.query))
            self._give(
                service.handle(Call(self.command, split.path, query, headers, body, caller, raw))
            )

        do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

        def _give(self, answer: Answer) -> None:
            body = b"" if answer.body is None else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            told = {"Content-Type": "application/json", **answer.headers}
            if answer.body is None:
                told.pop("Content-Type")
            for name, value in told.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD" and answer.status != 204:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    threading.Thread(target=lambda: http.serve_forever(0.02), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()
