"""The places of a document that a JSONPath (RFC 9535) chooses.

It is imported when an overlay is applied: the library takes as long to import as a small document to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError

from openapi_documents.limits import DEEPEST
from openapi_documents.pointers import Pointer


class _Paths(JSONPathEnvironment):
    """JSONPath for documents as deep as they may be."""

    max_recursion_depth = DEEPEST + 1


_PATHS: Final = _Paths()


def chosen(value: Any, path: str) -> Iterator[Pointer]:
    """Yield the places that a path chooses. Raises ValueError with what is wrong with it."""
    try:
        for node in _PATHS.compile(path).finditer(value):
            yield tuple(node.location)
    except (JSONPathError, RecursionError) as error:
        raise ValueError(str(error).splitlines()[0] if str(error) else "too deep") from None
