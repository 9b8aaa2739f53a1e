"""Listening sockets, for one process or for several that share a port."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable
from typing import Any

_BACKLOG = 2048
_MANY = (getattr(socket, "SO_REUSEPORT", 0),)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 means a free one. Raises OSError."""
    return _listening(host, port, ())


def reserve(host: str, port: int) -> tuple[socket.socket, list[object]]:
    """Return a socket that keeps a port, and what each of several processes listens on. Raises OSError.

    Whoever accepts on a shared socket takes all that wait there: connections that come at once would end at one
    process. Where the system can, it spreads them over sockets that the processes open themselves.
    """
    first = listen(host, port)
    if sys.platform != "linux":
        return first, [first]
    port = first.getsockname()[1]
    first.close()  # it was there to make sure that nobody else listens
    return _bound(host, port, _MANY), [_OwnSocket(host, port)]


class _OwnSocket:
    """Becomes, in each process that it is sent to, a listening socket of that process's own."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)

    def __reduce__(self) -> Any:
        return _listening, (*self._place, _MANY)


def _listening(host: str, port: int, options: Iterable[int]) -> socket.socket:
    listener = _bound(host, port, options)
    listener.listen(_BACKLOG)
    return listener


def _bound(host: str, port: int, options: Iterable[int]) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once only where the protocol is named; else each waits 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        for option in (socket.SO_REUSEADDR, *options):
            bound.setsockopt(socket.SOL_SOCKET, option, 1)
        bound.bind((host, port))
        bound.set_inheritable(True)
    except OSError:
        bound.close()
        raise
    return bound
