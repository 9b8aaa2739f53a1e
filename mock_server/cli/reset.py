"""`mock-server reset`."""

from __future__ import annotations

import click

from mock_server.cli.shared import database_option, open_runtime, unknown_partner
from mock_server.settings import Settings


@click.command("reset")
@database_option
@click.option("--partner", default=None, help="Only this partner's world.  [default: all]")
def command(database: str, partner: str | None) -> None:
    """Start afresh: submissions, records and clocks are as on the first day. Partners and credentials stay."""
    runtime = open_runtime(Settings(database=database))
    known = runtime.store.partners.all()
    chosen = [one for one in known if partner in (None, one.client_id)]
    if partner is not None and not chosen:
        raise unknown_partner(partner, known)
    for one in chosen:
        runtime.store.reset(one.client_id)
    click.echo(f"Reset: {', '.join(one.client_id for one in chosen)}")
