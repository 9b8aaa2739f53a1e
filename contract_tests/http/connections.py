"""Connections that give a whole answer a limited time: it may come byte by byte."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3

from contract_tests.http.failures import TooLarge

BYTES_A_SECOND = 100_000  # what a long body is given in addition
MOST_VALUES = 2_000_000
"""JSON values of a long answer: each takes a multiple of its text when it is read."""
_CHUNK = 64
_PIECE = 2**16
_LONG = 2**20  # bytes of an answer whose values are counted


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


@dataclass(frozen=True)
class Allowed:
    """In how many seconds an answer must come, and how many bytes it may have once it is decoded."""

    seconds: float
    most: int


@dataclass(frozen=True)
class Answer:
    """An answer as it came, and its body."""

    response: urllib3.BaseHTTPResponse
    body: bytes


class Connections:
    """A pool of connections for each origin."""

    def __init__(self) -> None:
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}

    def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        allowed: Allowed,
    ) -> Answer:
        """Send once, follow nothing and repeat nothing. Raises urllib3's HTTPError, TooLarge among them."""
        chunked = headers.get("Transfer-Encoding") == "chunked" and body is not None
        parts: Any = body
        if chunked and body:
            parts = [body[n : n + _CHUNK] for n in range(0, len(body), _CHUNK)]
        origin, target = split(url)
        if origin not in self._pools:
            self._pools[origin] = _pool(origin)
        seconds = allowed.seconds + len(body or b"") / BYTES_A_SECOND
        response = self._pools[origin].urlopen(
            method,
            target,
            body=parts,
            headers=headers,
            redirect=False,
            assert_same_host=False,
            retries=False,
            timeout=urllib3.Timeout(connect=5, read=seconds),
            chunked=chunked,
            preload_content=False,
        )
        try:
            return Answer(response, _read(response, allowed.most))
        except BaseException:
            response.close()
            raise


def _read(response: urllib3.BaseHTTPResponse, most: int) -> bytes:
    """Return a body, decoded. Raises TooLarge for more bytes than are allowed, or far too many values."""
    pieces, length = [], 0
    while piece := response.read(_PIECE, decode_content=True):
        length += len(piece)
        if length > most:
            raise TooLarge
        pieces.append(piece)
    body = b"".join(pieces)
    if length > _LONG and sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise TooLarge
    return body


def split(url: str) -> tuple[str, str]:
    """Return the origin of a URL, and what follows it."""
    origin = url[: url.index("/", url.index("://") + 3)] if url.count("/") > 2 else url
    return origin, url[len(origin) :] or "/"


def _pool(origin: str) -> urllib3.HTTPConnectionPool:
    parts = urlsplit(origin)
    kind = _SecurePool if parts.scheme == "https" else _PlainPool
    return kind(str(parts.hostname), parts.port, maxsize=64, retries=False)
