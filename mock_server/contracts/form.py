"""What must be right in a document before it is served: the types of its values, and its references."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mock_server.contracts.formats import contradicted_formats
from mock_server.contracts.unsendable import unsendable_names
from mock_server.contracts.unusable import is_of_unusable_schema
from openapi_documents import (
    DanglingReferenceError,
    Document,
    DocumentError,
    LimitError,
    NetworkReferenceError,
    Node,
    Pointer,
    UnresolvedError,
    forms,
)

# References that nobody has to follow to answer a request.
_OPTIONAL = {"discriminator", "operationRef"}
_OF_COMPONENT = 3  # names on the way to a component


def member(node: Node, name: str) -> Node | None:
    """Return a member of an object; None for one that is not there, or of which nothing is said (`content:`)."""
    found = node.get(name)
    return None if found is None or found.value is None else found


def objects_in(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield what a map of objects holds, also behind a `$ref`; an object of which nothing is said is an empty one."""
    for name, found in node.entries() if node is not None and node.value is not None else ():
        yield name, found if found.value is not None else Node(found.document, found.place, {})


def content_in(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield the Media Type Objects of a `content` member; what no media type is called by is left out."""
    return ((name, found) for name, found in objects_in(node) if "/" in name)


class Faults(NamedTuple):
    """What is wrong with a document that can be served all the same.

    `missing` are the references to files that are not here and to the network, the schemas that are none, and those of
    sizes that no memory holds: operations that need them cannot be answered. `unused` is what no operation needs: it is
    left out. `formats` are those that a document's own examples do not have: they are not asserted. `unsendable` are
    names that no header takes: they are not sent.
    """

    missing: tuple[DocumentError, ...] = ()
    unused: tuple[DocumentError, ...] = ()
    formats: tuple[DocumentError, ...] = ()
    unsendable: tuple[DocumentError, ...] = ()


def check_form(document: Document) -> Faults:
    """Return what is wrong with a document and no reason to refuse it.

    Raises DocumentError for a value of a wrong type outside of schemas, and for a `$ref` of an operation that leads
    nowhere in its file.
    """
    misfits = {document.position(place): place for place, _ in document.walked.misfits}
    unused: list[DocumentError] = []
    missing: list[DocumentError] = []
    for fault in forms.check(document):
        place = misfits.get(fault.position)
        if place is not None and _is_harmless(place, document):
            if document.value(place) is not None:
                unused.append(fault)
        elif isinstance(fault, LimitError) or _is_of_schema(document, fault, place):
            missing.append(fault)
        else:
            raise fault
    dangling = []
    for error in document.broken_references():
        if is_missing_file(error) or isinstance(error, NetworkReferenceError):
            missing.append(error)
        elif not isinstance(error, UnresolvedError):
            raise error
        elif not _OPTIONAL & set(error.pointer):
            dangling.append(error)
    formats = contradicted_formats(document)
    unused += _unused(document, dangling)
    return Faults(tuple(missing), tuple(unused), formats, unsendable_names(document))


def _is_of_schema(document: Document, fault: DocumentError, misfit: Pointer | None) -> bool:
    """Tell whether a fault is that of one schema, or of what should be one: only who needs it is told."""
    if misfit is None:
        return is_of_unusable_schema(document, fault)
    if misfit[0] == "components" and len(misfit) == _OF_COMPONENT:
        return misfit[1] == "schemas"
    if misfit[-1] == "schema":
        return True
    holders = {misfit[:-1], misfit[:-2]}
    return any(place in holders for place in document.objects("schema"))


def _is_harmless(place: Pointer, document: Document) -> bool:
    """Tell whether nothing is said at a place, or something under a name that no response or media type has."""
    name, holder = str(place[-1]), place[-2:-1]
    is_note = holder == ("responses",) and not name[:1].isdigit()
    return document.value(place) is None or is_note or (holder == ("content",) and "/" not in name)


def _unused(document: Document, dangling: Iterable[UnresolvedError]) -> Iterator[DocumentError]:
    """Yield the references that no operation follows. Raises the first one that some operation does."""
    dangling = tuple(dangling)
    reached = _reached(document) if dangling else frozenset()
    for error in dangling:
        if error.pointer in reached:
            raise error
        yield error


def _reached(document: Document) -> frozenset[Pointer]:
    """Return the places of all that stands under `paths`, and of all that references lead to from there."""
    reached: set[Pointer] = set()
    waiting: list[Pointer] = [("paths",)]
    while waiting:
        place = waiting.pop()
        if place in reached:
            continue
        reached.add(place)
        value = document.value(place)
        if isinstance(value, list):
            waiting += ((*place, index) for index in range(len(value)))
        elif isinstance(value, dict):
            waiting += ((*place, name) for name in value)
            if isinstance(value.get("$ref"), str):
                with contextlib.suppress(DocumentError):
                    waiting.append(document.target(place, value["$ref"]))
    return frozenset(reached)


def is_missing_file(error: DocumentError) -> bool:
    """Tell whether an error is that of a reference into another file that leads nowhere."""
    return isinstance(error, DanglingReferenceError) and not error.target.startswith("#")
