"""A request as a handler sees it: found, authenticated, read and checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, Protocol

from mock_server.contracts.bodies import BodyType
from mock_server.contracts.callers import Caller
from mock_server.contracts.contract import Contract
from mock_server.contracts.media_types import media_range
from mock_server.contracts.operations import Operation
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem


class Request(NamedTuple):
    """What a handler may know.

    `body` is the parsed body, `raw` its bytes, `body_type` what the contract says of its media type, None when there
    is no body; `peer` is where it comes from, `scheme` and `root_path` by which scheme and below which path its client
    sees this server. Where a scenario says so, a submission is due `settle_after` seconds, and its items end in the
    state `settle_as`.
    """

    contract: Contract
    operation: Operation
    caller: Caller | None
    parameters: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any = None
    raw: bytes = b""
    body_type: BodyType | None = None
    peer: str = ""
    root_path: str = ""
    scheme: str = "http"
    settle_after: float | None = None
    settle_as: str | None = None

    @property
    def whole_base(self) -> str:
        """The URI below which its client sees this server."""
        host = self.headers.get("host", "")
        return f"{self.scheme}://{host}{self.root_path}" if host else self.root_path

    @property
    def media_type(self) -> str:
        """The media type of the body in lower case and without parameters, "" where there is no body."""
        kind = media_range(self.headers.get("content-type", "")).kind
        return kind if self.body_type is not None else ""

    @property
    def known_caller(self) -> Caller:
        """The caller. Raises Problem 401 when nobody said who is asking."""
        if self.caller is None:
            raise Problem(problems.NO_CALLER)
        return self.caller


Handler = Callable[[Request], Awaitable[Answer]]
# Whose token it is that stands in a body or a query, where no security scheme can say so. Raises Problem 401.
CallerOfToken = Callable[[object], Awaitable[Caller]]


class Answering(NamedTuple):
    """What answers an operation.

    `caller_of_token` knows the tokens that stand in its body or query, if anybody does; `check` refuses a body where
    something else than its schema decides (raises Problem).
    """

    handler: Handler
    caller_of_token: CallerOfToken | None = None
    check: Callable[[Request], None] | None = None


class Behaviour(Protocol):
    """Answers the operations that it knows how to."""

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers the operation, None when this behaviour does not."""
