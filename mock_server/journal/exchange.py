"""A request while it is answered: what the journal will say of it."""

from __future__ import annotations

import time
from typing import Any

from mock_server.contracts.callers import Caller
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.http.asgi import Receive, Scope
from mock_server.http.headers import headers_of
from mock_server.http.problems import Problem
from mock_server.http.proxies import ORIGIN

EXCHANGE = "understudy.exchange"
"""Where the exchange stands in the scope of its request."""
MOST_BODY = 64 * 1024
"""How many bytes of a body are kept."""


class Exchange:
    """One request. Whoever learns something of it on its way writes it here; `began` is of the monotonic clock."""

    __slots__ = (
        "began",
        "body",
        "body_size",
        "caller",
        "contract",
        "operation",
        "problem",
        "received_at",
        "scenario",
        "scope",
    )

    def __init__(self, scope: Scope) -> None:
        """Take the request as ASGI has it."""
        self.scope = scope
        self.received_at = time.time()
        self.began = time.perf_counter()
        self.body = b""
        self.body_size = 0
        self.caller: Caller | None = None
        self.contract: Contract | None = None
        self.operation: Operation | None = None
        self.problem: Problem | None = None
        self.scenario: str | None = None

    @property
    def root_path(self) -> str:
        """The path below which the client sees this server, "" for the root."""
        return str(self.scope.get("root_path", ""))

    @property
    def base(self) -> str:
        """The URI below which the client sees this server where a proxy said it, else the path."""
        return f"{self.scope.get(ORIGIN, '')}{self.root_path}"

    @property
    def whole_base(self) -> str:
        """The URI below which the client sees this server, by its `Host` where no proxy said it."""
        if ORIGIN in self.scope:
            return self.base
        host = headers_of(self.scope).get("host", "")
        return f"{self.scope['scheme']}://{host}{self.root_path}" if host else self.root_path

    def reading(self, receive: Receive) -> Receive:
        """Return `receive`, with a look at the body that passes."""

        async def look() -> Any:
            message = await receive()
            piece = message.get("body", b"")
            if piece:
                if self.body_size < MOST_BODY:
                    self.body += piece[: MOST_BODY - self.body_size]
                self.body_size += len(piece)
            return message

        return look
