"""Schemas without references, read as the shape of the values that they describe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = dict[str, Any]
Path = tuple[str | int, ...]  # the way to a part of a value
UNASKED = frozenset({"enum", "const", "example", "examples", "default", "x-rules"})
"""Keywords whose values are no schemas."""
NAMED = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
"""Keywords whose values are maps of schemas."""


def folded(schema: object) -> Schema:
    """Return a schema with its `allOf` folded in; of `oneOf` and `anyOf` the first part.

    The other parts stand in `branches`.
    """
    if not isinstance(schema, dict):
        return {}
    whole = {k: v for k, v in schema.items() if k not in {"allOf", "oneOf", "anyOf"}}
    if "properties" in whole:
        whole["properties"] = dict(whole["properties"])
    parts = list(schema.get("allOf", []))
    for word in ("oneOf", "anyOf"):
        if schema.get(word):
            parts.append(schema[word][0])
            whole["branches"] = schema[word][1:]
    for part in parts:
        for name, member in folded(part).items():
            if name == "properties":
                _add(whole, member)
            elif name in {"required", "x-rules"}:
                whole[name] = [*whole.get(name, []), *member]
            else:
                whole.setdefault(name, member)
    return whole


def _add(whole: Schema, more: Mapping[str, object]) -> None:
    """Add properties of a part; where both have one of a name, both count."""
    known = whole.setdefault("properties", {})
    for name, one in more.items():
        known[name] = {"allOf": [known[name], one]} if name in known else one


def members(schema: object) -> Mapping[str, object]:
    """Return the schemas of the members of an object by their names."""
    found = folded(schema).get("properties", {})
    return found if isinstance(found, dict) else {}


def described(value: object, schema: object) -> Any:
    """Return a value without the members that its schema does not name."""
    known = members(schema)
    if isinstance(value, dict) and known:
        return {name: described(one, known[name]) for name, one in value.items() if name in known}
    if isinstance(value, list):
        return [described(one, folded(schema).get("items", {})) for one in value]
    return value


def kinds(schema: Mapping[str, Any]) -> set[str]:
    """Return the types that a schema names, none where it names none."""
    named = schema.get("type", ())
    return {named} if isinstance(named, str) else set(named)


def nodes(value: object, schema: object, path: Path = ()) -> Iterator[tuple[Path, object, Schema]]:
    """Yield every value with its path and its folded schema, the outermost first.

    Of an array the first entry stands for all.
    """
    known = folded(schema)
    yield path, value, known
    if isinstance(value, dict):
        for name, member in value.items():
            if name in known.get("properties", {}):
                yield from nodes(member, known["properties"][name], (*path, name))
    elif isinstance(value, list) and value:
        yield from nodes(value[0], known.get("items", {}), (*path, 0))
