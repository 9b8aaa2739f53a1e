"""Bytes become text: UTF-8, or UTF-16 that says so, of a size that somebody can have meant."""

from __future__ import annotations

from openapi_documents.errors import DocumentError, LimitError, Position
from openapi_documents.limits import LARGEST_TEXT


def decoded(raw: bytes, name: str) -> str:
    """Return bytes as text. Raises DocumentError, and LimitError for what is too large."""
    check_size(len(raw), name)
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            raise DocumentError(Position(name, 1, 1), "this is no UTF-16 text") from None
        before = raw[: error.start]
        column = error.start - before.rfind(b"\n")
        at = Position(name, before.count(b"\n") + 1, column)
        raise DocumentError(at, f"this is no UTF-8 text: {error.reason}") from None


def check_text(text: str, name: str) -> str:
    """Return a text that came as one, without the mark of its encoding. Raises DocumentError."""
    check_size(len(text), name)
    try:
        check_size(len(text.encode()), name)
    except UnicodeEncodeError as error:
        before = text[: error.start]
        at = Position(name, before.count("\n") + 1, error.start - before.rfind("\n"))
        raise DocumentError(
            at, "half a surrogate pair stands here, which is no character"
        ) from None
    return text.removeprefix("\ufeff")


def check_size(size: int, name: str) -> None:
    """Raise LimitError for a file of more bytes than LARGEST_TEXT."""
    if size > LARGEST_TEXT:
        mebibytes = LARGEST_TEXT // 2**20
        raise LimitError(Position(name, 1, 1), f"the file is larger than {mebibytes} MiB")
