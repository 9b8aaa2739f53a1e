"""Objects that may fit a plain schema: the required members first, then with more, then with other values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from mock_server.examples.discriminators import hinted
from mock_server.examples.limits import MANY, MOST_ITEMS, MOST_VALUES, Plain, weight
from mock_server.examples.patterns import matches
from mock_server.examples.plain import merge
from mock_server.examples.standalone import Schema, named
from mock_server.examples.streams import END, Finder, Refs, Stream


def values(search: Finder, plain: Plain, refs: Refs, at: str) -> Iterator[Plain]:
    """Yield objects, the smallest first."""
    if plain.get("minProperties", 0) > MOST_ITEMS:
        search.give_up(at, f"it asks for more than {MOST_ITEMS:,} members")
        return
    needed = _needed(plain)
    asked = [name for name in plain.get("dependentSchemas", {}) if name in needed]
    if asked:
        yield from _with_dependent(search, plain, asked, refs, at)
        return
    columns = _columns(search, plain, needed, refs, at)
    if columns is None:
        return
    base = {name: stream.nth(0) for name, stream in columns.items()}
    if weight(base) > MOST_VALUES:
        search.give_up(at, f"its smallest value has more than {MOST_VALUES:,} values in it")
        return
    hint = hinted(plain)
    if hint is not None and hint[0] in base:
        name, value = hint
        if search.accepts(plain.get("properties", {}).get(name, True), value):
            yield {**base, name: value}
    yield base
    yield from _varied(base, columns)
    yield from _fuller(search, plain, base, refs, at)


def _with_dependent(
    search: Finder, plain: Plain, asked: list[str], refs: Refs, at: str
) -> Iterator[Plain]:
    """Yield the objects of a schema of which some `dependentSchemas` apply."""
    waiting = plain["dependentSchemas"]
    rest = {**plain, "dependentSchemas": {k: v for k, v in waiting.items() if k not in asked}}
    for more, used in search.plain({"allOf": [waiting[name] for name in asked]}, refs, at):
        merged = merge(rest, more)
        if merged is not None:
            yield from values(search, merged, refs + used, at)


def _columns(
    search: Finder, plain: Plain, needed: list[str], refs: Refs, at: str
) -> dict[str, Stream] | None:
    """Return the values of each member that an object must have; None when one of them has none."""
    columns: dict[str, Stream] = {}
    for name in needed:
        columns[name] = _member(search, plain, name, refs, at)
        if columns[name].nth(0) is END:
            return None
    for name in _spare_names(search, plain, needed):
        if len(columns) >= plain.get("minProperties", 0):
            break
        stream = _member(search, plain, name, refs, at)
        if stream.nth(0) is not END:
            columns[name] = stream
    return columns


def _fuller(search: Finder, plain: Plain, base: Plain, refs: Refs, at: str) -> Iterator[Plain]:
    """Yield the object with one optional member more."""
    for name in _spare_names(search, plain, base):
        value = _member(search, plain, name, refs, at).nth(0)
        if value is not END:
            yield {**base, name: value}


def _varied(base: Plain, columns: Mapping[str, Stream]) -> Iterator[Plain]:
    """Yield the object with another value of one member, members taking turns."""
    for number in range(1, MANY):
        others = [(name, stream.nth(number)) for name, stream in columns.items()]
        alive = [(name, value) for name, value in others if value is not END]
        if not alive:
            return
        for name, value in alive:
            yield {**base, name: value}


def _member(search: Finder, plain: Plain, name: str, refs: Refs, at: str) -> Stream:
    schemas: list[Schema] = []
    if name in plain.get("properties", {}):
        schemas.append(plain["properties"][name])
    for pattern, schema in plain.get("patternProperties", {}).items():
        if search.accepts({"pattern": pattern}, name):
            schemas.append(schema)
    above = named(refs[-1]) if refs else at
    place = f"{above}/properties/{name.replace('~', '~0').replace('/', '~1')}"
    return search.stream(schemas or [_rest(plain)], refs, place)


def _spare_names(search: Finder, plain: Plain, taken: Iterable[str]) -> Iterator[str]:
    """Yield names of members that are not required: declared ones, then by pattern, then any."""
    taken = set(taken)
    declared: dict[str, Schema] = plain.get("properties", {})
    for name, schema in declared.items():
        hidden = isinstance(schema, Mapping) and schema.get("writeOnly")
        if name not in taken and not hidden and _may_be_named(search, plain, name):
            yield name
    free: list[Iterator[Any]] = [
        islice(matches(pattern, 0), 20) for pattern in plain.get("patternProperties", {})
    ]
    if _rest(plain) is not False:
        names = plain.get("propertyNames", {})
        schema = {"allOf": [{"type": "string", "minLength": 1}, names]}
        free.append(islice(search.values(schema, (), "#"), 100))
    for source in free:
        for name in source:
            if name not in taken and name not in declared and _may_be_named(search, plain, name):
                taken.add(name)
                yield name


def _may_be_named(search: Finder, plain: Plain, name: str) -> bool:
    return "propertyNames" not in plain or search.accepts(plain["propertyNames"], name)


def _needed(plain: Plain) -> list[str]:
    """The required members and those that they require, in the order of their declaration."""
    needed = dict.fromkeys(plain.get("required", []))
    waiting = list(needed)
    while waiting:
        for name in plain.get("dependentRequired", {}).get(waiting.pop(), []):
            if name not in needed:
                needed[name] = None
                waiting.append(name)
    declared = [name for name in plain.get("properties", {}) if name in needed]
    return list(dict.fromkeys([*declared, *needed]))


def _rest(plain: Plain) -> Schema:
    """What a member must fit that is not declared."""
    rest: Schema = True
    for word in ("unevaluatedProperties", "additionalProperties"):
        rest = plain.get(word, rest)
    return rest
