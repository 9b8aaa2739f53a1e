"""`spec-review explain`: a contract as one page for people."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from openapi_documents import Document, DocumentError
from spec_review.explain.page import page_of
from spec_review.explain.prose import anchor
from spec_review.options import UNUSABLE, Opening, opening_options, refuse


@click.command("explain")
@click.argument("path")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the page here instead of to standard output.",
)
@opening_options
def explain(
    path: str, output: Path | None, overlay: tuple[str, ...], allow_refs: tuple[str, ...]
) -> None:
    """Write the contract at PATH (a file, or git:REVISION:path) as one self-contained HTML page.

    Exit code 0: the page was written. 2: the document cannot be used, or the page not written.
    """
    try:
        html = page(Opening(overlay, allow_refs).open(path))
    except DocumentError as error:
        refuse(error)
    if output is None:
        click.echo(html)
        return
    try:
        output.write_text(html, encoding="utf-8")
    except OSError as error:
        click.echo(f"{output}: cannot be written: {error.strerror}", err=True)
        sys.exit(UNUSABLE)
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
    return environment.get_template("contract.html.j2").render(page=page_of(document))
