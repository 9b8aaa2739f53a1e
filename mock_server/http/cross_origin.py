"""What browsers want before a page of another origin may ask this server (the Fetch standard, CORS protocol)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from mock_server.http.answers import Answer
from mock_server.http.asgi import Scope, Send
from mock_server.http.headers import headers_of

ANY_ORIGIN = "*"
_SECONDS_REMEMBERED = "600"
_READABLE = {
    "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified",
    "pragma",
}  # fmt: skip
"""Headers that a page may read without being told so."""


class CrossOrigin:
    """The origins whose pages may ask this server."""

    def __init__(self, origins: Collection[str]) -> None:
        """Take the origins (`https://my.example`); `*` is any."""
        self._any = ANY_ORIGIN in origins
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)

    def allowed(self, scope: Scope) -> str | None:
        """Return the origin of a request, None when it comes from no page, or from one that may not ask."""
        origin = headers_of(scope).get("origin")
        if origin is None or not (self._any or origin.lower() in self._origins):
            return None
        return origin

    def opened(self, scope: Scope, send: Send) -> Send:
        """Return what sends an answer so that the page that asked may read all of it, errors too."""
        origin = self.allowed(scope)
        if origin is None:
            return send

        async def send_opened(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _opened(origin, message["headers"])}
            await send(message)

        return send_opened


def is_preflight(scope: Scope) -> bool:
    """Tell whether a browser asks what a page may send."""
    asked = {"origin", "access-control-request-method"}
    return scope["method"] == "OPTIONS" and asked <= headers_of(scope).keys()


def preflight(scope: Scope, methods: Iterable[str]) -> Answer:
    """Return the answer to a preflight request of an origin that is allowed, for a path that knows these methods.

    The method that it asks for is among them whether or not: the page then sees why it is refused.
    """
    headers = headers_of(scope)
    wanted = headers["access-control-request-method"]
    listed = dict.fromkeys([*methods, wanted])
    answered = {
        "Access-Control-Allow-Methods": ", ".join(listed),
        "Access-Control-Max-Age": _SECONDS_REMEMBERED,
    }
    if "access-control-request-headers" in headers:
        answered["Access-Control-Allow-Headers"] = headers["access-control-request-headers"]
    if headers.get("access-control-request-private-network") == "true":
        answered["Access-Control-Allow-Private-Network"] = "true"
    return Answer(204, media_type=None, headers=answered)


def _opened(origin: str, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    kept = list(headers)
    names = dict.fromkeys(name.decode("latin-1").lower() for name, _ in kept)
    exposed = [name for name in names if name not in _READABLE]
    kept += [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]
    if exposed:
        kept.append((b"access-control-expose-headers", ", ".join(exposed).encode("latin-1")))
    return kept
