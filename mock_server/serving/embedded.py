"""A sandbox in a thread of this process."""

from __future__ import annotations

import contextlib
import threading

import uvicorn

from mock_server.runtime import Runtime
from mock_server.serving.reloading import build
from mock_server.serving.server import config
from mock_server.serving.sockets import listen
from mock_server.serving.watch import Watch
from mock_server.settings import Settings


class Embedded:
    """A sandbox in a thread, on a free port of the loopback interface."""

    def __init__(self, settings: Settings) -> None:
        """Start it and wait until it answers. Raises DocumentError or StorageError."""
        self.sandbox = build(Runtime(settings))
        self._listener = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._config = config(self.sandbox, loop="asyncio")
        self._server = uvicorn.Server(self._config)
        self._thread = threading.Thread(target=self._serve, name="understudy-sandbox", daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.005)

    @property
    def watch(self) -> Watch:
        """What it keeps an eye on."""
        return self._config.watch

    def _serve(self) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._listener])

    def stop(self) -> None:
        """Stop it and wait until it has ended."""
        self._server.should_exit = True
        self._thread.join(10)
