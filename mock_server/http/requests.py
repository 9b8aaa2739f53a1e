"""A request as a handler sees it: found, authenticated, read and checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, Protocol

from mock_server.contracts.callers import Caller
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem


class Request(NamedTuple):
    """What a handler may know.

    `body` is the parsed body, `raw` its bytes, `media_type` as the contract spells it; `peer` is where it comes from.
    """

    contract: Contract
    operation: Operation
    caller: Caller | None
    parameters: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any = None
    raw: bytes = b""
    media_type: str = ""
    peer: str = ""

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
