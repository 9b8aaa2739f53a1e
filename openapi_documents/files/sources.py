"""What the user names as a document: a file, standard input, a revision of git; or a text at hand.

A reference may lead anywhere below the folder of the root document, and further only where the user
allows it. Nothing is ever fetched from a network.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from openapi_documents.errors import DocumentError, Position, shown
from openapi_documents.files.folders import FolderShelf, Shelf, read_file
from openapi_documents.files.revisions import GIT, open_revision
from openapi_documents.limits import LARGEST_TEXT
from openapi_documents.texts.decoding import check_text, decoded

STANDARD_INPUT: Final = "-"


@dataclass(frozen=True)
class Opened:
    """A root document that was opened: its name, its absolute path, its text, and its shelf."""

    name: str
    path: str
    text: str
    shelf: Shelf


def open_source(source: str, allowed: Sequence[str | Path] = ()) -> Opened:
    """Return what the user named: a path, `-`, or `git:REVISION:path`. Raises DocumentError."""
    name = shown(source)
    if source == STANDARD_INPUT:
        return beside(_standard_input(), "standard input", Path("stdin"), allowed)
    path = Path(source)
    if source.startswith(GIT) and not os.path.exists(path):
        whole, raw, shelf = open_revision(source, _paths(allowed))
        return Opened(name, whole, decoded(raw, name), shelf)
    text = decoded(read_file(path, name), name)
    return Opened(name, os.path.abspath(path), text, FolderShelf(path.parent, _paths(allowed)))


def beside(text: str | bytes, name: str, path: Path, allowed: Sequence[str | Path] = ()) -> Opened:
    """Return a text that is read as if it stood at a path. Raises DocumentError."""
    name = shown(name)
    known = decoded(text, name) if isinstance(text, bytes) else check_text(text, name)
    return Opened(name, os.path.abspath(path), known, FolderShelf(path.parent, _paths(allowed)))


def _paths(allowed: Sequence[str | Path]) -> tuple[Path, ...]:
    return tuple(Path(one) for one in allowed)


def _standard_input() -> bytes:
    stream = getattr(sys.stdin, "buffer", None)
    try:
        return b"" if stream is None else stream.read(LARGEST_TEXT + 1)
    except OSError as error:
        raise DocumentError(
            Position("standard input", 1, 1), f"it cannot be read: {error.strerror or error}"
        ) from None
