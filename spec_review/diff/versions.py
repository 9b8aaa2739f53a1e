"""The two documents that are compared."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openapi_documents import MISSING, Document, File, Pointer, UnresolvedError
from spec_review.reading.following import followed
from spec_review.reading.parts import DESCRIPTIVE

Pair = tuple[Pointer, Pointer]
"""A place in the old document and the one in the new that belongs to it."""


@dataclass(frozen=True)
class Versions:
    """The old and the new version of a contract."""

    old: Document
    new: Document

    def schemas(self, old: Pointer, new: Pointer) -> Pair:
        """Both places after references beside which nothing is said about values."""
        return entered(self.old, old), entered(self.new, new)

    def followed(self, old: Pointer, new: Pointer) -> Pair:
        """Both places after their references."""
        return followed(self.old, old), followed(self.new, new)

    def files(self) -> Iterator[Pair]:
        """The root files, and each other file that both have under one path beside their roots."""
        yield (), ()
        after = {path_beside_root(self.new, file): file for file in self.new.files}
        for file in self.old.files:
            same = after.get(path_beside_root(self.old, file))
            if same is not None:
                yield (file,), (same,)


def path_beside_root(document: Document, file: File) -> str:
    """The path of another file, seen from the folder of the root file."""
    folder = os.path.dirname(document.source.path)
    return os.path.relpath(document.source_of((file,)).path, folder)


def entered(document: Document, place: Pointer) -> Pointer:
    """The place of a schema after references beside which nothing is said about its values.

    What stands beside a reference says nothing in OpenAPI 3.0.
    """
    seen = set[Pointer]()
    while place not in seen:
        seen.add(place)
        value = document.value(place)
        if value is MISSING:
            return followed(document, place)
        reference = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(reference, str) or (document.version != "3.0" and says_more(value)):
            return place
        try:
            place = document.target(place, reference)
        except UnresolvedError:
            return place
    return place


def says_more(schema: Mapping[str, object]) -> bool:
    """Whether a schema says anything about values beside its reference."""
    return any(
        word not in ("$ref", "default", "deprecated", "readOnly", "writeOnly")
        and word not in DESCRIPTIVE
        and not word.startswith("x-")
        for word in schema
    )
