"""`mock-server token`."""

from __future__ import annotations

from pathlib import Path

import click

from mock_server.cli.shared import (
    database_option,
    open_runtime,
    token_lifetime_option,
    unknown_partner,
)
from mock_server.settings import Settings
from mock_server.storage.presence import is_served


@click.command("token")
@database_option
@click.option("--partner", default="partner-a", show_default=True, help="Whose token.")
@token_lifetime_option
def command(database: str, partner: str, token_lifetime: int) -> None:
    """Print a bearer token, for use in a shell: TOKEN=$(mock-server token --partner partner-a)."""
    runtime = open_runtime(Settings(database=database, token_lifetime=token_lifetime))
    if runtime.store.partners.of_id(partner) is None:
        raise unknown_partner(partner, runtime.store.partners.all())
    click.echo(runtime.tokens.issue(partner))
    if is_served(database) is False:
        click.echo(
            f"mock-server: the token is of {database} in the folder {Path.cwd()}, on which no server runs here; "
            "go to the folder of the server, or name its database with --database.",
            err=True,
        )
