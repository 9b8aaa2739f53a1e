"""One request and its answer, as uvicorn keeps them: an answer that is there as a whole is sent in one piece.

Head and body of an answer come apart, and each piece that is sent wakes the client: for a small answer, that took
longer than to make it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

_WITHOUT_BODY = (204, 304)
_OF_THE_CONNECTION = {b"connection", b"transfer-encoding"}
"""What uvicorn decides for itself where an answer says so."""


class Cycle(RequestResponseCycle):
    """A request and its answer."""

    _start: Mapping[str, Any] | None = None
    """The head of an answer of whose body nothing has come yet."""

    async def send(self, message: Any) -> None:
        """Send a part of an answer, a head together with the first piece of its body."""
        if message["type"] == "http.response.start" and not self.response_started:
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            whole = None if message.get("more_body") else self._whole(start, message["body"])
            if whole is not None and not self.flow.write_paused and not self.disconnected:
                self._send_whole(whole)
                return
            await super().send(start)  # type: ignore[arg-type]
        await super().send(message)

    def _whole(self, start: Mapping[str, Any], body: bytes) -> bytes | None:
        """Return an answer as it is sent; None for one that uvicorn has to look at closely."""
        status, headers = start["status"], [*self.default_headers, *start["headers"]]
        names = [name for name, _ in headers]
        has_length = (b"content-length", b"%d" % len(body)) in headers
        if not has_length and (body or status not in _WITHOUT_BODY):
            return None
        if not _OF_THE_CONNECTION.isdisjoint(names) or _is_unsendable(names, headers):
            return None
        lines = [b"%b: %b\r\n" % header for header in headers]
        last = b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n"
        sent = b"" if self.scope["method"] == "HEAD" else body
        return b"".join([STATUS_LINE[status], *lines, last, sent])

    def _send_whole(self, whole: bytes) -> None:
        self.waiting_for_100_continue = False
        self.response_started = self.response_complete = True
        self.message_event.set()
        self.transport.write(whole)
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


def _is_unsendable(names: Iterable[bytes], headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether there is a header that would not be one."""
    values = b"".join([value for _, value in headers])
    return bool(HEADER_RE.search(b"".join(names)) or HEADER_VALUE_RE.search(values))
