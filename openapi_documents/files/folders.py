"""Files on the disk, below the folder of the root document or below one that the user allows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from openapi_documents.errors import DocumentError, Position, shown
from openapi_documents.limits import LARGEST_TEXT
from openapi_documents.mending import did_you_mean
from openapi_documents.texts.decoding import check_size


class OutsideError(Exception):
    """A path that leads out of the folders that may be read."""


class Shelf(Protocol):
    """Bytes by absolute path."""

    def read(self, path: str, name: str) -> bytes:
        """Return what a file holds. Raises DocumentError at `name`, and OutsideError."""

    def shown(self, path: str) -> str:
        """Return the path as messages name it."""


@dataclass(frozen=True)
class FolderShelf:
    """Files on the disk; symbolic links are followed before it is asked where a file stands."""

    folder: Path
    allowed: tuple[Path, ...] = ()

    @cached_property
    def _roots(self) -> tuple[Path, ...]:
        return tuple(resolved(root) for root in (self.folder, *self.allowed))

    def read(self, path: str, name: str) -> bytes:
        """Return what a file below one of the folders holds."""
        real = resolved(Path(path))
        if not any(real == root or root in real.parents for root in self._roots):
            raise OutsideError
        if os.path.exists(real) and not os.path.isfile(real):  # a pipe would wait for ever
            kind = "a folder" if os.path.isdir(real) else "no ordinary file"
            raise DocumentError(Position(name, 1, 1), f"this is {kind}, a file is expected")
        return read_file(real, name)

    def shown(self, path: str) -> str:
        """Return the path as seen from where the user stands, if the root was named so."""
        return shown(relative_to(self.folder, path))


def read_file(path: Path, name: str) -> bytes:
    """Return what a file or a pipe holds. Raises DocumentError."""
    at = Position(name, 1, 1)
    try:
        if os.path.isdir(path):
            raise DocumentError(at, "this is a folder, a file is expected")
        with path.open("rb") as file:
            raw = file.read(LARGEST_TEXT + 1)
    except FileNotFoundError:
        raise DocumentError(at, "there is no such file", _neighbour(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(at, f"the file cannot be read: {reason}") from None
    check_size(len(raw), name)
    return raw


def resolved(path: Path) -> Path:
    """Return an absolute path without links, whatever stands there."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):  # no name that a file can have
        return Path(os.path.abspath(path))


def relative_to(folder: Path, path: str) -> str:
    """Return a path as messages name it: beginning as the user's own folder does."""
    try:
        inside = os.path.relpath(path, os.path.abspath(folder))
    except ValueError:  # on another drive
        return Path(path).as_posix()
    return Path(os.path.normpath(folder / inside)).as_posix()


def _neighbour(path: Path) -> str:
    """Return the question that mends the name of a file which is not there, or ""."""
    try:
        return shown(did_you_mean(path.name, [entry.name for entry in os.scandir(path.parent)]))
    except (OSError, ValueError):
        return ""
