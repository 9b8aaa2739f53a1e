"""Schemas that are nothing but a reference: what they mean stands somewhere else, once for all who refer to it."""

from __future__ import annotations

from openapi_documents import Document, DocumentError, Pointer


def home_of(document: Document, place: Pointer) -> Pointer:
    """Return where a schema stands that is only referred to from a place, else the place itself.

    What says more than `$ref` is a home: its other words hold as well. A reference into another resource (`$id`) is left
    alone: what `$dynamicRef` means may depend on the way.
    """
    here = place
    passed = {place}
    while (reference := _only_reference(document.value(here))) is not None:
        try:
            here = document.target(here, reference)
        except DocumentError:
            return place
        if here in passed:
            return place
        passed.add(here)
    meant = document.value(here)
    is_resource = isinstance(meant, dict) and "$id" in meant
    return here if isinstance(meant, dict | bool) and not is_resource else place


def _only_reference(schema: object) -> str | None:
    if isinstance(schema, dict) and schema.keys() == {"$ref"}:
        reference = str(schema["$ref"])
        return reference if reference.startswith("#/") else None
    return None
