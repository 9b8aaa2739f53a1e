"""The rows of a world that are not named by its partner: submissions with bodies and outcomes, records and tallies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from mock_server.storage.records import records
from mock_server.storage.submission_tables import bodies, outcomes, submissions
from mock_server.storage.submissions import Submissions
from mock_server.storage.tallies import tallies

_GIVEN_ANEW = ("number", "world", "submission")
_SUBMISSION = [column for column in submissions.c if column.name not in _GIVEN_ANEW]
_RECORD = [column for column in records.c if column.name not in _GIVEN_ANEW]
_TALLY = [column for column in tallies.c if column.name not in _GIVEN_ANEW]
_Rows = list[list[Any]]


class WorldRows(msgspec.Struct):
    """The rows, without the numbers of this world and its submissions: those are given anew where the rows are written.

    A record begins with the place of its submission among `submissions`; each of them ends with its body and its outcomes.
    """

    submissions: _Rows
    records: _Rows
    tallies: _Rows


def read(connection: sa.Connection, world: int) -> WorldRows:
    """Return the rows of a world."""
    joined = submissions.join(bodies, bodies.c.submission == submissions.c.number).outerjoin(
        outcomes, outcomes.c.submission == submissions.c.number
    )
    found = connection.execute(
        sa.select(submissions.c.number, *_SUBMISSION, bodies.c.body, outcomes.c.outcomes)
        .select_from(joined)
        .where(submissions.c.world == world)
        .order_by(submissions.c.sequence)
    ).all()
    places = {number: place for place, (number, *_rest) in enumerate(found)}
    saved = connection.execute(
        sa.select(records.c.submission, *_RECORD).where(records.c.world == world)
    ).all()
    counted = connection.execute(sa.select(*_TALLY).where(tallies.c.world == world)).all()
    return WorldRows(
        [_plain(row) for _number, *row in found],
        [[places[number], *_plain(row)] for number, *row in saved if number in places],
        [_plain(row) for row in counted],
    )


def write(connection: sa.Connection, store: Submissions, world: int, rows: WorldRows) -> None:
    """Write the rows into a world that has none."""
    numbers = store.new_numbers(connection, len(rows.submissions))
    taken = list(zip(numbers, rows.submissions, strict=True))
    _insert(
        connection,
        submissions,
        [
            _named(_SUBMISSION, row[:-2]) | {"number": number, "world": world}
            for number, row in taken
        ],
    )
    _insert(connection, bodies, [{"submission": number, "body": row[-2]} for number, row in taken])
    _insert(
        connection,
        outcomes,
        [
            {"submission": number, "outcomes": row[-1]}
            for number, row in taken
            if row[-1] is not None
        ],
    )
    _insert(
        connection,
        records,
        [
            _named(_RECORD, row) | {"submission": numbers[place], "world": world}
            for place, *row in rows.records
        ],
    )
    _insert(connection, tallies, [_named(_TALLY, row) | {"world": world} for row in rows.tallies])


def _plain(row: Sequence[Any]) -> list[Any]:
    return [bytes(value) if isinstance(value, memoryview) else value for value in row]


def _named(columns: Sequence[sa.Column[Any]], row: Sequence[Any]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(columns, row, strict=True)}


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)
