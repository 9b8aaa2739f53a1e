"""Delivers the messages that wait, in the background: signed, in order, and again where they were not taken.

What is not answered with 2xx is tried again after each of `RETRIES`, on the partner's clock, then given up. Where a
contract wants somebody to be told, resources that are due by time are moved here, too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import httpx
from standardwebhooks import Webhook

from mock_server.clock import MICROSECONDS, real_now
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads
from mock_server.storage.webhooks import DELIVERED, GIVEN_UP, WAITING, Attempt, Delivery

log = logging.getLogger("mock_server")

RETRIES: Final = tuple(
    seconds * MICROSECONDS
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""How long, on the partner's clock, until a message is tried again: as Standard Webhooks recommends."""

_LANE = "webhooks"
_PAUSE = 0.25  # seconds between looks
_AT_ONCE = 20
_TIMEOUT = 10.0
_LEASE = 30 * MICROSECONDS  # a process that was killed gives its messages back after so long


class Dispatcher:
    """Delivers messages. One of several processes on a database takes each."""

    def __init__(self, store: Store, threads: Threads) -> None:
        """Take the store and the threads."""
        self._store = store
        self._threads = threads
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._settle: Callable[[], Awaitable[None]] | None = None

    def follow(self, settle: Callable[[], Awaitable[None]] | None) -> None:
        """Take what moves resources that are due by time alone, None where no contract wants anybody to be told."""
        self._settle = settle

    def start(self) -> None:
        """Begin, in the loop that runs."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def wake(self) -> None:
        """Look at once whether something waits."""
        self._woken.set()

    async def _run(self) -> None:
        async with httpx.AsyncClient(
            timeout=_TIMEOUT, follow_redirects=False, trust_env=False
        ) as client:
            while True:
                try:
                    sent = await self._look_around(client)
                except Exception:  # the database may be away for a while
                    log.warning("webhooks could not be looked for", exc_info=True)
                    sent = False
                if not sent:
                    await self._pause()

    async def _look_around(self, client: httpx.AsyncClient) -> bool:
        """Move what is due, and try what waits. Returns whether there was anything."""
        settle = self._settle
        if settle is None:
            return False
        await settle()
        return await self._round(client)

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), _PAUSE)
        except TimeoutError:
            return
        self._woken.clear()

    async def _round(self, client: httpx.AsyncClient) -> bool:
        """Try what is due. Returns whether there was anything."""
        due = await self._threads.run(self._store.webhooks.due, real_now(), _AT_ONCE)
        done = await asyncio.gather(*(self._deliver(client, one) for one in due))
        return any(done)

    async def _deliver(self, client: httpx.AsyncClient, delivery: Delivery) -> bool:
        real = real_now()
        claim = self._store.webhooks.claim
        if not await self._threads.write(_LANE, claim, delivery.id, real, real + _LEASE):
            return False
        code, error = await _send(client, delivery)
        await self._threads.write(_LANE, self._note, delivery, code, error)
        return True

    def _note(self, delivery: Delivery, code: int | None, error: str | None) -> None:
        with self._store.database.begin_read() as connection:
            clock = self._store.partners.clock(connection, delivery.partner)
        now = clock.now(real_now())
        status, next_at = DELIVERED, now
        if code is None or not 200 <= code < 300:
            left = RETRIES[delivery.tries :]
            status, next_at = (WAITING, now + left[0]) if left else (GIVEN_UP, now)
        self._store.webhooks.note(delivery.id, Attempt(now, code, error), status, next_at)


async def _send(client: httpx.AsyncClient, delivery: Delivery) -> tuple[int | None, str | None]:
    """Send a message once. Returns the status that came, or what went wrong."""
    # By real time: a receiver refuses what seems to be old, and knows nothing of the partner's clock.
    moment = datetime.now(UTC)
    body = bytes(delivery.body)
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(delivery.secret).sign(delivery.id, moment, body.decode()),
    }
    try:
        answer = await client.request(delivery.method, delivery.url, content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, str(error) or type(error).__name__
    return answer.status_code, None
