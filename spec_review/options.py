"""What every command has in common: how a document is named, and what happens when it cannot be used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar

import click

from openapi_documents import Document, DocumentError, load
from spec_review.reading.opening import require_openapi

Command = TypeVar("Command", bound=Callable[..., Any])

UNUSABLE: Final = 2
"""The exit code when a document cannot be used."""


@dataclass(frozen=True)
class Opening:
    """How documents are opened: overlays in their order, and further folders of references."""

    overlays: Sequence[str] = ()
    allow_refs: Sequence[str] = ()

    def open(self, source: str) -> Document:
        """The document that the user named. Raises DocumentError, also for one that is no OpenAPI."""
        document = load(source, overlays=self.overlays, allow_refs=self.allow_refs)
        require_openapi(document)
        return document

    def of(self, document: Document, source: str) -> Document:
        """A document that was read as it stands, opened so: read again only where that says otherwise.

        Raises DocumentError, also for one that is no OpenAPI.
        """
        if self.overlays or self.allow_refs:
            return self.open(source)
        require_openapi(document)
        return document


def opening_options(command: Command) -> Command:
    """Give a command `--overlay` and `--allow-refs`; it takes them as `overlay` and `allow_refs`."""
    overlay = click.option(
        "--overlay",
        multiple=True,
        metavar="FILE",
        type=click.Path(),
        help="An OpenAPI Overlay to apply first; may be given several times.",
    )
    allow_refs = click.option(
        "--allow-refs",
        multiple=True,
        metavar="DIR",
        type=click.Path(),
        help="A further folder that references may lead to; may be given several times.",
    )
    return overlay(allow_refs(command))


def tell(error: DocumentError) -> None:
    """Print why a document cannot be used."""
    click.echo(str(error), err=True)


def refuse(error: DocumentError) -> NoReturn:
    """Print why a document cannot be used, and end."""
    tell(error)
    sys.exit(UNUSABLE)
