"""Files of another time, as git keeps them: the document, and those that it refers to."""

from __future__ import annotations

import os
import subprocess
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from openapi_documents.errors import DocumentError, Position, shown
from openapi_documents.files.folders import FolderShelf, OutsideError, relative_to, resolved
from openapi_documents.texts.decoding import check_size

GIT: Final = "git:"
_ENVIRONMENT: Final = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
"""A repository that holds a part of its files must not fetch the others."""


class Repository:
    """A repository, and the one process that is asked for all files."""

    def __init__(self, top: Path) -> None:
        """Take the folder of the repository."""
        self.top = top
        self._pipes: tuple[IO[bytes], IO[bytes]] | None = None

    def read(self, tree: str, path: str, name: str) -> bytes:
        """Return a file of a tree; `path` counts from the top. Raises DocumentError."""
        at = Position(name, 1, 1)
        asked = f"{tree}:{path}"
        if "\n" in asked:
            raise DocumentError(at, "git is asked for no name with a line break")
        questions, answers = self._pipes or self._started()
        questions.write(os.fsencode(asked) + b"\n")
        questions.flush()
        words = answers.readline().split()
        if not words or not words[-1].isdigit():
            raise DocumentError(at, "git has no such file")
        size = int(words[-1])
        if words[-2] == b"blob":
            check_size(size, name)
        content = answers.read(size + 1)[:-1]
        match words[-2]:
            case b"blob":
                return content
            case b"tree":
                raise DocumentError(at, "this is a folder, a file is expected")
            case b"symlink":
                raise OutsideError
        raise DocumentError(at, "git has no such file, only a link that leads nowhere")

    def _started(self) -> tuple[IO[bytes], IO[bytes]]:
        process = subprocess.Popen(
            ["git", "cat-file", "--batch", "--follow-symlinks"],  # noqa: S607 (where PATH says)
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.top,
            env={**os.environ, **_ENVIRONMENT},
        )
        assert process.stdin is not None  # noqa: S101 (both are pipes)
        assert process.stdout is not None  # noqa: S101
        self._pipes = process.stdin, process.stdout
        weakref.finalize(self, _stop, process)
        return self._pipes


@dataclass(frozen=True)
class RevisionShelf:
    """Files of a revision; `folder` is that of the root document.

    A folder that the user allows is read in the same revision when it stands in the repository,
    else on the disk.
    """

    revision: str
    tree: str
    folder: Path
    repository: Repository
    allowed: tuple[Path, ...] = ()

    def read(self, path: str, name: str) -> bytes:
        """Return a file as it was."""
        top = self.repository.top
        if not any(_is_below(path, root) for root in (self.folder, *self.allowed)):
            raise OutsideError
        if not _is_below(path, top):
            return FolderShelf(self.folder, self.allowed).read(path, name)
        inside = os.path.relpath(path, top).replace(os.sep, "/")
        return self.repository.read(self.tree, inside, name)

    def shown(self, path: str) -> str:
        """Return the path with its revision."""
        return shown(f"{GIT}{self.revision}:{relative_to(Path(), path)}")


def open_revision(source: str, allowed: tuple[Path, ...]) -> tuple[str, bytes, RevisionShelf]:
    """Return the path and the bytes of `git:REVISION:path`, and its shelf. Raises DocumentError."""
    at = Position(shown(source), 1, 1)
    revision, _, path = source.removeprefix(GIT).partition(":")
    if not revision or not path:
        raise DocumentError(
            at, "a document of another time is written git:REVISION:path, such as git:HEAD:api.yaml"
        )
    here = Path.cwd()
    if Path(path).is_absolute():
        here, path = resolved(Path(path).parent), Path(path).name
    top = Path(os.fsdecode(_asked(here, ["rev-parse", "--show-toplevel"], at).rstrip(b"\r\n")))
    tree = _tree(top, revision, at)
    repository = Repository(top)
    failed: DocumentError | None = None
    for base in dict.fromkeys((here, top)):  # the path counts from here, or from the top
        whole = os.path.normpath(base / path)
        inside = os.path.relpath(whole, top).replace(os.sep, "/")
        try:
            raw = repository.read(tree, inside, at.file)
        except DocumentError as error:
            failed = failed or error
        except OutsideError:
            failed = failed or DocumentError(at, "this is a link that leads out of the repository")
        else:
            folder = Path(whole).parent
            return whole, raw, RevisionShelf(revision, tree, folder, repository, allowed)
    raise failed or DocumentError(at, "git has no such file")


def _tree(top: Path, revision: str, at: Position) -> str:
    unknown = DocumentError(at, f"git knows no revision {revision}")
    if revision.startswith("-"):  # an option, to git
        raise unknown
    try:
        return _asked(top, ["rev-parse", "--verify", f"{revision}^{{tree}}"], at).decode().strip()
    except DocumentError:
        raise unknown from None


def _is_below(path: str, root: Path) -> bool:
    whole, folder = os.path.abspath(path), os.path.abspath(root)
    try:
        return os.path.commonpath([folder, whole]) == folder
    except ValueError:  # on another drive
        return False


def _asked(folder: Path, arguments: Sequence[str], at: Position) -> bytes:
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
    raise DocumentError(at, f"git says: {said[0].removeprefix('fatal: ')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.__exit__(None, None, None)  # closes its pipes, at which it ends, and waits
