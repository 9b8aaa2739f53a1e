"""uvicorn as the sandbox runs it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import sys
from collections.abc import Iterable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class InOnePiece:
    """A transport that sends what is written in one turn of the event loop in one piece.

    Head and body of an answer come apart, and each piece that is sent wakes the client: for a small answer, that took
    longer than to make it.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send the data, together with what else is written before this turn ends."""
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)

    def close(self) -> None:
        """Send what is left, and close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        pieces, self._pieces = self._pieces, []
        if pieces and not self._transport.is_closing():
            self._transport.write(b"".join(pieces))

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)


class _Protocol(HttpToolsProtocol):
    """uvicorn's HTTP, its answers in one piece."""

    def connection_made(self, transport: object) -> None:
        super().connection_made(InOnePiece(transport, self.loop))  # type: ignore[arg-type]


def config(app: Any, **options: Any) -> uvicorn.Config:
    """Return uvicorn's configuration for an application; options go to uvicorn as they are."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=_Protocol,
        ws="none",  # a request to become a websocket is answered as if it had not asked
        # Idle test clients keep their connections; the default of 5 s breaks them in the middle.
        timeout_keep_alive=75,
        **options,
    )


def settle_down() -> None:
    """Spare the garbage collector what lives as long as the server; batches make many short-lived values."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    # A thread that settles gives way ten times as often as by default.
    sys.setswitchinterval(0.0005)


def run(app: object, listeners: Iterable[socket.socket]) -> None:
    """Serve in this process until it is told to stop."""
    settle_down()
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has ended well by then
        uvicorn.Server(config(app)).run(sockets=list(listeners))
