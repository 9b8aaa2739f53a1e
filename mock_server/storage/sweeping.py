"""Forgetting bit by bit what nobody can ask for any more, in transactions so short that nobody notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from mock_server.clock import Micros, real_now
from mock_server.storage.database import Database
from mock_server.storage.partners import left_worlds, partners
from mock_server.storage.records import records
from mock_server.storage.submission_tables import bodies, outcomes, submissions
from mock_server.storage.tallies import RECORDS, tallies

_SLICE = 200
_PATIENCE = 0.05


class Keep(NamedTuple):
    """How long submissions are kept once they are settled: the last ones of each partner, those of the last time, or all."""

    submissions: int | None = None
    microseconds: Micros | None = None


class Sweeper:
    """Forgets worlds that were left, and submissions that are kept no longer, with their records."""

    def __init__(self, database: Database, keep: Keep) -> None:
        """Take the database, and what is kept."""
        self._database = database
        self._keep = keep

    def sweep(self, is_over: Callable[[], bool]) -> None:
        """Forget slice after slice until nothing is left to forget, or it is over. Raises Unavailable."""
        while not is_over() and self._forget_slice():
            pass

    def _forget_slice(self) -> bool:
        """Forget a little, and tell whether there was something."""
        with self._database.begin_read() as connection:
            world = connection.scalar(sa.select(left_worlds.c.world).limit(1))
            old = self._old(connection) if world is None else []
        if world is not None:
            self._forget_of_world(world)
        elif old:
            with self._database.begin_write(_PATIENCE) as connection:
                self._forget(connection, old)
                self._forget_records(connection, old)
        return world is not None or bool(old)

    def _forget_of_world(self, world: int) -> None:
        """Forget some of a world that was left, and in the end that there was one."""
        columns = (records.c.collection, records.c.key, records.c.identity)
        with self._database.begin_write(_PATIENCE) as connection:
            of_world = submissions.c.world == world
            numbers = connection.scalars(
                sa.select(submissions.c.number).where(of_world).limit(_SLICE)
            ).all()
            if numbers:
                self._forget(connection, numbers)
                return
            keys = sa.select(*columns).where(records.c.world == world).limit(10 * _SLICE)
            those = sa.and_(records.c.world == world, sa.tuple_(*columns).in_(keys))
            if connection.execute(sa.delete(records).where(those)).rowcount == 0:
                connection.execute(sa.delete(tallies).where(tallies.c.world == world))
                connection.execute(sa.delete(left_worlds).where(left_worlds.c.world == world))

    def _old(self, connection: sa.Connection) -> list[int]:
        """Return the numbers of some settled submissions that are kept no longer."""
        query = sa.select(submissions.c.number).where(submissions.c.settled_at.is_not(None))
        if self._keep.submissions is not None:
            query = query.join(partners, partners.c.world == submissions.c.world).where(
                submissions.c.sequence <= partners.c.accepted - self._keep.submissions
            )
        elif self._keep.microseconds is not None:
            oldest = sa.select(submissions).order_by(submissions.c.number).limit(_SLICE).subquery()
            query = sa.select(oldest.c.number).where(
                oldest.c.settled_at.is_not(None),
                oldest.c.received_at < real_now() - self._keep.microseconds,
            )
        else:
            return []
        return list(connection.scalars(query.limit(_SLICE)))

    def _forget(self, connection: sa.Connection, numbers: Sequence[int]) -> None:
        for column in (submissions.c.number, bodies.c.submission, outcomes.c.submission):
            connection.execute(sa.delete(column.table).where(column.in_(numbers)))

    def _forget_records(self, connection: sa.Connection, numbers: Sequence[int]) -> None:
        those = records.c.submission.in_(numbers)
        counted = (
            sa.select(records.c.world, records.c.collection, sa.func.count())
            .where(those)
            .group_by(records.c.world, records.c.collection)
        )
        for world, collection, count in connection.execute(counted).all():
            connection.execute(
                sa.update(tallies)
                .where(
                    tallies.c.world == world,
                    tallies.c.kind == RECORDS,
                    tallies.c.name == collection,
                )
                .values(count=tallies.c.count - count)
            )
        connection.execute(sa.delete(records).where(those))
