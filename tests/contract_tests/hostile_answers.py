"""Answers that no honest server gives, written byte by byte."""

from __future__ import annotations

import contextlib
import gzip
import time
import zlib
from collections.abc import Iterable
from functools import cache
from http.server import BaseHTTPRequestHandler

from tests.contract_tests.plain_servers import Act

MIB = 2**20


def saying(*pieces: bytes) -> Act:
    """Return what writes these bytes in place of an answer, and closes."""
    return endless(pieces)


def endless(pieces: Iterable[bytes], pause: float = 0.0) -> Act:
    """Return what writes pieces until the client has gone, and closes."""

    def acting(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        with contextlib.suppress(OSError):
            for one in pieces:
                handler.wfile.write(one)
                time.sleep(pause)

    return acting


def head(*headers: bytes, status: bytes = b"200 OK") -> bytes:
    """Return the head of an answer with JSON."""
    lines = (b"HTTP/1.1 " + status, b"Content-Type: application/json", *headers, b"", b"")
    return b"\r\n".join(lines)


def sized(size: int) -> Act:
    """Return what answers with so many bytes."""
    return saying(head(b"Content-Length: %d" % size), *(b"0" * MIB for _ in range(size // MIB)))


def inflated(size: int, times: int = 1) -> Act:
    """Return what answers with a few bytes that decompress to many."""

    @cache
    def packed() -> Act:
        packing = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = b"".join(packing.compress(b"0" * MIB) for _ in range(size // MIB)) + packing.flush()
        for _ in range(times - 1):
            body = gzip.compress(body)
        encoding = b"Content-Encoding: " + b", ".join([b"gzip"] * times)
        return saying(head(encoding, b"Content-Length: %d" % len(body)), body)

    def acting(handler: BaseHTTPRequestHandler) -> None:
        packed()(handler)

    return acting
