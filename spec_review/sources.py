"""Where a document comes from: a file, or a file of another time, as `git:REV:path`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from spec_review.document import Document, DocumentError, Position

PREFIX = "git:"


def load(source: str) -> Document:
    """The document that the user named; raises DocumentError when there is none."""
    if source.startswith(PREFIX):
        revision, _, path = source[len(PREFIX) :].partition(":")
        if not revision or not path:
            raise DocumentError(
                Position(source, 1, 1), "is written git:REVISION:path, such as git:HEAD:a.yaml"
            )
        return Document.parse(at_revision(revision, path), source)
    return Document.load(source)


def at_revision(revision: str, path: str, folder: Path | None = None) -> str:
    """The text of a file at a revision; the path counts from here, or from the top of the repository."""
    name = f"{PREFIX}{revision}:{path}"
    told = "git says nothing"
    for written in (f"{revision}:./{path}", f"{revision}:{path}"):
        try:
            done = subprocess.run(  # noqa: S603 (no shell; the revision cannot be an option)
                ["git", "show", "--end-of-options", written],  # noqa: S607 (git is where PATH says)
                capture_output=True,
                check=False,
                cwd=folder,
                timeout=30,
            )
        except FileNotFoundError:
            raise DocumentError(Position(name, 1, 1), "cannot be read: there is no git") from None
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DocumentError(Position(name, 1, 1), f"cannot be read: {error}") from None
        if done.returncode == 0:
            return decoded(done.stdout, name)
        told = (done.stderr.decode("utf-8", "replace").strip().splitlines() or [told])[0]
    raise DocumentError(Position(name, 1, 1), f"cannot be read: {told.removeprefix('fatal: ')}")


def decoded(raw: bytes, name: str) -> str:
    """The bytes as text; raises DocumentError when they are none."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(Position(name, 1, 1), f"is no UTF-8 text: {error.reason}") from None


def at_last_commit(path: Path) -> Document | None:
    """The file as it was committed last, None when it never was (or nothing keeps its history)."""
    try:
        text = at_revision("HEAD", path.name, path.resolve().parent)
        return Document.parse(text, f"{PREFIX}HEAD:{path}")
    except DocumentError:
        return None
