"""The types of ASGI, as this room uses them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from mock_server.contracts.unsendable import is_name, is_value
from mock_server.http.answers import Answer

Scope = MutableMapping[str, Any]
Message = Mapping[str, object]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[object], Awaitable[None]]


def peer_of(scope: Scope) -> str:
    """Return the address that a request comes from, "" where the server does not say."""
    client = scope.get("client")
    return str(client[0]) if client else ""


ABORT = "understudy.abort"
"""The extension of a scope that closes its connection at once, without an answer: a function by the name `now`."""


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request without an answer."""
    scope["extensions"][ABORT]["now"]()
    while (await receive())["type"] != "http.disconnect":
        pass


@lru_cache(maxsize=1024)
def _name(text: str) -> bytes | None:
    """Return the name of a header as it is sent, None where HTTP takes no such."""
    return text.lower().encode("latin-1") if is_name(text) else None


async def send_answer(answer: Answer, send: Send) -> None:
    """Send an answer."""
    headers = []
    if answer.status not in (204, 304):
        headers.append((b"content-length", b"%d" % len(answer.body)))
    if answer.media_type is not None and is_value(answer.media_type):
        headers.append((b"content-type", answer.media_type.encode("latin-1")))
    for text, value in answer.headers.items():
        name = _name(text)
        if name is not None and is_value(value):
            headers.append((name, value.encode("latin-1")))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
