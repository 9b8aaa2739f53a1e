"""Schemas that are nothing but a reference: what they mean stands somewhere else, once for all who refer to it."""

from __future__ import annotations

from openapi_documents import Document, DocumentError, Pointer


def home_of(document: Document, place: Pointer) -> Pointer:
    """Return where a schema stands that is only referred to from a place, else the place itself.

    A reference into another resource (`$id`) is left alone: what `$dynamicRef` means may depend on the way.
    """
    value = document.value(place)
    is_reference = isinstance(value, dict) and value.keys() == {"$ref"}
    if not is_reference or not str(value["$ref"]).startswith("#/"):
        return place
    try:
        home = document.follow(place)
    except DocumentError:
        return place
    meant = document.value(home)
    is_resource = isinstance(meant, dict) and "$id" in meant
    return home if isinstance(meant, dict | bool) and not is_resource else place
