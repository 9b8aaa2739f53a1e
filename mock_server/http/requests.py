"""A request as a handler sees it: found, authenticated, read and checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from mock_server.contracts.contract import Contract, Operation
from mock_server.contracts.validation import Profile
from mock_server.http.problems import Answer


class Request(NamedTuple):
    """What a handler may know. `body` is the parsed body, `raw` its bytes, `kind` its media type."""

    contract: Contract
    operation: Operation
    profile: Profile | None
    parameters: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any = None
    raw: bytes = b""
    kind: str = ""


Handler = Callable[[Request], Awaitable[Answer]]
# Whose token it is that stands in a body or a query, where no security scheme can say so.
Holder = Callable[[object], Awaitable[Profile]]
