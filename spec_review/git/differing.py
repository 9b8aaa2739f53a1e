"""What `git diff` shows of one file."""

from __future__ import annotations

import difflib
from pathlib import Path

from openapi_documents import Document, DocumentError, parse
from spec_review.diff.command import rendered
from spec_review.diff.comparison import compare
from spec_review.reading.opening import require_openapi


def difference(path: str, old: Path, new: Path) -> str:
    """The change report of a contract; the lines that differ for whatever is none."""
    before, after = text_of(old), text_of(new)
    head = f"spec-review {path}\n"
    try:
        documents = document_of(before, path), document_of(after, path)
    except DocumentError:
        lines = difflib.unified_diff(
            before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm=""
        )
        return "".join(f"{line}\n" for line in lines)
    return f"{head}{rendered(compare(*documents), 'text')}\n"


def text_of(file: Path) -> str:
    """The text of a file, "" for one that is not there, as git says it by another name."""
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def document_of(text: str, path: str) -> Document:
    """A text as the contract at a path, beside which its other files stand. Raises DocumentError."""
    document = parse(text, path)
    require_openapi(document)
    return document
