"""`mock-server check`."""

from __future__ import annotations

import click

from mock_server.app import Sandbox
from mock_server.cli.checking import remarks, tell
from mock_server.cli.contents import contents
from mock_server.cli.greeting import warn
from mock_server.cli.shared import Refusal, allow_refs_option, overlay_option
from mock_server.loading import load_contracts
from mock_server.runtime import Runtime
from mock_server.settings import Settings
from openapi_documents import DocumentError
from openapi_documents.texts.collector import no_collector


@click.command("check")
@click.argument("contracts", nargs=-1, required=True, type=click.Path())
@overlay_option
@allow_refs_option
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
