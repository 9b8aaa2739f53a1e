"""Paths and their templates."""

from __future__ import annotations

import re
from typing import Final

from openapi_documents import Document
from spec_review.reading.values import mapping

TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")
"""A parameter in a path."""


def paths(document: Document) -> list[str]:
    """The paths of a document, in its order."""
    return [path for path in mapping(document.data.get("paths")) if path.startswith("/")]


def shape(path: str) -> str:
    """A path without the names of its parameters."""
    return TEMPLATE.sub("{}", path)
