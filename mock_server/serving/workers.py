"""Several processes that serve one port and share one database."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from multiprocessing import connection
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from mock_server.runtime import Runtime
from mock_server.serving.reloading import build
from mock_server.serving.server import Ending, config, settle_down
from mock_server.settings import Settings

_SETTINGS = "UNDERSTUDY_WORKER_SETTINGS"
_APPLICATION = f"{__name__}:application"
_SECONDS_TO_START = 120


def serve_by_many(
    settings: Settings, count: int, sockets: Sequence[object], ready: Callable[[], None]
) -> None:
    """Serve by so many processes until they are told to stop; `ready` is called when all of them answer."""
    os.environ[_SETTINGS] = json.dumps(asdict(settings), default=str)
    options = config(_APPLICATION, factory=True, workers=count, timeout_worker_healthcheck=60)
    _Workers(options, list(sockets), ready).run()


def application() -> Ending:
    """Return the application of one of several processes; its settings come from the parent, and it ends with it."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    raw = json.loads(os.environ[_SETTINGS])
    lists = {name: tuple(value) for name, value in raw.items() if isinstance(value, list)}
    sandbox = build(Runtime(Settings(**{**raw, **lists})))
    settle_down()
    return Ending(sandbox)


def _end_with_parent() -> None:
    """End when the parent has ended, even where nothing could tell so: by kill -9."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


class _Workers(Multiprocess):
    def __init__(
        self, options: uvicorn.Config, sockets: list[Any], ready: Callable[[], None]
    ) -> None:
        super().__init__(options, sockets)
        self._ready = ready

    def init_processes(self) -> None:
        """Start them, and wait until they answer."""
        super().init_processes()
        if all(
            process.wait_until_ready(_SECONDS_TO_START, self.should_exit)
            for process in self.processes
        ):
            self._ready()
