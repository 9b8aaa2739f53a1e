"""Schemas in a form that can be merged: references from the root, no branches, one dialect.

    prepared_object(document, old)   an OpenAPI document with all its schemas prepared
    prepared_schema(schema, old)     a schema as JSON Schema 2020-12; `old`: OpenAPI 3.0 wrote it
    normal(schema)                   its own keywords without the branching ones: a plain schema
    merge(one, two)                  what two plain schemas ask together

In a plain schema `type` is a list, `const` an `enum`, and of words that merging makes several there
are lists: `examples` (with `example` and `default`), `patterns`, `nots`, `containing`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

from mock_server.examples.scalars import Plain, common_step

BASE: Final = "urn:understudy:contract"
"""The name under which the validators know the document."""

_DOWN: Final = frozenset(
    {
        "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if",
        "items", "not", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
    }
)  # fmt: skip
_DOWN_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_DOWN_MAPS: Final = frozenset(
    {"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"}
)
_NAMES: Final = frozenset(
    {
        "callbacks", "content", "encoding", "headers", "links", "mediaTypes", "parameters",
        "pathItems", "paths", "requestBodies", "responses", "securitySchemes", "webhooks",
    }
)  # fmt: skip
_LITERAL: Final = frozenset({"const", "default", "enum", "example", "examples"})
_HUGE: Final = re.compile(r"\{(\d+),\d{4,}\}")
"""A repeat that would be unrolled a thousand times and more; a smallest value never gets there."""


def prepared_object(value: Any, old: bool) -> Any:
    """A part of an OpenAPI document with its schemas prepared."""
    if isinstance(value, list):
        return [prepared_object(item, old) for item in value]
    if not isinstance(value, dict):
        return value
    ready = {}
    for key, member in value.items():
        if key in _LITERAL or key.startswith("x-"):
            ready[key] = member
        elif key in {"schema", "itemSchema"}:
            ready[key] = prepared_schema(member, old)
        elif key == "schemas":
            ready[key] = _each(prepared_schema, member, old)
        elif key in _NAMES:
            ready[key] = _each(prepared_object, member, old)
        else:
            ready[key] = prepared_object(member, old)
    return ready


def _each(prepare: Callable[[Any, bool], Any], value: Any, old: bool) -> Any:
    """A map whose keys are names; a list (parameters of an operation) likewise."""
    if isinstance(value, dict):
        return {name: prepare(member, old) for name, member in value.items()}
    return [prepare(item, old) for item in value] if isinstance(value, list) else value


def prepared_schema(schema: Any, old: bool) -> Any:
    """A schema as JSON Schema 2020-12 with references from the root.

    `old` when OpenAPI 3.0 wrote it.
    """
    if not isinstance(schema, Mapping):
        return schema
    ready: Plain = {}
    for key, value in schema.items():
        if key == "$ref" and isinstance(value, str) and value.startswith("#"):
            ready[key] = f"{BASE}#{quote(unquote(value[1:]), safe='/~')}"
        elif key in _DOWN_MAPS and isinstance(value, Mapping):
            ready[key] = {name: prepared_schema(member, old) for name, member in value.items()}
        elif key in _DOWN and isinstance(value, Mapping):
            ready[key] = prepared_schema(value, old)
        elif key in _DOWN_LISTS and isinstance(value, list):
            ready[key] = [prepared_schema(item, old) for item in value]
        elif key == "pattern" and isinstance(value, str):
            ready[key] = _HUGE.sub(r"{\1,}", value)
        else:
            ready[key] = value
    return _modern(ready) if old else ready


def _modern(schema: Plain) -> Plain:
    """The words of OpenAPI 3.0 that mean something else in JSON Schema 2020-12."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    if schema.pop("nullable", False) is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(flag := schema.get(exclusive), bool):
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)
    return schema


# --- Merging -----------------------------------------------------------------------------------

_HIGHER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LOWER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_BOTH: Final = (
    "items",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_JOINED: Final = ("examples", "patterns", "containing", "nots")
_COUNTS: Final = (
    "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    "minContains",
)  # fmt: skip
_BRANCHING: Final = frozenset({"$ref", "allOf", "anyOf", "oneOf", "if", "then", "else"})


def normal(schema: Mapping[str, Any]) -> Plain:
    """A schema without its branching words.

    Of words that a merged schema may have several times, there are lists.
    """
    plain = {key: value for key, value in schema.items() if key not in _BRANCHING}
    if isinstance(types := plain.get("type"), str):
        plain["type"] = [types]
    for word in _COUNTS:
        if word in plain:
            plain[word] = int(plain[word])
    if "const" in plain:
        only = [plain.pop("const")]
        plain["enum"] = [value for value in only if among(value, plain.get("enum", only))]
    examples = plain.get("examples")
    texts = list(examples) if isinstance(examples, list) else []
    for word in ("example", "default"):
        if word in plain:
            texts.append(plain.pop(word))
    plain["examples"] = texts
    plain["patterns"] = [*plain.get("patterns", []), *_popped(plain, "pattern")]
    plain["nots"] = [*plain.get("nots", []), *_popped(plain, "not")]
    if "contains" in plain:
        group = (plain.pop("contains"), plain.pop("minContains", 1))
        plain["containing"] = [*plain.get("containing", []), group]
    return plain


def _popped(plain: Plain, key: str) -> list[Any]:
    return [plain.pop(key)] if key in plain else []


def merge(one: Plain, two: Plain) -> Plain | None:
    """What both plain schemas ask together; None when that is plainly nothing."""
    merged = {**two, **one}
    for word in _HIGHER:
        if word in one and word in two:
            merged[word] = max(one[word], two[word])
    for word in _LOWER:
        if word in one and word in two:
            merged[word] = min(one[word], two[word])
    for word in _BOTH:
        if word in one and word in two:
            merged[word] = {"allOf": [one[word], two[word]]}
    for word in _JOINED:
        merged[word] = [*one.get(word, []), *two.get(word, [])]
    if "type" in one and "type" in two:
        merged["type"] = _common_types(one["type"], two["type"])
    if "enum" in one and "enum" in two:
        merged["enum"] = [value for value in one["enum"] if among(value, two["enum"])]
    if "multipleOf" in one and "multipleOf" in two:
        merged["multipleOf"] = common_step(one["multipleOf"], two["multipleOf"])
    if merged.get("type", True) == [] or merged.get("enum", True) == []:
        return None
    merged["uniqueItems"] = bool(one.get("uniqueItems") or two.get("uniqueItems"))
    _merge_members(merged, one, two)
    return merged


def _merge_members(merged: Plain, one: Plain, two: Plain) -> None:
    """Members of objects and items of arrays, each with the conditions of both sides."""
    merged["required"] = list(dict.fromkeys([*one.get("required", []), *two.get("required", [])]))
    for word in ("patternProperties", "dependentSchemas"):
        merged[word] = _joined_maps(one.get(word, {}), two.get(word, {}))
    needs = [*one.get("dependentRequired", {}).items(), *two.get("dependentRequired", {}).items()]
    merged["dependentRequired"] = {}
    for name, members in needs:
        merged["dependentRequired"].setdefault(name, []).extend(members)
    merged["properties"] = _joined_maps(one.get("properties", {}), two.get("properties", {}))
    for side, other in ((one, two), (two, one)):
        if isinstance(rest := other.get("additionalProperties"), Mapping):
            for name in side.get("properties", {}).keys() - other.get("properties", {}).keys():
                merged["properties"][name] = {"allOf": [merged["properties"][name], rest]}
    left, right = one.get("prefixItems", []), two.get("prefixItems", [])
    merged["prefixItems"] = [
        {"allOf": [item_at(one, left, place), item_at(two, right, place)]}
        for place in range(max(len(left), len(right)))
    ]


def item_at(side: Plain, prefix: list[Any], place: int) -> Any:
    """What the item at a place of an array must fit."""
    return prefix[place] if place < len(prefix) else side.get("items", True)


def _joined_maps(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    joined = {**one, **two}
    for name in one.keys() & two.keys():
        joined[name] = {"allOf": [one[name], two[name]]}
    return joined


def _common_types(one: list[str], two: list[str]) -> list[str]:
    common = [name for name in one if name in two or (name == "integer" and "number" in two)]
    narrowed = "integer" in two and "number" in one and "integer" not in common
    return [*common, "integer"] if narrowed else common


def key_of(value: Any) -> str:
    """A text that is the same for values that JSON holds equal."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, default=str)


def among(value: Any, values: Iterable[Any]) -> bool:
    """Whether JSON holds a value equal to one of the others."""
    return key_of(value) in {key_of(other) for other in values}
