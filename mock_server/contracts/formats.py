"""Formats that a document contradicts itself: its own example does not have them, so they are not what it means.

JSON Schema 2020-12 lets a format be an annotation, OpenAPI lets a server assert it. An author who writes `format: time` beside
`example: '09:00:00'` does not mean the format of RFC 3339.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from mock_server.contracts.validator import NOTHING, SchemaError, Validator
from openapi_documents import Document, DocumentError


def contradicted_formats(document: Document) -> tuple[DocumentError, ...]:
    """Return the schemas whose own examples do not have their format."""
    found = []
    for place in document.objects("schema"):
        schema = document.value(place)
        if isinstance(schema, dict) and is_contradicted(schema):
            found.append(
                document.error(
                    (*place, "format"),
                    f"the example of this schema has not the format {schema['format']}",
                )
            )
    return tuple(found)


def without_contradicted(value: object) -> object:
    """Return a schema without the formats that its own examples do not have, those of schemas in it too."""
    if isinstance(value, list):
        return [without_contradicted(one) for one in value]
    if not isinstance(value, dict):
        return value
    drop = {"format"} if is_contradicted(value) else set()
    return {name: without_contradicted(one) for name, one in value.items() if name not in drop}


def is_contradicted(schema: Mapping[str, object]) -> bool:
    """Tell whether an example, or the default, of a schema is a text without its format."""
    name = schema.get("format")
    if not isinstance(name, str):
        return False
    texts = [one for one in _examples(schema) if isinstance(one, str)]
    return any(not _has(name).is_valid(text) for text in texts)


def _examples(schema: Mapping[str, object]) -> Iterator[object]:
    yield from (schema[word] for word in ("example", "default") if word in schema)
    listed = schema.get("examples")
    yield from listed if isinstance(listed, list) else ()


@lru_cache(maxsize=256)
def _has(name: str) -> Validator:
    try:
        return NOTHING.compiled({"format": name})
    except (ValueError, SchemaError):
        return NOTHING.compiled(True)
