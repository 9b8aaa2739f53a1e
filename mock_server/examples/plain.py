"""Schemas in a form that can be merged: no references, no branches.

    normal(schema)     its own keywords without the branching ones: a plain schema
    merge(one, two)    what two plain schemas ask together

In a plain schema `type` is a list, `const` an `enum`, and of words that merging makes several there
are lists: `examples` (with `example` and `default`), `patterns`, `nots`, `containing`. `shares` are
examples of objects that show only some of the members, because the schema is made of several parts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mock_server.examples.limits import Plain
from mock_server.examples.numbers import common_step

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
_JOINED: Final = ("patterns", "containing", "nots", "shares")
_COMPOSING: Final = ("properties", "required", "patternProperties", "dependentSchemas")
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
    _merge_examples(merged, one, two)
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


def _merge_examples(merged: Plain, one: Plain, two: Plain) -> None:
    """Keep the examples of both sides, those of objects as shares where either side has members of its own."""
    merged["examples"] = [*one["examples"], *two["examples"]]
    if all(any(side.get(word) for word in _COMPOSING) for side in (one, two)):
        shown = [_objects(one["examples"])[:1], _objects(two["examples"])[:1]]
        merged["shares"] += [share for shares in shown for share in shares]
        merged["examples"] = [one for one in merged["examples"] if not isinstance(one, Mapping)]


def _objects(values: Iterable[object]) -> list[Mapping[str, object]]:
    return [value for value in values if isinstance(value, Mapping)]


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


def _joined_maps(one: Mapping[str, object], two: Mapping[str, object]) -> dict[str, object]:
    joined = {**one, **two}
    for name in one.keys() & two.keys():
        joined[name] = {"allOf": [one[name], two[name]]}
    return joined


def _common_types(one: list[str], two: list[str]) -> list[str]:
    common = [name for name in one if name in two or (name == "integer" and "number" in two)]
    narrowed = "integer" in two and "number" in one and "integer" not in common
    return [*common, "integer"] if narrowed else common


def key_of(value: object) -> str:
    """A text that is the same for values that JSON holds equal."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, default=str)


def among(value: object, values: Iterable[object]) -> bool:
    """Whether JSON holds a value equal to one of the others."""
    return key_of(value) in {key_of(other) for other in values}
