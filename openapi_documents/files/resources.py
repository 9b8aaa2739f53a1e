"""The schema resources of a file (JSON Schema 2020-12, 8.2): what `$id` and anchors name in it.

They count where a schema stands, so neither in examples nor below a word that no schema has. What a
file holds that is no OpenAPI document is not known beforehand; there all of it is looked through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from openapi_documents.files.uris import joined
from openapi_documents.grammar import GRAMMAR, SUBSCHEMAS
from openapi_documents.pointers import Pointer

_UNKNOWN: Final = "unknown"
_VALUES: Final = frozenset(
    {"example", "examples", "default", "enum", "const", "value", "dataValue"}
)
_HOLD_VALUES: Final = frozenset({"example", "link"})


@dataclass(frozen=True)
class Resources:
    """URIs by the place of the resource's root, and places by resource and anchor."""

    uris: dict[Pointer, str]
    anchors: dict[tuple[Pointer, str], Pointer]

    def of(self, inner: Pointer) -> tuple[Pointer, str]:
        """Return the root and the URI of the resource that a place of the file belongs to."""
        if len(self.uris) > 1:
            for length in range(len(inner), 0, -1):
                uri = self.uris.get(inner[:length])
                if uri is not None:
                    return inner[:length], uri
        return (), self.uris[()]


@dataclass(frozen=True, slots=True)
class _Here:
    """A value on the way, what it is taken for, and the root of its resource."""

    pointer: Pointer
    kind: str
    value: Any
    resource: Pointer


def found_in(value: Any, base: str) -> Resources:
    """Return the resources of a file that has a value and a URI."""
    uris: dict[Pointer, str] = {(): base}
    anchors: dict[tuple[Pointer, str], Pointer] = {}
    is_document = isinstance(value, dict) and "openapi" in value
    waiting = [_Here((), "document" if is_document else _UNKNOWN, value, ())]
    while waiting:
        here = waiting.pop()
        resource = here.resource
        if here.kind in ("schema", _UNKNOWN) and isinstance(here.value, dict):
            resource = _entered(here, uris)
            for word in ("$anchor", "$dynamicAnchor"):
                name = here.value.get(word)
                if isinstance(name, str):
                    anchors.setdefault((resource, name), here.pointer)
        waiting += [
            _Here(pointer, kind, inner, resource)
            for pointer, kind, inner in _below(here)
            if isinstance(inner, dict | list)
        ]
    return Resources(uris, anchors)


def _entered(here: _Here, uris: dict[Pointer, str]) -> Pointer:
    """Return the root of the resource that a schema belongs to; note it when it is a new one."""
    own = here.value.get("$id")
    if not isinstance(own, str) or own.startswith("#"):
        return here.resource
    try:
        uris[here.pointer] = joined(uris[here.resource], own)
    except ValueError:  # no URI at all
        return here.resource
    return here.pointer


def _below(here: _Here) -> Iterator[tuple[Pointer, str, Any]]:
    if isinstance(here.value, list):
        for index, item in enumerate(here.value):
            yield (*here.pointer, index), here.kind, item
        return
    if not isinstance(here.value, dict) or here.kind in _HOLD_VALUES:
        return
    grammar = SUBSCHEMAS if here.kind == _UNKNOWN else GRAMMAR[here.kind]
    for member, inner in here.value.items():
        place = (*here.pointer, member)
        shape, kind = grammar.get(member, ("one", _UNKNOWN))
        if here.kind == "callback":
            yield place, "path item", inner
        elif shape.endswith("map") and isinstance(inner, dict):
            for name, one in inner.items():
                yield (*place, name), kind, one
        elif kind != _UNKNOWN or (here.kind != "schema" and member not in _VALUES):
            yield place, kind, inner
