"""Hears what a server sends of itself: webhooks, each with what could be seen of its resource when it came."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_MOST = 2**20  # bytes of a message that are read
_PAUSE = 0.02


@dataclass(frozen=True)
class Webhooks:
    """Where the server reaches the judge's listener, and the secret that it signs with; None where nobody said."""

    url: str | None = None
    secret: str | None = field(repr=False, default=None)


@dataclass(frozen=True)
class Heard:
    """A message as it came: its headers in lower case, its body, and what `look` saw before it was answered."""

    headers: Mapping[str, str]
    body: bytes
    seen: object = None

    @property
    def id(self) -> str:
        """Return the id of the message, by Standard Webhooks."""
        return self.headers.get("webhook-id", "")

    def json(self) -> Any:
        """Return the body as JSON, None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass
class Listener:
    """What has been heard; a message that it `refuses` is answered with 500, others with 204."""

    url: str
    secret: str
    heard: list[Heard] = field(default_factory=list)
    refuses: Callable[[Heard], bool] = lambda _: False
    look: Callable[[Heard], object] = lambda _: None

    def messages(self, is_it: Callable[[Heard], bool], seconds: float, count: int) -> list[Heard]:
        """Return what came first under each id, once there are so many of a kind or the time has passed."""
        until = time.monotonic() + seconds
        while True:
            found = {one.id: one for one in reversed(self.heard) if is_it(one)}
            if len(found) >= count or time.monotonic() > until:
                return list(found.values())[::-1]
            time.sleep(_PAUSE)

    def wait(self, is_it: Callable[[Heard], bool], seconds: float, count: int = 1) -> list[Heard]:
        """Return the messages of a kind, once there are so many or the time has passed."""
        until = time.monotonic() + seconds
        while True:
            found = [one for one in list(self.heard) if is_it(one)]
            if len(found) >= count or time.monotonic() > until:
                return found
            time.sleep(_PAUSE)


def new_secret() -> str:
    """Return a new secret of Standard Webhooks."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"


@contextmanager
def listening(secret: str, url: str | None = None) -> Iterator[Listener]:
    """Give a listener; `url` is where the server reaches it, None for a free port that this machine alone reaches."""
    port = 0 if url is None else _port(url)
    known: list[Listener] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("content-length") or 0), _MOST))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener = known[0]
            heard = Heard(headers, body)
            refused = listener.refuses(heard)
            listener.heard.append(Heard(headers, body, listener.look(heard)))
            self.send_response(500 if refused else 204)
            self.end_headers()

        do_PUT = do_PATCH = do_POST  # noqa: N815 - http.server asks for these names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1" if url is None else "", port), Handler)
    server.daemon_threads = True
    known.append(Listener(url or f"http://127.0.0.1:{server.server_port}/hook", secret))
    threading.Thread(target=lambda: server.serve_forever(0.05), daemon=True).start()
    try:
        yield known[0]
    finally:
        server.shutdown()
        server.server_close()


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)
