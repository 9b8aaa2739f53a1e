"""Entity tags, and requests that are meant only where they still fit (RFC 9110, sections 8.8.3 and 13)."""

from __future__ import annotations

import hashlib
from typing import Final

ETAG: Final = "ETag"


def tag_of(content: bytes) -> str:
    """Return the entity tag of what is equal exactly where these bytes are."""
    return f'"{hashlib.blake2b(content, digest_size=8).hexdigest()}"'


def matches(header: str, tag: str) -> bool:
    """Tell whether a header of conditions names an entity tag; weak ones count as strong."""
    listed = [one.strip().removeprefix("W/") for one in header.split(",")]
    return "*" in listed or tag in listed
