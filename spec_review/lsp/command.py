"""`spec-review lsp`: the language server, over standard input and output."""

from __future__ import annotations

import click

from spec_review.lsp.server import server


@click.command("lsp")
def command() -> None:
    """Serve an editor by the Language Server Protocol, over standard input and output.

    Findings while typing, hover, go to definition through files, and quick fixes. The settings are those of
    the nearest .spec-review.yaml.
    """
    server().start_io()
