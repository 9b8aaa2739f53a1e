"""What must be right in a document, whoever would have read it: references, and the types of what holds other objects."""

from __future__ import annotations

from openapi_documents import DanglingReferenceError, Document, DocumentError, UnresolvedError
from openapi_documents.node import Node

# References that nobody has to follow to answer a request.
_OPTIONAL = {"discriminator", "operationRef"}


def check_form(document: Document) -> tuple[DocumentError, ...]:
    """Return the references to files that are not here: what needs them cannot be answered, all else can.

    Raises DocumentError for a value that cannot be what OpenAPI has there, and for any other `$ref` that leads nowhere.
    """
    for pointer, expected in document.walked.misfits:
        found = Node(document, pointer, document.value(pointer))
        raise found.error(found.expected(expected))
    missing = []
    for error in document.broken_references():
        if is_missing_file(error):
            missing.append(error)
        elif not isinstance(error, UnresolvedError) or not _OPTIONAL & set(error.pointer):
            raise error
    return tuple(missing)


def is_missing_file(error: DocumentError) -> bool:
    """Tell whether an error is that of a reference into another file that leads nowhere."""
    return isinstance(error, DanglingReferenceError) and not error.target.startswith("#")
