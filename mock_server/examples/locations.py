"""Where the `Location` of an answer leads when the contract gives no example of it: to one of what was made."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from mock_server.contracts.operations import Operation
from mock_server.examples.plain_texts import simple
from mock_server.examples.search import NoInstanceError
from mock_server.examples.values import Values
from openapi_documents import Document, DocumentError, Pointer

_CREATED: Final = "201"
_ANY_KEY: Final = "1"


def made_location(
    document: Document, values: Values, operation: Operation, code: str
) -> str | None:
    """Return the path of one of a collection that a POST has made something in, with a key that its schema lets one make up.

    None where the contract reads no such path, and below a template, whose value is not known here.
    """
    if operation.method != "post" or code != _CREATED or operation.templates:
        return None
    collection = operation.path.rstrip("/")
    written = collection.removeprefix(operation.bases[0])
    one = re.compile(re.escape(written) + r"/\{([^/{}]+)\}/?")
    for reading in document.operations():
        found = one.fullmatch(reading.path) if reading.method == "get" else None
        if found is None:
            continue
        for parameter in document.parameters(reading):
            if (parameter.where, parameter.name) == ("path", found[1]):
                schema = (*parameter.pointer, "schema")
                key = _key(values, schema) if "schema" in parameter.value else _ANY_KEY
                return f"{collection}/{quote(key, safe='')}"
    return None


def _key(values: Values, schema: Pointer) -> str:
    try:
        if values.accepts(schema, 1):
            return _ANY_KEY
        return simple(values.visible(schema), explode=False)
    except (NoInstanceError, DocumentError):
        return _ANY_KEY
