"""`mock-server resources`."""

from __future__ import annotations

import json

import click

from mock_server.cli.shared import Refusal, allow_refs_option, overlay_option
from mock_server.loading import load_contracts
from mock_server.resources.inference import inferred
from mock_server.resources.map import as_json, as_text
from mock_server.settings import Settings
from openapi_documents import DocumentError
from openapi_documents.texts.collector import no_collector


@click.command("resources")
@click.argument("contracts", nargs=-1, required=True, type=click.Path())
@overlay_option
@allow_refs_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
def command(
    contracts: tuple[str, ...], overlays: tuple[str, ...], allow_refs: tuple[str, ...], form: str
) -> None:
    """Print what the sandbox remembers of a contract, and why: its resources, and what each operation does to them."""
    try:
        with no_collector():
            settings = Settings(contracts=contracts, overlays=overlays, allow_refs=allow_refs)
            maps = {
                contract.name: inferred(contract)
                for contract in load_contracts(settings)
                if not contract.is_control
            }
    except DocumentError as error:
        raise Refusal(str(error)) from None
    if form == "json":
        told = [as_json(name, found) for name, found in maps.items()]
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        click.echo("\n\n".join("\n".join(as_text(*one)) for one in maps.items()))
