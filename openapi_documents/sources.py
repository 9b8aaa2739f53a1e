"""Where the texts of a document come from: a folder, a revision of git, or standard input.

A reference may lead anywhere below the folder of the root document, and further only where the user
allows it. Nothing is ever fetched from a network.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from openapi_documents.errors import DocumentError, LimitError, Position
from openapi_documents.limits import LARGEST_TEXT

GIT: Final = "git:"
STANDARD_INPUT: Final = "-"


class OutsideError(Exception):
    """A path that leads out of the folders that may be read."""


class Shelf(Protocol):
    """Texts by absolute path; a path is spelled with slashes."""

    def read(self, path: str, name: str) -> str:
        """Return a text. Raises DocumentError at `name`, and OutsideError."""

    def shown(self, path: str) -> str:
        """Return the path as messages name it."""


@dataclass(frozen=True)
class FolderShelf:
    """Files on the disk, below the folder of the root document or an allowed one."""

    folder: Path
    allowed: tuple[Path, ...] = ()

    def read(self, path: str, name: str) -> str:
        """Return the text of a file, links followed before its folder is looked at."""
        real = Path(path).resolve()
        roots = [root.resolve() for root in (self.folder, *self.allowed)]
        if not any(real == root or root in real.parents for root in roots):
            raise OutsideError
        return read_file(real, name)

    def shown(self, path: str) -> str:
        """Return the path as seen from where the user stands, if the root was named so."""
        return relative_to(self.folder, path)


@dataclass(frozen=True)
class RevisionShelf:
    """Files of a revision, as `git show` tells them; `folder` is that of the root document."""

    revision: str
    folder: Path
    top: Path

    def read(self, path: str, name: str) -> str:
        """Return the text of a file as it was."""
        root = os.path.abspath(self.folder)
        if os.path.commonpath([root, os.path.abspath(path)]) != root:
            raise OutsideError
        inside = os.path.relpath(path, self.top).replace(os.sep, "/")
        return decoded(_git_show(self.top, f"{self.revision}:{inside}", name), name)

    def shown(self, path: str) -> str:
        """Return the path with its revision."""
        return f"{GIT}{self.revision}:{relative_to(self.folder, path)}"


@dataclass(frozen=True)
class Opened:
    """A root document that was opened: its name, its absolute path, its text, and its shelf."""

    name: str
    path: str
    text: str
    shelf: Shelf


def open_source(source: str, allowed: Sequence[Path] = ()) -> Opened:
    """Return what the user named: a path, `-`, or `git:REVISION:path`. Raises DocumentError."""
    if source == STANDARD_INPUT:
        text = decoded(sys.stdin.buffer.read(LARGEST_TEXT + 1), "standard input")
        return beside(text, "standard input", Path("stdin"), allowed)
    if source.startswith(GIT) and not Path(source).exists():
        return _open_revision(source)
    path = Path(source)
    return Opened(
        source, _absolute(path), read_file(path, source), FolderShelf(path.parent, tuple(allowed))
    )


def beside(text: str, name: str, path: Path, allowed: Sequence[Path] = ()) -> Opened:
    """Return a text that is read as if it stood at a path."""
    return Opened(name, _absolute(path), text, FolderShelf(path.parent, tuple(allowed)))


def read_file(path: Path, name: str) -> str:
    """Return the text of a file. Raises DocumentError, and LimitError for one that is too large."""
    at = Position(name, 1, 1)
    try:
        if not path.is_file():
            there = (
                "this is a folder, a file is expected" if path.is_dir() else "there is no such file"
            )
            raise DocumentError(at, there)
        with path.open("rb") as file:
            return decoded(file.read(LARGEST_TEXT + 1), name)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(at, f"the file cannot be read: {reason}") from None


def decoded(raw: bytes, name: str) -> str:
    """Return bytes as text: UTF-8, or UTF-16 with its mark. Raises DocumentError."""
    if len(raw) > LARGEST_TEXT:
        raise LimitError(
            Position(name, 1, 1), f"the file is larger than {LARGEST_TEXT // 2**20} MiB"
        )
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = error.start - before.rfind(b"\n")
        at = Position(name, before.count(b"\n") + 1, column)
        raise DocumentError(at, f"this is no UTF-8 text: {error.reason}") from None


def relative_to(folder: Path, path: str) -> str:
    """Return a path as messages name it: beginning as the user's own folder does."""
    inside = os.path.relpath(path, os.path.abspath(folder))
    return Path(os.path.normpath(folder / inside)).as_posix()


def _absolute(path: Path) -> str:
    return os.path.abspath(path)


# -- git -------------------------------------------------------------------------------------------


def _open_revision(source: str) -> Opened:
    revision, _, path = source.removeprefix(GIT).partition(":")
    if not revision or not path:
        raise DocumentError(
            Position(source, 1, 1),
            "a document of another time is written git:REVISION:path, such as git:HEAD:api.yaml",
        )
    here = Path.cwd()
    if Path(path).is_absolute():
        here = Path(path).parent.resolve()
        path = Path(path).name
    top = Path(_git(here, ["rev-parse", "--show-toplevel"], source).decode().strip())
    failed: DocumentError | None = None
    for base in dict.fromkeys((here, top)):  # the path counts from here, or from the top
        whole = Path(os.path.normpath(base / path))
        inside = os.path.relpath(whole, top).replace(os.sep, "/")
        try:
            raw = _git_show(top, f"{revision}:{inside}", source)
        except DocumentError as error:
            failed = failed or error
            continue
        return Opened(
            source, str(whole), decoded(raw, source), RevisionShelf(revision, whole.parent, top)
        )
    raise failed or DocumentError(Position(source, 1, 1), "git has no such file")


def _git_show(folder: Path, what: str, name: str) -> bytes:
    return _git(folder, ["show", "--end-of-options", what], name)


def _git(folder: Path, arguments: Sequence[str], name: str) -> bytes:
    at = Position(name, 1, 1)
    try:
        done = subprocess.run(  # noqa: S603 (no shell; a revision cannot be an option)
            ["git", *arguments],  # noqa: S607 (git is where PATH says)
            capture_output=True,
            check=False,
            cwd=folder,
            timeout=30,
        )
    except FileNotFoundError:
        raise DocumentError(at, "git is not installed here") from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise DocumentError(at, f"git cannot be asked: {error}") from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it says nothing"]
    raise DocumentError(at, f"git cannot show it: {said[0].removeprefix('fatal: ')}")
