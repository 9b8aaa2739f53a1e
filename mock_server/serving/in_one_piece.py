"""A transport that sends answers in one piece."""

from __future__ import annotations

import asyncio


class InOnePiece:
    """A transport that sends what is written in one turn of the event loop in one piece.

    Head and body of an answer come apart, and each piece that is sent wakes the client: for a small answer, that took
    longer than to make it.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send the data, together with what else is written before this turn ends."""
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)

    def write_eof(self) -> None:
        """Send what is left, and that no more will come."""
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        """Send what is left, and close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        pieces, self._pieces = self._pieces, []
        if pieces and not self._transport.is_closing():
            self._transport.write(b"".join(pieces))

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)
