"""Databases of older releases, brought to the tables of this one, with everything that is in them.

A table that is new needs nothing here: whatever is not there is created after this. To add a step for a table that changes:
write a function that changes it and copies what is in it, say in its docstring which releases had it otherwise, and call
it in `migrate` where the database shows that it is one of those: by a column that is there or lacks, for no number of
a version is kept. Steps stand in the order of the releases, and all are in the one transaction of the start.
`tests/mock_server/storage/test_older_databases.py` makes a database of each older form and looks what became of it.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from mock_server.clock import real_now
from mock_server.storage.partners import new_world
from mock_server.storage.records import digest, records
from mock_server.storage.statements import metadata
from mock_server.storage.submission_tables import NUMBERS, bodies, outcomes, submissions
from mock_server.storage.tallies import ITEMS, RECORDS, SUBMISSIONS, tallies

log = logging.getLogger("mock_server")

_SLICE = 500


def migrate(connection: sa.Connection) -> None:
    """Change what an older release created. Does nothing on a database that is new or up to date."""
    inspector = sa.inspect(connection)
    if not inspector.has_table("partners"):
        return
    known = {column["name"] for column in inspector.get_columns("partners")}
    if "currency" in known:
        _gather_attributes(connection)
    if "world" not in known:
        log.warning("The database is of an older release; it is brought to the form of this one.")
        _give_worlds(connection)


def _gather_attributes(connection: sa.Connection) -> None:
    """0.1 knew one attribute of a partner, its currency, in a column of its own."""
    _run(connection, "ALTER TABLE partners ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}'")
    currencies = _run(connection, "SELECT number, currency FROM partners").all()
    for number, currency in map(tuple, currencies):
        _run(
            connection,
            "UPDATE partners SET attributes = :attributes WHERE number = :number",
            number=number,
            attributes=json.dumps({"currency": currency}),
        )
    _run(connection, "ALTER TABLE partners DROP COLUMN currency")


def _give_worlds(connection: sa.Connection) -> None:
    """Up to 0.2, submissions were a partner's, with body and outcomes in one row, and records held what was sent."""
    _run(connection, "ALTER TABLE partners ADD COLUMN world BIGINT NOT NULL DEFAULT 0")
    worlds: dict[str, int] = {}
    for client_id in _run(connection, "SELECT client_id FROM partners").scalars().all():
        worlds[client_id] = new_world()
        _run(
            connection,
            "UPDATE partners SET world = :world WHERE client_id = :client_id",
            world=worlds[client_id],
            client_id=client_id,
        )
    if not sa.inspect(connection).has_table("submissions"):
        return
    _run(connection, "DROP INDEX IF EXISTS submissions_to_settle")
    _run(connection, "ALTER TABLE submissions RENAME TO old_submissions")
    metadata.create_all(connection)
    numbers = _copy_submissions(connection, worlds)
    _copy_records(connection, worlds, numbers)
    for table in ("old_submissions", "records"):
        _run(connection, f"DROP TABLE {table}")


def _copy_submissions(connection: sa.Connection, worlds: Mapping[str, int]) -> dict[str, int]:
    """Copy submissions, bodies and outcomes; return the new number of each submission."""
    order = "SELECT id FROM old_submissions ORDER BY partner, sequence"
    ids = _run(connection, order).scalars().all()
    now = real_now()
    for number, submission in enumerate(ids, 1):
        question = "SELECT * FROM old_submissions WHERE id = :id"
        old = dict(_run(connection, question, id=submission).mappings().one())
        world = worlds[old["partner"]]
        row = {**old, "number": number, "world": world, "received_at": now}
        row = {column.name: row[column.name] for column in submissions.c}
        connection.execute(sa.insert(submissions), row)
        connection.execute(sa.insert(bodies), {"submission": number, "body": old["body"]})
        if old["outcomes"] is not None:
            written = {"submission": number, "outcomes": old["outcomes"]}
            connection.execute(sa.insert(outcomes), written)
            _count(connection, world, SUBMISSIONS, {"": 1})
            _count(connection, world, ITEMS, _states(bytes(old["outcomes"])))
    if connection.dialect.name == "postgresql" and ids:
        _run(connection, f"SELECT setval('{NUMBERS.name}', {len(ids)})")
    return {submission: number for number, submission in enumerate(ids, 1)}


def _states(written: bytes) -> Counter[str]:
    told = msgspec.json.decode(written)
    # A row is written as its members in their order: its number, its condition, its state, and more.
    return Counter(told["rows"][str(item[0])][2] for item in told["items"])


def _copy_records(
    connection: sa.Connection, worlds: Mapping[str, int], numbers: Mapping[str, int]
) -> None:
    last = 0
    question = (
        "SELECT number, partner, collection, key, identity, submission, position FROM records "
        "WHERE number > :last ORDER BY number LIMIT :most"
    )
    while rows := _run(connection, question, last=last, most=_SLICE).mappings().all():
        last = rows[-1]["number"]
        copied = [
            {
                **row,
                "world": worlds[row["partner"]],
                "key": digest(row["key"].encode()),
                "submission": numbers[row["submission"]],
            }
            for row in rows
        ]
        named = [{column.name: row[column.name] for column in records.c} for row in copied]
        connection.execute(sa.insert(records), named)
        for world in {row["world"] for row in named}:
            of_world = [row for row in named if row["world"] == world]
            counts = Counter(str(row["collection"]) for row in of_world)
            _count(connection, world, RECORDS, counts)


def _count(connection: sa.Connection, world: int, kind: str, added: Mapping[str, int]) -> None:
    for name, count in added.items():
        row = {"world": world, "kind": kind, "name": name}
        here = sa.and_(*(tallies.c[column] == value for column, value in row.items()))
        changed = connection.execute(
            sa.update(tallies).where(here).values(count=tallies.c.count + count)
        )
        if changed.rowcount == 0:
            connection.execute(sa.insert(tallies), {**row, "count": count})


def _run(connection: sa.Connection, text: str, **values: object) -> sa.CursorResult[Any]:
    return connection.execute(sa.text(text), values)
