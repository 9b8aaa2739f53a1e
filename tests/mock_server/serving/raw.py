"""HTTP byte by byte, for what no well-behaved client sends."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterable
from typing import NamedTuple

import httpx


class Heard(NamedTuple):
    """What a server said on one connection: the status of each answer, all of it, and whether it closed."""

    statuses: list[int]
    text: str
    is_closed: bool


def ask(url: str, *pieces: bytes, half_close: bool = False, patience: float = 20) -> Heard:
    """Send bytes, and hear what is said until the server closes, or until it has answered in full."""
    with connect(url) as client:
        client.settimeout(patience)
        send(client, pieces)
        if half_close:
            client.shutdown(socket.SHUT_WR)
        return hear(client)


def connect(url: str) -> socket.socket:
    """Return a connection to a server."""
    address = httpx.URL(url)
    return socket.create_connection((address.host, address.port or 80), 20)


def send(client: socket.socket, pieces: Iterable[bytes]) -> None:
    """Send what the server lets be sent."""
    with contextlib.suppress(OSError):
        for piece in pieces:
            client.sendall(piece)


def hear(client: socket.socket) -> Heard:
    """Return what is said until the server closes, or says nothing more."""
    said = b""
    closed = False
    with contextlib.suppress(TimeoutError):
        while not closed:
            piece = client.recv(65536)
            closed = not piece
            said += piece
    text = said.decode("latin-1")
    statuses = [int(part[:3]) for part in text.split("HTTP/1.1 ")[1:]]
    return Heard(statuses, text, closed)
