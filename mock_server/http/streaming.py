"""Answers that go on: server-sent events, for as long as the client listens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from mock_server.http.answers import Answer
from mock_server.http.asgi import Receive, Send


async def send_stream(
    answer: Answer, stream: AsyncIterator[bytes], receive: Receive, send: Send
) -> None:
    """Send an answer and what follows it; ends when the stream ends or the client goes away."""
    headers = [(b"content-type", (answer.media_type or "text/plain").encode("latin-1"))]
    headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})

    async def pour() -> None:
        await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        async for piece in stream:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    pouring = asyncio.ensure_future(pour())
    leaving = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({pouring, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (pouring, leaving):
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    if pouring.done() and not pouring.cancelled():
        pouring.result()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
