"""The table of what all processes on one database share, the key that signs tokens for instance."""

from __future__ import annotations

import sqlalchemy as sa

from mock_server.storage.database import Database
from mock_server.storage.statements import metadata

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


class SharedSettings:
    """Values by name; the first process that asks for one makes it."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def get(self, name: str, otherwise: str) -> str:
        """Return the value of a name; `otherwise` becomes its value if it has none."""
        with self._database.begin_write() as connection:
            return self.get_in(connection, name, otherwise)

    def get_in(self, connection: sa.Connection, name: str, otherwise: str) -> str:
        """Return the value of a name in a transaction that is under way; `otherwise` likewise."""
        connection.execute(
            self._database.insert(settings).on_conflict_do_nothing(),
            {"name": name, "value": otherwise},
        )
        return str(connection.scalar(sa.select(settings.c.value).where(settings.c.name == name)))
