"""The members that a schema names: what nobody names, nobody sends.

A partner sends what the contract that he knows names; whether the other one takes it is asked of those values
alone. So a new optional member keeps nobody out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from spec_review.reading.values import elements, mapping, texts

Location = tuple[str, ...]
"""A place in a value: names of members, `[]` for elements, `*` for members without a name."""

Named = Mapping[Location, frozenset[str]]

HERE: Final = ("allOf", "anyOf", "oneOf")
ALSO_HERE: Final = ("not", "if", "then", "else", "unevaluatedProperties")
OPENING: Final = ("additionalProperties", "patternProperties", "unevaluatedProperties")


def named_members(schema: object) -> dict[Location, set[str]]:
    """The members that a plain schema names, by place; `*` among them when any other may be sent too."""
    found: dict[Location, set[str]] = {}
    _collect(schema, (), found)
    return found


def _collect(schema: object, here: Location, found: dict[Location, set[str]]) -> None:
    if not isinstance(schema, dict):
        return
    names = found.setdefault(here, set())
    names.update(mapping(schema.get("properties")))
    names.update(texts(schema.get("required")))
    if any(schema.get(word) not in (None, False, True, {}) for word in OPENING):
        names.add("*")
    for name, member in mapping(schema.get("properties")).items():
        _collect(member, (*here, name), found)
    for word in ("additionalProperties", "items"):
        _collect(schema.get(word), (*here, "*" if word != "items" else "[]"), found)
    for member in elements(schema.get("prefixItems")):
        _collect(member, (*here, "[]"), found)
    for word in HERE:
        for member in elements(schema.get(word)):
            _collect(member, here, found)
    for word in ALSO_HERE:
        _collect(schema.get(word), here, found)
    for member in mapping(schema.get("dependentSchemas")).values():
        _collect(member, here, found)


def without_unnamed(
    schema: object, known: Mapping[Location, set[str]], here: Location = ()
) -> object:
    """A plain schema without the optional members that the other side does not name."""
    if not isinstance(schema, dict):
        return schema
    names = known.get(here, set())
    kept = dict(schema)
    members = mapping(schema.get("properties"))
    if members:
        must = elements(schema.get("required"))
        is_free = "*" in names or here not in known
        left = {
            name: without_unnamed(member, known, (*here, name))
            for name, member in members.items()
            if is_free or name in names or name in must
        }
        is_closed = schema.get("additionalProperties") is False
        dropped = {name: True for name in members if name not in left}
        kept["properties"] = {**left, **dropped} if is_closed else left
    for word in ("additionalProperties", "items"):
        if word in kept:
            kept[word] = without_unnamed(
                kept[word], known, (*here, "*" if word != "items" else "[]")
            )
    if "prefixItems" in kept:
        kept["prefixItems"] = [
            without_unnamed(each, known, (*here, "[]")) for each in elements(kept["prefixItems"])
        ]
    for word in HERE:
        if word in kept:
            kept[word] = [without_unnamed(each, known, here) for each in elements(kept[word])]
    for word in ALSO_HERE:
        if word in kept:
            kept[word] = without_unnamed(kept[word], known, here)
    return kept


def opened(schema: object, known: Mapping[Location, set[str]], here: Location = ()) -> object:
    """A plain schema that takes the members that the other side names: who reads leaves alone what he does not know."""
    if not isinstance(schema, dict):
        return schema
    kept = dict(schema)
    members = {
        name: opened(member, known, (*here, name))
        for name, member in mapping(schema.get("properties")).items()
    }
    if schema.get("additionalProperties") is False:
        members |= {
            name: True for name in known.get(here, ()) if name not in members and name != "*"
        }
    if members:
        kept["properties"] = members
    if "items" in kept:
        kept["items"] = opened(kept["items"], known, (*here, "[]"))
    for word in HERE:
        if word in kept:
            kept[word] = [opened(each, known, here) for each in elements(kept[word])]
    return kept
