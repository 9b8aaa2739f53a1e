"""What must be right in a document before it is served: the types of its values, and its references."""

from __future__ import annotations

from collections.abc import Iterator

from openapi_documents import (
    DanglingReferenceError,
    Document,
    DocumentError,
    Node,
    Pointer,
    UnresolvedError,
    forms,
)

# References that nobody has to follow to answer a request.
_OPTIONAL = {"discriminator", "operationRef"}


def member(node: Node, name: str) -> Node | None:
    """Return a member of an object; None for one that is not there, or of which nothing is said (`content:`)."""
    found = node.get(name)
    return None if found is None or found.value is None else found


def objects_in(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield what a map of objects holds, also behind a `$ref`; an object of which nothing is said is an empty one."""
    for name, found in node.entries() if node is not None and node.value is not None else ():
        yield name, found if found.value is not None else Node(found.document, found.place, {})


def check_form(document: Document) -> tuple[DocumentError, ...]:
    """Return the references to files that are not here: what needs them cannot be answered, all else can.

    Raises DocumentError for a value of a wrong type, for a pattern or a size that nobody can deal with, and for any
    other `$ref` that leads nowhere.
    """
    harmless = {
        document.position(place)
        for place, _ in document.walked.misfits
        if _is_harmless(place, document)
    }
    for fault in forms.check(document):
        if fault.position not in harmless:
            raise fault
    missing = []
    for error in document.broken_references():
        if is_missing_file(error):
            missing.append(error)
        elif not isinstance(error, UnresolvedError) or not _OPTIONAL & set(error.pointer):
            raise error
    return tuple(missing)


def _is_harmless(place: Pointer, document: Document) -> bool:
    """Tell whether nothing is said at a place, or something that no response can be kept under."""
    is_note = place[-2:-1] == ("responses",) and not str(place[-1])[:1].isdigit()
    return document.value(place) is None or is_note


def is_missing_file(error: DocumentError) -> bool:
    """Tell whether an error is that of a reference into another file that leads nowhere."""
    return isinstance(error, DanglingReferenceError) and not error.target.startswith("#")
