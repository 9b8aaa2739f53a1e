"""Whether one schema provably takes every value that another takes."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

import jsonschema_rs

from openapi_documents import Document, Pointer, UnresolvedError
from spec_review.reading.following import followed
from spec_review.reading.parts import DESCRIPTIVE

LARGEST_PROOF: Final = 2000
"""How many values a schema may have to be compared by meaning."""


class UnprovableError(Exception):
    """The schemas are too large, or refer to themselves: nothing is proved by meaning."""


def covers(wide: Document, wide_at: Pointer, narrow: Document, narrow_at: Pointer) -> bool:
    """Whether it can be proved that one schema takes every value that the other takes."""
    try:
        return covers_plainly(self_contained(wide, wide_at), self_contained(narrow, narrow_at))
    except UnprovableError:
        return False


def covers_plainly(wide: object, narrow: object) -> bool:
    """Whether one schema provably takes all that the other takes."""
    return _covers(json.dumps(wide, sort_keys=True), json.dumps(narrow, sort_keys=True))


@lru_cache(maxsize=4096)
def _covers(wide: str, narrow: str) -> bool:
    if wide == narrow:
        return True
    try:
        first = jsonschema_rs.canonicalize(json.loads(wide))
        second = jsonschema_rs.canonicalize(json.loads(narrow))
        return str(first.covers(second)).lower() == "yes"
    except (ValueError, TypeError, RecursionError):
        return False


def self_contained(document: Document, pointer: Pointer) -> object:
    """A schema with its references written out. Raises UnprovableError when that has no end."""
    return _Inliner(document).plain(followed(document, pointer), ())


class _Inliner:
    """Writes out the references of one schema, and counts its values."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = LARGEST_PROOF

    def plain(self, pointer: Pointer, within: tuple[Pointer, ...]) -> object:
        self._left -= 1
        if self._left < 0:
            raise UnprovableError
        value = self._document.value(pointer)
        if isinstance(value, list):
            return [self.plain((*pointer, index), within) for index in range(len(value))]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str):
            target = self._target(pointer, reference)
            if target in within:
                raise UnprovableError
            return self.plain(target, (*within, target))
        return {
            name: self.plain((*pointer, name), within)
            for name in value
            if name not in DESCRIPTIVE and not name.startswith("x-")
        }

    def _target(self, pointer: Pointer, reference: str) -> Pointer:
        try:
            return self._document.target(pointer, reference)
        except UnresolvedError:
            raise UnprovableError from None
