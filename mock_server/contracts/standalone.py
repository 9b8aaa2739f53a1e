"""A self-contained schema, as `openapi_documents.dialect` makes it: its references lead to its own parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from openapi_documents.dialect import place_of
from openapi_documents.pointers import child, escape, pointer_parts

Schema = Mapping[str, Any] | bool


def target(root: Mapping[str, Any], reference: str) -> Schema:
    """Return the schema that a reference in a standalone schema names. Raises KeyError."""
    base, _, fragment = reference.partition("#")
    value: object = root
    if base and base != root.get("$id"):
        value = next(
            one
            for one in root["$defs"].values()
            if isinstance(one, Mapping) and one.get("$id") == base
        )
    for part in pointer_parts(unquote(fragment)):
        value = child(value, part)[1]
    if not isinstance(value, Mapping | bool):
        raise KeyError(reference)
    return value


def dynamic(root: Mapping[str, Any], reference: str, above: Iterable[str]) -> str:
    """Return the reference that a `$dynamicRef` means behind the references above (JSON Schema 2020-12, 8.2.3.2)."""
    base, _, anchor = reference.partition("#")
    scope = [str(root.get("$id", "")), *(ref.partition("#")[0] for ref in above), base]
    for uri in dict.fromkeys(scope):
        for pointer, name in _dynamic_anchors(target(root, uri), ""):
            if name == anchor:
                return f"{uri}#{pointer}"
    return reference


def _dynamic_anchors(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the dynamic anchors of a schema resource: the place of each, and its name."""
    if isinstance(value, Mapping):
        if isinstance(value.get("$dynamicAnchor"), str):
            yield pointer, value["$dynamicAnchor"]
        members = [(quote(escape(name), safe="~"), one) for name, one in value.items()]
    else:
        listed = value if isinstance(value, list) else []
        members = [(str(place), one) for place, one in enumerate(listed)]
    for name, one in members:
        if isinstance(one, list) or (isinstance(one, Mapping) and "$id" not in one):
            yield from _dynamic_anchors(one, f"{pointer}/{name}")


def speaks(root: Mapping[str, Any], schema: Schema) -> bool:
    """Tell whether a schema itself says a value: by an example, a default, an `enum` or a `const`."""
    return any(not _SAYING.isdisjoint(part) for part in parts(root, schema))


def is_hidden(root: Mapping[str, Any], schema: Schema) -> bool:
    """Tell whether a member is one that only requests have."""
    return any(part.get("writeOnly") is True for part in parts(root, schema))


def parts(root: Mapping[str, Any], schema: Schema) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and those that it is made of by `$ref` and `allOf`, itself first."""
    waiting, seen = [schema], set[int]()
    while waiting:
        here = waiting.pop()
        if isinstance(here, bool) or id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        waiting += reversed(here.get("allOf", []))
        if isinstance(here.get("$ref"), str):
            waiting.append(target(root, here["$ref"]))


_SAYING = frozenset({"example", "examples", "default", "enum", "const"})


@lru_cache(maxsize=4096)
def named(reference: str) -> str:
    """Return the place, as the document's reader knows it, of the schema that a reference names."""
    parts = pointer_parts(unquote(reference.partition("#")[2]))
    if parts[:1] != ("$defs",):
        return reference
    return "/".join([place_of(parts[1]), *parts[2:]])
