"""Work on the memory: looks that change nothing, and changes under a caller's lock, many of them in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from mock_server.clock import Micros, real_now
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem
from mock_server.storage.batches import Batches
from mock_server.storage.database import Unavailable
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads


class Transaction(NamedTuple):
    """A transaction: its connection, whose world it is about, and the instant of the clock there."""

    connection: sa.Connection
    partner: str
    now: Micros


class Work(NamedTuple):
    """What is done for one request.

    `look` returns the answer without changing anything, None where something has to be changed first; it is None itself
    for what always changes something. `is_long` tells that looking may take a while. `change` runs under the caller's
    lock. Both raise Problem. `is_short` tells that changing takes no longer than a change of threads.
    """

    look: Callable[[Transaction], Answer | None] | None
    change: Callable[[Transaction], Answer]
    is_long: bool = False
    is_short: bool = False


class _Piece(NamedTuple):
    partner: str
    work: Callable[[Transaction], Answer]
    is_short: bool


_MOST_AT_ONCE = 16
_Done = Answer | Exception


class Transactions:
    """Does the work of requests. What raises has changed nothing."""

    def __init__(self, store: Store, threads: Threads) -> None:
        """Take the store and the threads."""
        self._store = store
        self._threads = threads
        # On SQLite all wait for one file, so all is done together; on PostgreSQL no partner waits for another.
        is_sqlite = store.database.is_sqlite
        self._batches: Batches[_Piece, _Done] = Batches(
            lambda lane, pieces: threads.write(lane, self._do_all, pieces),
            lambda piece: "" if is_sqlite else piece.partner,
            self._do_at_once,
        )

    async def do(self, partner: str, work: Work) -> Answer:
        """Return the answer of a piece of work. Raises what it raises."""
        if work.look is not None:
            if work.is_long:
                answer = await self._threads.run(self._read, partner, work.look)
            elif self._store.database.looks_at_once:
                answer = self._look(partner, work.look)
            else:
                answer = await self._threads.run(self._look, partner, work.look)
            if answer is not None:
                return answer
        done = await self._batches.do(_Piece(partner, work.change, work.is_short))
        if isinstance(done, Exception):
            raise done
        return done

    def _look(self, partner: str, work: Callable[[Transaction], Answer | None]) -> Answer | None:
        with self._store.database.begin_look() as connection:
            now = self._store.partners.clock(connection, partner).now(real_now())
            return work(Transaction(connection, partner, now))

    def _read(self, partner: str, work: Callable[[Transaction], Answer | None]) -> Answer | None:
        """Look for a while, on a connection that nobody waits for."""
        with self._store.database.begin_read() as connection:
            now = self._store.partners.clock(connection, partner).now(real_now())
            return work(Transaction(connection, partner, now))

    def _do_at_once(self, pieces: Sequence[_Piece]) -> list[_Done] | None:
        """Do short pieces in one transaction where nobody else writes, else return None; so where one of them fails."""
        if len(pieces) > _MOST_AT_ONCE or not all(piece.is_short for piece in pieces):
            return None
        try:
            with self._store.database.begin_at_once() as connection:
                return None if connection is None else self._each(connection, pieces)
        except Unavailable:
            raise
        except Exception:
            return None

    def _do_all(self, pieces: Sequence[_Piece]) -> list[_Done]:
        """Do many pieces in one transaction; each in its own where one of them fails."""
        try:
            return self._together(pieces)
        except Unavailable:
            raise
        except Exception:
            if len(pieces) == 1:
                raise
        return [self._alone(piece) for piece in pieces]

    def _together(self, pieces: Sequence[_Piece]) -> list[_Done]:
        with self._store.database.begin_write() as connection:
            return self._each(connection, pieces)

    def _each(self, connection: sa.Connection, pieces: Sequence[_Piece]) -> list[_Done]:
        found: dict[int, _Done] = {}
        # Always in one order, so that nobody waits in a circle.
        order = sorted(range(len(pieces)), key=lambda number: pieces[number].partner)
        for number in order:
            found[number] = self._one(connection, pieces[number])
        return [found[number] for number in range(len(pieces))]

    def _alone(self, piece: _Piece) -> _Done:
        try:
            with self._store.database.begin_write() as connection:
                return self._one(connection, piece)
        except Exception as error:  # this request has failed, and says so
            return error

    def _one(self, connection: sa.Connection, piece: _Piece) -> _Done:
        clock = self._store.partners.lock_or_add(connection, piece.partner)
        try:
            return piece.work(Transaction(connection, piece.partner, clock.now(real_now())))
        except Problem as problem:  # a refusal, before anything was changed
            return problem
