"""What goes back to a client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec


class Answer(NamedTuple):
    """An answer. `body` is the bytes as they are sent; `media_type` is None when there is no body.

    A `stream` has what follows the body, piece by piece, as it comes.
    """

    status: int
    body: bytes = b""
    media_type: str | None = "application/json"
    headers: Mapping[str, str] = MappingProxyType({})
    stream: AsyncIterator[bytes] | None = None

    def below(self, base: str) -> Answer:
        """Return the answer as it is for a client that sees this server below a path or URI: `Location` begins so."""
        if not base or not self.headers:
            return self
        named = {name.lower(): name for name in self.headers}
        target = self.headers[named["location"]] if "location" in named else ""
        if not target.startswith("/") or target.startswith("//"):
            return self
        return self._replace(headers={**self.headers, named["location"]: base + target})


NO_ANSWER = Answer(0, media_type=None)
"""What the journal has where a connection was closed without an answer."""


def json_answer(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return an answer whose body is this value as JSON."""
    return Answer(status, msgspec.json.encode(value), "application/json", headers or {})
