"""uvicorn as the sandbox runs it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from typing import Any

import uvicorn

from mock_server.http.asgi import Receive, Scope, Send
from mock_server.serving import limits
from mock_server.serving.protocol import HttpProtocol
from mock_server.serving.watch import Watch

_SECONDS_TO_LEAVE = 0.7


class Config(uvicorn.Config):
    """uvicorn's configuration; `watch` is what the process that serves by it keeps an eye on."""

    watch: Watch

    def load(self) -> None:
        """Load the application, in the process that serves it."""
        super().load()
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        self.watch = Watch()
        self.callback_notify = self.watch.tick
        self.timeout_notify = 0  # as often as uvicorn looks: once a second


def config(app: Any, **options: Any) -> Config:
    """Return uvicorn's configuration for an application; options go to uvicorn as they are."""
    return Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        http=HttpProtocol,
        ws="none",
        timeout_keep_alive=limits.SECONDS_IDLE,
        timeout_graceful_shutdown=limits.SECONDS_TO_END,
        **options,
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether a log line says more than that whoever was in the middle of a request was left at the end."""
    left = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not left and "timeout graceful shutdown" not in record.getMessage()


class Ending:
    """An application whose process ends soon after it was told to, whatever its threads still wait for."""

    def __init__(self, app: Any) -> None:
        """Take the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI asks."""
        await self._app(scope, receive if scope["type"] == "http" else _leaving(receive), send)


def _leaving(receive: Receive) -> Receive:
    """Return what hands messages on, and sees to it that the process ends soon after the last of them."""

    async def handed_on() -> Any:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            leave_soon()
        return message

    return handed_on


def leave_soon() -> None:
    """End the process within a moment; what was accepted is committed, and a thread that waits for a lock holds nothing."""
    last = threading.Timer(_SECONDS_TO_LEAVE, os._exit, (0,))
    last.daemon = True
    last.start()


def settle_down() -> None:
    """Spare the garbage collector what lives as long as the server; batches make many short-lived values."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 50, 100)
    # A thread that settles gives way ten times as often as by default.
    sys.setswitchinterval(0.0005)


def run(app: object, listeners: Iterable[socket.socket]) -> None:
    """Serve in this process until it is told to stop."""
    settle_down()
    server = uvicorn.Server(config(Ending(app)))
    # uvicorn raises the signal again when it has ended well; to end well is no failure.
    signal.signal(signal.SIGTERM, server.handle_exit)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=list(listeners))
