"""Objects that may fit a plain schema: the required members first, then with more, then with other values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from mock_server.contracts.standalone import Schema
from mock_server.examples.discriminators import hinted
from mock_server.examples.limits import MANY, MOST_ITEMS, MOST_VALUES, TURN, Plain, weight
from mock_server.examples.patterns import matches
from mock_server.examples.plain import merge
from mock_server.examples.streams import END, Finder, Stream, Where


def values(search: Finder, plain: Plain, where: Where) -> Iterator[Plain]:
    """Yield objects: with the optional members that the search gives, then the smallest first."""
    if plain.get("minProperties", 0) > MOST_ITEMS:
        search.give_up(where.at, f"it asks for more than {MOST_ITEMS:,} members")
        return
    needed = _needed(plain, plain.get("required", []))
    asked = [name for name in plain.get("dependentSchemas", {}) if name in needed]
    if asked:
        yield from _with_dependent(search, plain, asked, where)
        return
    columns = _columns(search, plain, needed, where)
    if columns is None:
        return
    base = {name: stream.nth(0) for name, stream in columns.items()}
    if weight(base) > MOST_VALUES:
        search.give_up(where.at, f"its smallest value has more than {MOST_VALUES:,} values in it")
        return
    more = _optional(search, plain, base, where)
    full = _in_order(plain, {**base, **more})
    yield from _told(search, plain, full)
    yield full
    for name in more:
        yield {key: value for key, value in full.items() if key != name}
    if more:
        yield from ({**full, **other} for other in islice(_varied(base, columns), TURN))
    yield from _told(search, plain, base)
    yield base
    yield from _varied(base, columns)
    yield from _fuller(search, plain, base, where)


def shown(search: Finder, plain: Plain, value: object) -> object:
    """Return an example without the members that only requests have (`writeOnly`)."""
    if not isinstance(value, Mapping):
        return value
    hidden = {
        name
        for name, schema in plain.get("properties", {}).items()
        if name in value and not search.may_be_sent(schema)
    }
    return {name: member for name, member in value.items() if name not in hidden}


def _told(search: Finder, plain: Plain, made: Plain) -> Iterator[Plain]:
    """Yield an object as its discriminator and the examples of the schema's parts say."""
    shares = {name: value for share in plain.get("shares", ()) for name, value in share.items()}
    hint = hinted(plain)
    told: Plain = {}
    if hint is not None and hint[0] in made:
        name, value = hint
        if search.fits(plain.get("properties", {}).get(name, True), value):
            told = {name: value}
    if shares:
        yield _in_order(plain, {**made, **shares, **told})
    if told:
        yield {**made, **told}


def _optional(search: Finder, plain: Plain, base: Plain, where: Where) -> Plain:
    """Return the members that need not be there and are given."""
    found: Plain = {}
    room = plain.get("maxProperties", MOST_ITEMS) - len(base)
    for name, schema in plain.get("properties", {}).items():
        if name in base or name in plain.get("dependentSchemas", {}) or len(found) >= room:
            continue
        if search.may_be_sent(schema) and search.gives(schema, where):
            value = _member(search, plain, name, where).nth(0)
            if value is not END and _may_be_named(search, plain, name):
                found[name] = value
    there = {**base, **found}
    return {
        name: value
        for name, value in found.items()
        if all(other in there for other in _needed(plain, [name]))
    }


def _in_order(plain: Plain, members: Plain) -> Plain:
    """Return an object with its members in the order of their declaration."""
    declared = [name for name in plain.get("properties", {}) if name in members]
    return {name: members[name] for name in dict.fromkeys([*declared, *members])}


def _with_dependent(
    search: Finder, plain: Plain, asked: list[str], where: Where
) -> Iterator[Plain]:
    """Yield the objects of a schema of which some `dependentSchemas` apply."""
    waiting = plain["dependentSchemas"]
    rest = {**plain, "dependentSchemas": {k: v for k, v in waiting.items() if k not in asked}}
    for more, used in search.plain({"allOf": [waiting[name] for name in asked]}, where):
        merged = merge(rest, more)
        if merged is not None:
            yield from values(search, merged, where.behind(used))


def _columns(
    search: Finder, plain: Plain, needed: list[str], where: Where
) -> dict[str, Stream] | None:
    """Return the values of each member that an object must have; None when one of them has none."""
    columns: dict[str, Stream] = {}
    for name in needed:
        columns[name] = _member(search, plain, name, where)
        if columns[name].nth(0) is END:
            return None
    for name in _spare_names(search, plain, needed):
        if len(columns) >= plain.get("minProperties", 0):
            break
        stream = _member(search, plain, name, where)
        if stream.nth(0) is not END:
            columns[name] = stream
    return columns


def _fuller(search: Finder, plain: Plain, base: Plain, where: Where) -> Iterator[Plain]:
    """Yield the object with one optional member more."""
    for name in _spare_names(search, plain, base):
        value = _member(search, plain, name, where).nth(0)
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


def _member(search: Finder, plain: Plain, name: str, where: Where) -> Stream:
    schemas: list[Schema] = []
    if name in plain.get("properties", {}):
        schemas.append(plain["properties"][name])
    for pattern, schema in plain.get("patternProperties", {}).items():
        if search.fits({"pattern": pattern}, name):
            schemas.append(schema)
    return search.stream(schemas or [_rest(plain)], where.member(name))


def _spare_names(search: Finder, plain: Plain, taken: Iterable[str]) -> Iterator[str]:
    """Yield names of members that are not required: declared ones, then by pattern, then any."""
    taken = set(taken)
    declared: dict[str, Schema] = plain.get("properties", {})
    for name, schema in declared.items():
        if name not in taken and search.may_be_sent(schema) and _may_be_named(search, plain, name):
            yield name
    free: list[Iterator[Any]] = [
        islice(matches(pattern, 0), 20) for pattern in plain.get("patternProperties", {})
    ]
    if _rest(plain) is not False:
        names = plain.get("propertyNames", {})
        schema = {"allOf": [{"type": "string", "minLength": 1}, names]}
        free.append(islice(search.values(schema, Where((), "#")), 100))
    for source in free:
        for name in source:
            if name not in taken and name not in declared and _may_be_named(search, plain, name):
                taken.add(name)
                yield name


def _may_be_named(search: Finder, plain: Plain, name: str) -> bool:
    return "propertyNames" not in plain or search.fits(plain["propertyNames"], name)


def _needed(plain: Plain, asked: Iterable[str]) -> list[str]:
    """The members that are asked for and those that they require, in the order of their declaration."""
    needed = dict.fromkeys(asked)
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
