"""The two documents that are compared."""

from __future__ import annotations

from dataclasses import dataclass

from openapi_documents import Document, Pointer
from spec_review.reading.following import followed

Pair = tuple[Pointer, Pointer]
"""A place in the old document and the one in the new that belongs to it."""


@dataclass(frozen=True)
class Versions:
    """The old and the new version of a contract."""

    old: Document
    new: Document

    def followed(self, old: Pointer, new: Pointer) -> Pair:
        """Both places after their references."""
        return followed(self.old, old), followed(self.new, new)
