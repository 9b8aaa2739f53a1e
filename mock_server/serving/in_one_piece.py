"""A transport that sends answers in one piece."""

from __future__ import annotations

import asyncio


class InOnePiece:
    """A transport that keeps the head of an answer until there is something of its body, or nothing more will come.

    Head and body of an answer come apart, and each piece that is sent wakes the client: for a small answer, that took
    longer than to make it.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def write(self, data: bytes) -> None:
        """Send the data together with a head that was kept, or keep it when it is one."""
        if not self._head and _is_head(data):
            self._head = data
        else:
            self.flush(data)

    def flush(self, data: bytes = b"") -> None:
        """Send a head that was kept, and what follows it."""
        whole, self._head = self._head + data, b""
        if whole and not self._transport.is_closing():
            self._transport.write(whole)

    def write_eof(self) -> None:
        """Send what is left, and that no more will come."""
        self.flush()
        self._transport.write_eof()

    def close(self) -> None:
        """Send what is left, and close."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)


def _is_head(data: bytes) -> bool:
    """Tell whether it is the head of a final answer: a client waits for what is told before (100 Continue)."""
    return data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 1")
