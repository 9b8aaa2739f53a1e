"""Schemas that are none: who reaches them is told so, and everything else is served."""

from __future__ import annotations

from collections.abc import Iterator

from openapi_documents import Document, DocumentError, Pointer
from openapi_documents.dialect import Schemas


def is_of_unusable_schema(document: Document, fault: DocumentError) -> bool:
    """Tell whether a fault stands in a schema that raises when it is asked for: nobody is judged by it unawares."""
    dialect = Schemas(document)
    return any(_raises(dialect, place) for place in _schemas_at(document, fault))


def _schemas_at(document: Document, fault: DocumentError) -> Iterator[Pointer]:
    for place in document.objects("schema"):
        value = document.value(place)
        for word in value if isinstance(value, dict) else ():
            if document.position((*place, word)) == fault.position:
                yield place


def _raises(dialect: Schemas, place: Pointer) -> bool:
    try:
        dialect.standalone(place, "both")
    except DocumentError:
        return True
    return False
