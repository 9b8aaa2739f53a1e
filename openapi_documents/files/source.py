"""One file of a document: its value, where its values stand, and the schema resources in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from openapi_documents.errors import Position
from openapi_documents.files import resources
from openapi_documents.files.resources import Resources
from openapi_documents.files.uris import joined, uri_of
from openapi_documents.pointers import File, Pointer
from openapi_documents.texts.composing import Note
from openapi_documents.texts.origins import Origin
from openapi_documents.texts.positions import Positions

_HAS_RESOURCES: Final = re.compile(r"\$(?:id|anchor|dynamicAnchor)\b")


@dataclass(eq=False)
class Source:
    """A file that was read. `file` is None for the root file of a document."""

    file: File | None
    name: str
    path: str
    text: str = field(repr=False)
    value: Any = field(repr=False)
    notes: tuple[Note, ...] = ()
    origin: Origin | None = field(repr=False, default=None)
    """Where the values come from in a root file that overlays have changed."""

    @cached_property
    def _positions(self) -> Positions | Origin:
        return self.origin or Positions(self.text, self.name)

    def position(self, inner: Pointer) -> Position:
        """Return where a scalar stands, or the key of a mapping or sequence; else an ancestor."""
        return self._positions.position(inner)

    def key_position(self, inner: Pointer) -> Position:
        """Return where the key of a place stands (the item itself, in a sequence)."""
        return self._positions.key_position(inner)

    # -- URIs --------------------------------------------------------------------------------------

    @cached_property
    def location(self) -> str:
        """The file as a URI, which is the base of its references unless it says another."""
        return uri_of(self.path)

    @cached_property
    def base(self) -> str:
        """The URI of the file as its references see it: `$self` (OpenAPI 3.2), else its location."""
        own = self.value.get("$self") if isinstance(self.value, dict) else None
        try:
            return joined(self.location, own) if isinstance(own, str) else self.location
        except ValueError:  # no URI at all
            return self.location

    @cached_property
    def resources(self) -> Resources:
        """The schema resources and anchors of the file."""
        if self.origin is None and not _HAS_RESOURCES.search(self.text):
            return Resources({(): self.base}, {})
        return resources.found_in(self.value, self.base)
