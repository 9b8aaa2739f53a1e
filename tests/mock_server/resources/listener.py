"""A receiver of webhooks that is written with the library of Standard Webhooks, as a partner would."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Listener:
    """What has come in; each of the first answers is taken from `codes`, later ones are 204."""

    url: str = ""
    codes: list[int] = field(default_factory=list)
    secret: str = SECRET
    ids: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    def wait(self, count: int, seconds: float = 20) -> list[Any]:
        """Return the bodies when so many have come."""
        until = time.monotonic() + seconds
        while len(self.bodies) < count and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.bodies) >= count, f"{len(self.bodies)} of {count} came"
        return self.bodies


@contextmanager
def listening() -> Iterator[Listener]:
    """Give a listener; a message whose signature is wrong is not taken."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            Webhook(listener.secret).verify(body, dict(self.headers.items()))
            listener.ids.append(self.headers["webhook-id"])
            listener.bodies.append(json.loads(body))
            self.send_response(listener.codes.pop(0) if listener.codes else 204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield listener
    server.shutdown()
    server.server_close()
