"""What the tables share: their metadata, bytes as the drivers take them, and statements that run often.

Instants are microseconds since 1970. Bodies and records are kept as the bytes that were sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol

import sqlalchemy as sa

metadata = sa.MetaData()

_CONDITION = "condition"


def partial_index(
    name: str, *columns: sa.Column[Any], where: sa.ColumnElement[bool], unique: bool = False
) -> sa.Index:
    """Return an index of the rows for which a condition holds.

    To say it as SQLAlchemy does, in the words of each dialect, would import all of them.
    """
    return sa.Index(name, *columns, unique=unique, info={_CONDITION: where})


def tell_conditions(dialect: sa.Dialect) -> None:
    """Say the conditions of the indexes in the words of the dialect that is used, before tables are made."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if _CONDITION in index.info:
                index.dialect_options[dialect.name]["where"] = index.info[_CONDITION]


class Bytes(sa.LargeBinary):
    """Bytes as both drivers take and give them; the usual wrapping of each costs more than the insert."""

    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> None:
        """Hand bytes over as they are."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> None:
        """Take bytes as they come."""


class Rows(Protocol):
    """A driver's cursor: the rows of an answer, each a tuple in the order of the columns."""

    def fetchall(self) -> list[Any]:
        """Return all rows."""

    def fetchone(self) -> Any:
        """Return the first row, None when there is none."""


class Statement:
    """A statement that runs often, as text for the driver: SQLAlchemy's way costs more than the query."""

    def __init__(self, clause: sa.ClauseElement, dialect: sa.Dialect) -> None:
        """Take the statement and the dialect that it is written in."""
        compiled: Any = clause.compile(dialect=dialect)
        self._text = str(compiled)
        self._constants = {
            name: value for name, value in compiled.params.items() if value is not None
        }
        order: Sequence[str] | None = compiled.positiontup
        # Where places are bound, they are filled in their order; one alone would come without its tuple.
        self._pick = itemgetter(*order) if order and len(order) > 1 else None
        self._order = order

    def run(self, connection: sa.Connection, values: Mapping[str, object]) -> Rows:
        """Run it and return the driver's cursor."""
        driver: Any = connection.connection.dbapi_connection
        rows: Rows = driver.execute(self._text, self._bound(values))
        return rows

    def run_many(self, connection: sa.Connection, rows: Iterable[Mapping[str, object]]) -> int:
        """Run it once for each row of values, and return how many rows of the table that changed."""
        driver: Any = connection.connection.dbapi_connection
        cursor = driver.cursor()
        cursor.executemany(self._text, [self._bound(row) for row in rows])
        return int(cursor.rowcount)

    def _bound(self, values: Mapping[str, object]) -> Mapping[str, object] | Sequence[object]:
        given = {**self._constants, **values} if self._constants else values
        if self._pick is not None:
            bound: Sequence[object] = self._pick(given)
            return bound
        return given if self._order is None else [given[name] for name in self._order]
