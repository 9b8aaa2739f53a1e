"""Connections that give a whole answer a limited time: it may come byte by byte."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import urllib3

BYTES_A_SECOND = 100_000  # what a long body is given in addition
_CHUNK = 64


class _InTime(io.RawIOBase):
    """What a server sends, until the time for all of it has passed."""

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


class Connections:
    """A pool of connections for each origin."""

    def __init__(self) -> None:
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, patience: float
    ) -> urllib3.BaseHTTPResponse:
        """Send once, follow nothing and repeat nothing. Raises urllib3's HTTPError."""
        chunked = headers.get("Transfer-Encoding") == "chunked" and body is not None
        parts: Any = body
        if chunked and body:
            parts = [body[n : n + _CHUNK] for n in range(0, len(body), _CHUNK)]
        origin, target = split(url)
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
            timeout=urllib3.Timeout(connect=5, read=patience + len(body or b"") / BYTES_A_SECOND),
            chunked=chunked,
        )


def split(url: str) -> tuple[str, str]:
    """Return the origin of a URL, and what follows it."""
    origin = url[: url.index("/", url.index("://") + 3)] if url.count("/") > 2 else url
    return origin, url[len(origin) :] or "/"


def _pool(origin: str) -> urllib3.HTTPConnectionPool:
    parts = urlsplit(origin)
    kind = _SecurePool if parts.scheme == "https" else _PlainPool
    return kind(str(parts.hostname), parts.port, maxsize=4, retries=False)
