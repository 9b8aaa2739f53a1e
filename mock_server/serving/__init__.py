"""Runs the sandbox under uvicorn: one process, several, or a thread of somebody else's."""

from mock_server.serving.embedded import Embedded
from mock_server.serving.reloading import Reloading, build
from mock_server.serving.server import run, settle_down
from mock_server.serving.sockets import listen, reserve
from mock_server.serving.workers import serve_by_many

__all__ = [
    "Embedded",
    "Reloading",
    "build",
    "listen",
    "reserve",
    "run",
    "serve_by_many",
    "settle_down",
]
