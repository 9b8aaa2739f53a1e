"""Servers of one behaviour, for what the judge says of servers that are none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Act = Callable[[BaseHTTPRequestHandler], None]
TOKEN = b'{"access_token": "t", "expires_in": 60}'


def answer(
    handler: BaseHTTPRequestHandler,
    status: int,
    body: bytes = b"{}",
    media_type: str = "application/json",
    **headers: str,
) -> None:
    """Answer a request; the names of headers are written with underscores."""
    handler.send_response(status)
    told = {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}
    for name, value in told.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def answering(
    status: int, body: bytes = b"{}", media_type: str = "application/json", **headers: str
) -> Act:
    """Return what answers every request alike."""
    return lambda handler: answer(handler, status, body, media_type, **headers)


def granting(act: Act) -> Act:
    """Grant a token, and act on everything else."""

    def acting(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/oauth2/token":
            answer(handler, 200, TOKEN)
        else:
            act(handler)

    return acting


@contextmanager
def serving(act: Act) -> Iterator[tuple[str, list[str]]]:
    """Serve with one behaviour; yields the base URL and the requests that came."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        body = b""

        def do_GET(self) -> None:
            self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            came.append(f"{self.command} {self.path}")
            act(self)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - http.server asks for these names
        do_OPTIONS = do_TRACE = do_QUERY = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}", came
    finally:
        http.shutdown()
        http.server_close()
