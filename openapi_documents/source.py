"""One file of a document: its value, where its values stand, and the schema resources in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urldefrag, urljoin

from openapi_documents import positions
from openapi_documents.composing import Note
from openapi_documents.pointers import File, Pointer
from openapi_documents.positions import Mark

_HAS_RESOURCES: Final = re.compile(r"\$(?:id|anchor|dynamicAnchor|self)\b")
_VALUES: Final = frozenset(
    {"example", "examples", "default", "enum", "const", "value", "dataValue"}
)


@dataclass(eq=False)
class Source:
    """A file that was read. `file` is None for the root file of a document."""

    file: File | None
    name: str
    path: str
    text: str = field(repr=False)
    value: Any = field(repr=False)
    notes: tuple[Note, ...] = ()
    overlaid: Mark | None = field(repr=False, default=None)
    """The marks of a root file that overlays have changed."""

    @cached_property
    def marks(self) -> Mark:
        """Where the values stand."""
        return self.overlaid or positions.read(self.text, self.name)

    @cached_property
    def location(self) -> str:
        """The file as a URI, which is the base of its references unless it says another."""
        return Path(self.path).as_uri()

    @cached_property
    def base(self) -> str:
        """The URI of the file as its references see it: `$self` (OpenAPI 3.2), else its location."""
        own = self.value.get("$self") if isinstance(self.value, dict) else None
        return _joined(self.location, own) if isinstance(own, str) else self.location

    @cached_property
    def resources(self) -> Resources:
        """The schema resources and anchors of the file."""
        if not _HAS_RESOURCES.search(self.text) and self.overlaid is None:
            return Resources({(): self.base}, {})
        return _resources(self.value, self.base)

    def resource_of(self, inner: Pointer) -> tuple[Pointer, str]:
        """Return the root and the URI of the resource that a place of the file belongs to."""
        known = self.resources.uris
        if len(known) > 1:
            for length in range(len(inner), 0, -1):
                uri = known.get(inner[:length])
                if uri is not None:
                    return inner[:length], uri
        return (), known[()]


@dataclass(frozen=True)
class Resources:
    """URIs by the place of the resource's root, and places by resource and anchor."""

    uris: dict[Pointer, str]
    anchors: dict[tuple[Pointer, str], Pointer]


def _resources(value: Any, base: str) -> Resources:
    uris: dict[Pointer, str] = {(): base}
    anchors: dict[tuple[Pointer, str], Pointer] = {}
    for pointer, mapping, resource in _mappings(value, uris):
        for word in ("$anchor", "$dynamicAnchor"):
            name = mapping.get(word)
            if isinstance(name, str):
                anchors.setdefault((resource, name), pointer)
    return Resources(uris, anchors)


def _mappings(
    value: Any, uris: dict[Pointer, str]
) -> Iterator[tuple[Pointer, dict[str, Any], Pointer]]:
    """Yield all mappings but those in examples, each with its resource; note the resources."""
    waiting: list[tuple[Pointer, Any, Pointer]] = [((), value, ())]
    while waiting:
        pointer, here, resource = waiting.pop()
        if isinstance(here, list):
            waiting += [((*pointer, n), item, resource) for n, item in enumerate(here)]
        elif isinstance(here, dict):
            own = here.get("$id")
            if isinstance(own, str) and not own.startswith("#"):
                uris[pointer] = urldefrag(_joined(uris[resource], own)).url
                resource = pointer
            yield pointer, here, resource
            waiting += [
                ((*pointer, name), item, resource)
                for name, item in here.items()
                if name not in _VALUES and isinstance(item, dict | list)
            ]


def _joined(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:  # an address that no library can take apart
        return base
