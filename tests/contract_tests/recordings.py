"""Recordings: a proxy that records what passes as entries of a HAR, and entries written by hand."""

from __future__ import annotations

import base64
import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Entry = dict[str, Any]
_HOPS = {"host", "transfer-encoding", "content-length", "connection"}
JSON = {"Content-Type": "application/json"}


def entry(
    request: tuple[str, str, object],
    answer: tuple[int, object],
    headers: Mapping[str, str] | None = None,
    began: datetime | None = None,
    seconds: float = 0.0,
) -> Entry:
    """Return an exchange as a HAR has it; bodies are JSON values, or bytes as they are."""
    (method, url, sent), (status, came) = request, answer
    told: Entry = {"method": method, "url": url, "headers": _headers({**JSON, **(headers or {})})}
    if sent is not None:
        told["postData"] = {"mimeType": "application/json", **_text(sent)}
    kind = "application/json" if status < 400 else "application/problem+json"
    content = {"mimeType": kind, "size": 1, **_text(came)} if came is not None else {"size": 0}
    response = {"status": status, "headers": _headers({"Content-Type": kind}), "content": content}
    moment = (began or datetime.now(UTC)).isoformat()
    return {
        "startedDateTime": moment,
        "time": seconds * 1000,
        "request": told,
        "response": response,
    }


def _headers(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _text(body: object) -> dict[str, str]:
    if isinstance(body, bytes):
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    return {"text": json.dumps(body)}


def har(folder: Path, entries: list[Entry], name: str = "recorded.har") -> str:
    """Write a HAR; returns its name."""
    file = folder / name
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
    return str(file)


@contextmanager
def recording(server: str) -> Iterator[tuple[str, list[Entry]]]:
    """Pass requests on to a server; yields the proxy's own URL, and what has passed."""
    entries: list[Entry] = []
    where = urlsplit(server)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = {name: one for name, one in self.headers.items() if name.lower() not in _HOPS}
            began, started = datetime.now(UTC), time.monotonic()
            there = http.client.HTTPConnection(str(where.hostname), where.port or 80)
            there.request(self.command, self.path, body or None, sent)
            answer = there.getresponse()
            came = answer.read()
            told = entry(
                (self.command, server + self.path, body or None), (answer.status, came), sent, began,
                time.monotonic() - started,
            )  # fmt: skip
            told["response"]["headers"] = _headers(dict(answer.getheaders()))
            entries.append(told)
            self.send_response(answer.status)
            for name, one in answer.getheaders():
                if name.lower() not in _HOPS:
                    self.send_header(name, one)
            self.send_header("Content-Length", str(len(came)))
            self.end_headers()
            self.wfile.write(came)

        do_POST = do_GET  # noqa: N815 - http.server asks for this name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{proxy.server_address[1]}", entries
    finally:
        proxy.shutdown()
        proxy.server_close()
