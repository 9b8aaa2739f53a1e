"""The references of a document, in all of its files."""

from __future__ import annotations

from collections.abc import Iterator

from openapi_documents import KINDS, Document, Pointer
from spec_review.reading.values import mapping


def references(document: Document) -> Iterator[tuple[Pointer, str]]:
    """Yield the place of each object with a `$ref`, once, and what is written there."""
    seen: set[Pointer] = set()
    for kind in KINDS:
        for place in document.objects(kind):
            reference = mapping(document.value(place)).get("$ref")
            if isinstance(reference, str) and place not in seen:
                seen.add(place)
                yield place, reference
