"""The last requests of each partner, in memory, and whoever follows them.

An entry is made of what is at hand when a request was answered; it is put into words only when somebody reads it.
Each process of several workers keeps its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem
from mock_server.journal.exchange import MOST_BODY, Exchange

ENTRIES_OF_A_PARTNER = 200
_PARTNERS = 200
_WAITING = 100


class Entry(NamedTuple):
    """A request that was answered. `received_at` is in seconds since 1970, `seconds` how long the answer took."""

    id: int
    received_at: float
    seconds: float
    scheme: str
    method: str
    path: str
    query: str
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    body_size: int
    contract: Contract | None
    operation: Operation | None
    problem: Problem | None
    scenario: str | None
    answer: Answer
    answer_size: int


class Handled(NamedTuple):
    """What the tallies count by. Names are empty where no operation was found."""

    contract: str
    operation: str
    status: int


class Journal:
    """Keeps entries, counts requests, and tells followers. For one event loop."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._ids = itertools.count(1)
        self._entries: OrderedDict[str, deque[Entry]] = OrderedDict()
        self._followers: dict[str, list[asyncio.Queue[Entry]]] = {}
        self.handled: Counter[Handled] = Counter()
        self.seconds: defaultdict[Handled, float] = defaultdict(float)

    def add(self, exchange: Exchange, answer: Answer) -> Handled:
        """Write down a request that was answered; return what it was counted by."""
        seconds = time.perf_counter() - exchange.began
        contract, operation = exchange.contract, exchange.operation
        handled = Handled(
            contract.name if contract else "", operation.id if operation else "", answer.status
        )
        self.handled[handled] += 1
        self.seconds[handled] += seconds
        # What nobody showed credentials for is shown to nobody; a look at the sandbox itself is no news.
        is_ours = contract is not None and contract.is_control
        if exchange.caller is not None and exchange.caller.client_id and not is_ours:
            self._keep(
                exchange.caller.client_id, _entry(next(self._ids), seconds, exchange, answer)
            )
        return handled

    def _keep(self, partner: str, entry: Entry) -> None:
        entries = self._entries.get(partner)
        if entries is None:
            entries = self._entries[partner] = deque(maxlen=ENTRIES_OF_A_PARTNER)
            if len(self._entries) > _PARTNERS:
                self._entries.popitem(last=False)
        else:
            self._entries.move_to_end(partner)
        entries.append(entry)
        for follower in self._followers.get(partner, ()):
            with contextlib.suppress(asyncio.QueueFull):  # who does not read loses some, not all
                follower.put_nowait(entry)

    def of_partner(self, partner: str) -> Sequence[Entry]:
        """Return the partner's entries, the oldest first."""
        return tuple(self._entries.get(partner, ()))

    def forget(self, partner: str) -> None:
        """Drop the partner's entries."""
        self._entries.pop(partner, None)

    async def follow(self, partner: str, seconds: float) -> AsyncIterator[Entry]:
        """Yield the partner's entries as they come, for so many seconds."""
        end = time.monotonic() + seconds
        with self._follower(partner) as queue:
            while (left := end - time.monotonic()) > 0:
                try:
                    yield await asyncio.wait_for(queue.get(), left)
                except TimeoutError:
                    return

    @contextmanager
    def _follower(self, partner: str) -> Iterator[asyncio.Queue[Entry]]:
        queue: asyncio.Queue[Entry] = asyncio.Queue(_WAITING)
        followers = self._followers.setdefault(partner, [])
        followers.append(queue)
        try:
            yield queue
        finally:
            followers.remove(queue)
            if not followers:
                del self._followers[partner]


def _entry(number: int, seconds: float, exchange: Exchange, answer: Answer) -> Entry:
    scope = exchange.scope
    size = len(answer.body)
    if size > MOST_BODY:
        answer = Answer(answer.status, answer.body[:MOST_BODY], answer.media_type, answer.headers)
    return Entry(
        number,
        exchange.received_at,
        seconds,
        scope.get("scheme", "http"),
        scope["method"],
        (scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        scope["headers"],
        exchange.body,
        exchange.body_size,
        exchange.contract,
        exchange.operation,
        exchange.problem,
        exchange.scenario,
        answer,
        size,
    )
