"""HTTP as the sandbox speaks it: uvicorn's protocol, with limits that hold before anybody knows who is asking.

A connection that asks for too much, or takes too long, is told so and closed; what it sends until it has heard is thrown
away. No protocol but HTTP is spoken: who asks to change to another is answered as if it had not asked.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from mock_server.http.asgi import ABORT
from mock_server.serving import limits
from mock_server.serving.cycle import Cycle
from mock_server.serving.watch import Watch

_TITLES = {414: "URI Too Long", 431: "Request Header Fields Too Large"}


class HttpProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, config: Any, server_state: Any, app_state: Any, _loop: Any = None) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._watch: Watch = config.watch
        self._since = time.monotonic()
        self._is_in_head = False
        self._is_upgrade = False
        self._is_refused = False
        # Bytes that were taken without anything to show for them: a head, a trailer, or words between chunks.
        self._unseen = 0
        self._unwanted = 0

    # -- the connection --------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        """Greet a client, unless there are too many."""
        super().connection_made(transport)
        self._watch.connections.add(self)
        if len(self._watch.connections) > self._watch.most:
            self._refuse(503, f"More than {self._watch.most} connections are open; try again.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a client."""
        self._watch.connections.discard(self)
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Go on with what was asked for in full, though the client sends no more; then close."""
        cycle = self.pipeline[0][0] if self.pipeline else self.cycle
        if cycle is None or cycle.more_body or cycle.response_complete or self._is_refused:
            return False
        if self._is_streaming:
            return False
        cycle.keep_alive = False
        return True

    def check(self, now: float) -> None:
        """Refuse a head or a body that takes too long, and a connection that never asks for anything."""
        taken = now - self._since
        if self._is_refused:
            return
        if self._is_in_head:
            if taken > limits.SECONDS_FOR_A_HEAD:
                self._refuse(408, "The request did not come to its end.")
        elif self.cycle is None:
            if taken > limits.SECONDS_IDLE:
                self.transport.close()
        elif self.cycle.more_body and taken > limits.SECONDS_FOR_A_BODY:
            if self.cycle.response_complete:
                self.transport.close()
            else:
                self._refuse(408, "The body did not come to its end.")

    def shutdown(self) -> None:
        """End soon: with the answer, or shortly before the server does where the request never comes to its end."""
        super().shutdown()
        if self._is_streaming:
            self.transport.close()
        elif self.cycle is not None and self.cycle.more_body:
            self.loop.call_later(limits.SECONDS_TO_END - 1, self._give_up)

    @property
    def _is_streaming(self) -> bool:
        """Whether an answer goes on until its client leaves: no other is sent without its length."""
        cycle = self.cycle
        return cycle is not None and bool(cycle.chunked_encoding) and not cycle.response_complete

    def _give_up(self) -> None:
        if not self._is_refused and not self.transport.is_closing():
            self._say_no(503, "The server is ending.")
            self.transport.close()

    # -- what comes ------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take what comes."""
        if self._is_refused:
            return
        self._unset_keepalive_if_required()
        self._unseen += len(data)
        self._parse(data)
        if self._unseen > limits.HEAD and not self._is_refused:
            if self._is_in_head and len(self.url) > limits.URL:
                self._refuse(414, f"The URL is longer than {limits.URL} bytes.")
            else:
                self._refuse(431, f"The headers are longer than {limits.HEAD} bytes.")

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._is_upgrade:
                self._parse_without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            if not self._is_refused:
                self._refuse(400, "Invalid HTTP request received.")

    def _parse_without_upgrade(self, rest: bytes) -> None:
        """Read the head once more without the wish for another protocol, and then the body."""
        method, version = self.parser.get_method(), self.parser.get_http_version()
        if method == b"CONNECT":
            self._refuse(405, "CONNECT is not allowed here.")
            return
        lines = [b"%s %s HTTP/%s" % (method, self.url, version.encode())]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        self._is_upgrade = False
        self.parser = httptools.HttpRequestParser(self)
        self._parse(b"\r\n".join([*lines, b"", rest]))

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._is_in_head = True
        self._since = time.monotonic()

    def on_headers_complete(self) -> None:
        """Begin to answer, unless the head is too large."""
        if self.parser.should_upgrade():
            self._is_upgrade = True
            return
        self._is_in_head = False
        if len(self.url) > limits.URL:
            self._refuse(414, f"The URL is longer than {limits.URL} bytes.")
        elif len(self.headers) > limits.HEADERS:
            self._refuse(431, f"There are more than {limits.HEADERS} headers.")
        elif self._unseen > limits.HEAD and self._head_size() > limits.HEAD:
            self._refuse(431, f"The headers are longer than {limits.HEAD} bytes.")
        else:
            self._unseen = self._unwanted = 0
            self.scope["extensions"] = {ABORT: {"now": self.transport.abort}}
            super().on_headers_complete()
            self.headers = []  # what stands in a trailer is of no use to anybody here

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        cycle.__class__ = Cycle  # which class it is of, uvicorn lets nobody say
        super()._start_asgi_task(cycle, app)

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        if self._is_refused:
            return
        self._unseen = 0
        if self.cycle.response_complete:
            self._unwanted += len(body)
            if self._unwanted > limits.UNWANTED_BODY:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        if self._is_refused or self._is_upgrade:
            return
        self._unseen = 0
        self.cycle.more_body = False
        super().on_message_complete()

    # -- refusals --------------------------------------------------------------------------------

    def _refuse(self, status: int, detail: str) -> None:
        peer = self.client[0] if self.client else "a client"
        self._watch.refused.tell(f"A request of {peer} was refused with {status}: {detail}")
        self._say_no(status, detail)

    def _say_no(self, status: int, detail: str) -> None:
        """Answer and close; the client may still be sending, and hears nothing before it has stopped."""
        self._is_refused = True
        cycle = self.cycle
        is_under_way = cycle is not None and not cycle.response_complete
        if is_under_way:
            cycle.disconnected = True
            cycle.message_event.set()
        if is_under_way and cycle.response_started:
            self.transport.close()
            return
        self.transport.write(self._written_refusal(status, detail))
        self.transport.write_eof()
        self.loop.call_later(limits.SECONDS_TO_HEAR_A_REFUSAL, self.transport.abort)

    def _written_refusal(self, status: int, detail: str) -> bytes:
        title = _TITLES.get(status) or HTTPStatus(status).phrase
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = msgspec.json.encode(problem)
        headers = [
            *self.server_state.default_headers,
            (b"content-type", b"application/problem+json"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        if status == 503:
            headers.append((b"retry-after", b"1"))
        lines = [b"%s: %s\r\n" % header for header in headers]
        return b"".join([STATUS_LINE[status], *lines, b"\r\n", body])
