"""Runs the sandbox under uvicorn: one process, several, or one inside somebody else's."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import uvicorn
import watchfiles
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from mock_server.app import Backstage, Sandbox, load_contracts, open_backstage
from mock_server.contracts.contract import ContractError
from mock_server.settings import Settings


class Reloading:
    """An application that follows edits of its contracts; a broken edit keeps the last good ones."""

    def __init__(self, sandbox: Sandbox, report: Callable[[str], None]) -> None:
        """Take the first application, and where to tell what an edit did."""
        self._sandbox = sandbox
        self._report = report
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve by the newest application; requests under way end on the one they began with."""
        if scope["type"] == "lifespan" and self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        await self._sandbox(scope, receive, send)

    async def _watch(self) -> None:
        backstage = self._sandbox.backstage
        files = {Path(item.document.file).resolve() for item in self._sandbox.contracts}
        folders = {file.parent for file in files}
        # Editors replace files, so the folders are watched.
        async for changes in watchfiles.awatch(*folders, debounce=200, step=50):
            if files & {Path(changed).resolve() for _, changed in changes}:
                await self._reload(backstage)

    async def _reload(self, backstage: Backstage) -> None:
        try:
            self._sandbox = await asyncio.to_thread(build, backstage)
        except ContractError as error:
            self._report(f"{error}\nThe last good contracts are still served.")
        else:
            self._report("The contracts were read again.")


def build(backstage: Backstage) -> Sandbox:
    """Read the contracts and bind them. Raises ContractError."""
    return Sandbox(load_contracts(backstage.settings), backstage)


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

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Protocol(HttpToolsProtocol):
    """uvicorn's HTTP, its answers in one piece."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(InOnePiece(transport, self.loop))  # type: ignore[arg-type]


def settle_down() -> None:
    """Spare the garbage collector what lives as long as the server; batches make many short-lived values."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    # A thread that settles gives way ten times as often as by default.
    sys.setswitchinterval(0.0005)


def config(app: Any, **options: Any) -> uvicorn.Config:
    """Return uvicorn's configuration for an application; options go to uvicorn as they are."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=_Protocol,
        # Idle test clients keep their connections; the default of 5 s breaks them in the middle.
        timeout_keep_alive=75,
        **options,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 means a free one. Raises OSError."""
    return _listening(host, port, ())


def reserve(host: str, port: int) -> tuple[socket.socket, list[Any]]:
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


_MANY = (getattr(socket, "SO_REUSEPORT", 0),)


class _OwnSocket:
    """Becomes, in each process that it is sent to, a listening socket of that process's own."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)

    def __reduce__(self) -> Any:
        return _listening, (*self._place, _MANY)


class Workers(Multiprocess):
    """Several processes that serve one port; `ready` is called when all of them do."""

    def __init__(
        self, config: uvicorn.Config, sockets: list[Any], ready: Callable[[], None]
    ) -> None:
        super().__init__(config, sockets)
        self._ready = ready

    def init_processes(self) -> None:
        """Start them, and wait until they answer."""
        super().init_processes()
        if all(one.wait_until_ready(120, self.should_exit) for one in self.processes):
            self._ready()


def _listening(host: str, port: int, options: Iterable[int]) -> socket.socket:
    listener = _bound(host, port, options)
    listener.listen(2048)
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


class Embedded:
    """A sandbox in a thread of this process, on a free port of the loopback interface."""

    def __init__(self, settings: Settings) -> None:
        """Start it and wait until it answers. Raises ContractError or StoreError."""
        self.sandbox = build(open_backstage(settings))
        self._listener = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._server = uvicorn.Server(config(self.sandbox, loop="asyncio"))
        self._thread = threading.Thread(target=self._serve, name="understudy-sandbox", daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.005)

    def _serve(self) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._listener])

    def stop(self) -> None:
        """Stop it and wait until it has ended."""
        self._server.should_exit = True
        self._thread.join(10)


def run(app: Any, listeners: Iterable[socket.socket]) -> None:
    """Serve in this process until it is told to stop."""
    settle_down()
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has ended well by then
        uvicorn.Server(config(app)).run(sockets=list(listeners))
