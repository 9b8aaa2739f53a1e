"""`spec-review explain`: a contract as one page for people."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from spec_review.document import Document, DocumentError
from spec_review.explain.page import anchor
from spec_review.explain.page import explain as told
from spec_review.sources import load


@click.command("explain")
@click.argument("path")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the page here instead of to standard output.",
)
def explain(path: str, output: Path | None) -> None:
    """Write the contract at PATH (a file, or git:REVISION:path) as one self-contained HTML page.

    Exit code 0: the page was written. 2: the document cannot be read, or the page not written.
    """
    try:
        html = page(load(path))
    except DocumentError as error:
        click.echo(f"{error.position}: {error.reason}", err=True)
        sys.exit(2)
    if output is None:
        click.echo(html)
        return
    try:
        output.write_text(html, encoding="utf-8")
    except OSError as error:
        click.echo(f"{output}: cannot be written: {error.strerror}", err=True)
        sys.exit(2)
    click.echo(f"{output}: {len(html):,} letters", err=True)


def page(document: Document) -> str:
    """The whole page; it refers to nothing outside of itself."""
    environment = Environment(
        loader=PackageLoader("spec_review.explain"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["html"] = Markup
    environment.globals["anchor"] = anchor
    return environment.get_template("contract.html.j2").render(told(document))
