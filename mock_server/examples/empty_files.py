"""Bodies for media types of which a contract says nothing else: the smallest file of each."""

from __future__ import annotations

import base64
import gzip
import re
import zlib
from typing import Final


def empty_file(kind: str) -> str | bytes | None:
    """Return an empty file of a media type, None for one that is written from a value."""
    return next((empty for pattern, empty in _EMPTY_FILES if re.fullmatch(pattern, kind)), None)


def _png() -> bytes:
    """A picture of one transparent dot."""
    parts = [
        (b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0])),
        (b"IDAT", zlib.compress(bytes(5))),
        (b"IEND", b""),
    ]
    chunks = (
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


_PDF: Final = (
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

_EMPTY_FILES: Final[tuple[tuple[str, str | bytes], ...]] = (
    (r"image/svg\+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    (r"image/png", _png()),
    (r"image/gif", base64.b64decode("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==")),
    (r"image/jpe?g", b"\xff\xd8\xff\xd9"),
    (r"application/pdf", _PDF),
    (r"application/zip", b"PK\x05\x06" + bytes(18)),
    (r"application/(x-)?gzip", gzip.compress(b"", mtime=0)),
    (r"(image|audio|video|font)/.*|application/(octet-stream|vnd\.(?!.*(json|xml|text)).*)", b"\0"),
)  # fmt: skip
