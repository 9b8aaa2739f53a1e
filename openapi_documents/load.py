"""The way in: a file, standard input, a revision of git or a text becomes a document."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from openapi_documents.document import Document
from openapi_documents.errors import DocumentError, Position
from openapi_documents.files.source import Source
from openapi_documents.files.sources import Opened, beside, open_source
from openapi_documents.node import described
from openapi_documents.overlays import overlay
from openapi_documents.overlays.draft import Draft
from openapi_documents.texts import values
from openapi_documents.texts.composing import Note
from openapi_documents.texts.origins import Origin


def load(
    source: str | Path,
    *,
    overlays: Sequence[str | Path] = (),
    allow_refs: Sequence[str | Path] = (),
) -> Document:
    """Return the document that the user named: a path, `-`, or `git:REVISION:path`.

    `overlays` are applied in their order. References may lead anywhere below the folder of the
    document and below the folders of `allow_refs`. Raises DocumentError.
    """
    return _document(open_source(os.fspath(source), allow_refs), overlays)


def parse(
    text: str | bytes,
    name: str,
    *,
    path: str | Path | None = None,
    overlays: Sequence[str | Path] = (),
    allow_refs: Sequence[str | Path] = (),
) -> Document:
    """Return the document in a text, shown under `name`, as if it stood at `path` (else `name`)."""
    return _document(beside(text, name, Path(name if path is None else path), allow_refs), overlays)


def _document(opened: Opened, overlays: Sequence[str | Path]) -> Document:
    value, notes = values.read(opened.text, opened.name)
    _check_mapping(value, opened.name)
    source = Source(None, opened.name, opened.path, opened.text, value, notes)
    if not overlays:
        return Document(source, opened.shelf)
    draft = Draft(value, Origin(source, ()))
    overlay_notes: list[Note] = []
    for path in overlays:
        overlay_notes += overlay.applied(draft, opened.path, overlay.load(os.fspath(path)))
    _check_mapping(draft.value, opened.name)
    changed = replace(source, value=draft.value, origin=draft.origin)
    return Document(changed, opened.shelf, tuple(overlay_notes))


def _check_mapping(value: Any, name: str) -> None:
    if not isinstance(value, dict):
        raise DocumentError(
            Position(name, 1, 1), f"an OpenAPI document is a mapping, this is {described(value)}"
        )
