"""Following references without stumbling: what leads nowhere is told by `dangling-reference`."""

from __future__ import annotations

from openapi_documents import Document, Pointer, UnresolvedError


def followed(document: Document, pointer: Pointer) -> Pointer:
    """The place after its references; the place itself when they lead nowhere."""
    try:
        return document.follow(pointer)
    except UnresolvedError:
        return pointer


def followed_or_none(document: Document, pointer: Pointer) -> Pointer | None:
    """The place after its references, None when they lead nowhere."""
    try:
        return document.follow(pointer)
    except UnresolvedError:
        return None
