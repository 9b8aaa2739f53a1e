"""`mock-server check`."""

from __future__ import annotations

import click

from mock_server.app import Sandbox
from mock_server.cli.checking import remarks, tell
from mock_server.cli.contents import contents
from mock_server.cli.greeting import warn
from mock_server.cli.shared import Refusal
from mock_server.loading import load_contracts
from mock_server.runtime import Runtime
from mock_server.settings import Settings
from openapi_documents import DocumentError
from openapi_documents.texts.collector import no_collector


@click.command("check")
@click.argument("contracts", nargs=-1, required=True, type=click.Path())
@click.option(
    "--overlay",
    "overlays",
    multiple=True,
    type=click.Path(),
    metavar="FILE",
    help="Apply an OpenAPI Overlay to the contracts; may be repeated.",
)
@click.option(
    "--allow-refs",
    multiple=True,
    type=click.Path(),
    metavar="DIR",
    help="Let references lead into this folder too, not only below a contract's own; may be repeated.",
)
def command(
    contracts: tuple[str, ...], overlays: tuple[str, ...], allow_refs: tuple[str, ...]
) -> None:
    """Print what `serve` would serve and what it could not, and end.

    The exit code is 0 when the contracts can be served, 2 when not.
    """
    settings = Settings(
        contracts=contracts, overlays=overlays, allow_refs=allow_refs, database="sqlite://"
    )
    try:
        with no_collector():
            read = load_contracts(settings)
            runtime = Runtime(settings)
            sandbox = Sandbox(read, runtime)
    except DocumentError as error:
        raise Refusal(str(error)) from None
    click.echo("\n".join(contents(sandbox)))
    warn(sandbox)
    tell([remark for some in remarks(sandbox) for remark in some])
    runtime.close()
