"""A self-contained schema, as `openapi_documents.dialect` makes it: its references lead to its own parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from openapi_documents.dialect import place_of
from openapi_documents.pointers import child, pointer_parts

Schema = Mapping[str, Any] | bool


def target(root: Mapping[str, Any], reference: str) -> Schema:
    """Return the schema that a reference in a standalone schema names. Raises KeyError."""
    base, _, fragment = reference.partition("#")
    value: object = root
    if base and base != root.get("$id"):
        value = next(
            one
            for one in root["$defs"].values()
            if isinstance(one, Mapping) and one.get("$id") == base
        )
    for part in pointer_parts(unquote(fragment)):
        value = child(value, part)[1]
    if not isinstance(value, Mapping | bool):
        raise KeyError(reference)
    return value


def named(reference: str) -> str:
    """Return the place, as the document's reader knows it, of the schema that a reference names."""
    parts = pointer_parts(unquote(reference.partition("#")[2]))
    if parts[:1] != ("$defs",):
        return reference
    return "/".join([place_of(parts[1]), *parts[2:]])
