"""Whether a document is of a format that the review knows."""

from __future__ import annotations

from typing import Final

from openapi_documents import Document, DocumentError, described
from spec_review.reading.values import mapping

OTHERS: Final = {
    "swagger": "Swagger",
    "overlay": "an OpenAPI Overlay",
    "asyncapi": "AsyncAPI",
    "arazzo": "Arazzo",
}
"""What begins with another word than `openapi`."""

MEND: Final = "OpenAPI 3.0, 3.1 and 3.2 are known: write openapi: 3.1.1"

MENDS: Final = {"overlay": "name the contract, and the overlay with --overlay FILE"}
"""How to mend what is not OpenAPI, where there is another way."""

MOST_OPERATIONS: Final = 20_000
"""How many operations a document may have. The largest public documents have about as many."""


class NotReviewedError(DocumentError):
    """A document that nobody reviews, whatever stands in it: not OpenAPI, or beyond all bounds."""


def says_it_is_openapi(document: Document) -> bool:
    """Whether a document names a version of OpenAPI, or of Swagger."""
    return "openapi" in document.data or "swagger" in document.data


def require_openapi(document: Document) -> None:
    """Raise NotReviewedError for a document that is not OpenAPI 3.0, 3.1 or 3.2, or has too many operations."""
    if not document.version:
        raise not_openapi(document)
    written = sum(len(mapping(item)) for item in mapping(document.data.get("paths")).values())
    if written > MOST_OPERATIONS:
        reason = f"more than {MOST_OPERATIONS:,} operations stand here; no more are reviewed"
        raise NotReviewedError(document.position(("paths",)), reason)


def not_openapi(document: Document) -> NotReviewedError:
    """What a document is instead of OpenAPI 3.0, 3.1 or 3.2."""
    if "openapi" in document.data:
        written = document.data["openapi"]
        reason = f"OpenAPI {written} is not known here"
        if not isinstance(written, str):
            reason = f"openapi is {described(written)}, where a text is wanted"
        return NotReviewedError(document.position(("openapi",)), reason, MEND)
    for word, name in OTHERS.items():
        if word in document.data:
            written = document.data[word]
            said = f" {written}" if isinstance(written, str) else ""
            reason = f"this is {name}{said}, not OpenAPI"
            return NotReviewedError(document.position((word,)), reason, MENDS.get(word, MEND))
    reason = "this document does not say which OpenAPI it is written in"
    return NotReviewedError(document.position(()), reason, MEND)
