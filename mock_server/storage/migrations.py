"""Databases of older releases, brought to the tables of this one."""

from __future__ import annotations

import json

import sqlalchemy as sa


def migrate(connection: sa.Connection) -> None:
    """Change what an older release created. Does nothing on a database that is new or up to date."""
    inspector = sa.inspect(connection)
    if not inspector.has_table("partners"):
        return
    if "currency" in {column["name"] for column in inspector.get_columns("partners")}:
        _gather_attributes(connection)


def _gather_attributes(connection: sa.Connection) -> None:
    """0.1 knew one attribute of a partner, its currency, in a column of its own."""
    connection.execute(
        sa.text("ALTER TABLE partners ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}'")
    )
    for number, currency in connection.execute(sa.text("SELECT number, currency FROM partners")):
        connection.execute(
            sa.text("UPDATE partners SET attributes = :attributes WHERE number = :number"),
            {"number": number, "attributes": json.dumps({"currency": currency})},
        )
    connection.execute(sa.text("ALTER TABLE partners DROP COLUMN currency"))
