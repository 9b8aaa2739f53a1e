"""Items just inside and just outside of what a contract allows, and pairs that are nearly equal.

Candidates are generous; the naive validator says which side each of them is on.
"""

from __future__ import annotations

import copy
import json
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

from contract_tests.generation.boundaries import borders, written
from contract_tests.generation.items import (
    Path,
    Workshop,
    drop,
    get,
    leaves,
    nodes,
    put,
    sample,
    shape,
)
from contract_tests.reading.equality import identical
from contract_tests.reading.patterns import at_limits
from contract_tests.reading.validity import fits

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Probe:
    """One item with what it tries."""

    rule: str  # the rule it stands inside or outside of
    told: str
    item: dict[str, Any]
    valid: bool
    silences: tuple[str, ...] = ()
    keyed: bool = True  # whether the key may be replaced by a fresh one
    length: int = 0  # how long the fresh key must be, where that is what is tried
    must: bool = False  # what servers get wrong so often that it is always tried


_UNKNOWN = "with an unknown member"
_MANY = 40  # entries of an array that has no limit
_FEW = 4  # so many faults of a rule in other items are always tried
_ALWAYS = "! "  # before what is told of a candidate that must be tried
_plain = json.JSONEncoder(ensure_ascii=False).encode
_KNOWN: WeakKeyDictionary[Workshop, list[Probe]] = WeakKeyDictionary()


def probes(workshop: Workshop) -> list[Probe]:
    """Return the probes of every constraint and rule of a submission's items."""
    if workshop not in _KNOWN:
        _KNOWN[workshop] = _probes(workshop)
    return _KNOWN[workshop]


def _probes(workshop: Workshop) -> list[Probe]:
    found: list[Probe] = []
    seen: set[str] = set()
    for path, told, item in _candidates(workshop):
        text = json.dumps(item, sort_keys=True)
        if text in seen:
            continue
        seen.add(text)
        must = told.startswith(_ALWAYS)
        found += _classified(workshop, path, told.removeprefix(_ALWAYS), item, must)
    at_borders = (
        Probe(one.rule, one.told, one.item, one.inside, must=True) for one in borders(workshop)
    )
    return [*found, *at_borders, *_elsewhere(workshop, found)]


def _elsewhere(workshop: Workshop, found: list[Probe]) -> Iterator[Probe]:
    """Yield faults of each rule in other valid items: a rule holds whatever stands beside it.

    A fault is carried over by what it changed in the full item; where the other item lacks that
    place, or keeps the rule with it, there is nothing to ask.
    """
    others = _contexts(workshop)
    for rule in dict.fromkeys(probe.rule for probe in found if probe.rule.startswith("rule.")):
        faulty = [probe for probe in found if probe.rule == rule and not probe.valid]
        for number, (told, other) in enumerate(others if faulty else ()):
            probe = faulty[number % len(faulty)]
            moved = _moved(workshop.full, probe.item, other)
            faults = () if moved is None else workshop.validity.faults(moved)
            if [fault.rule for fault in faults] == [rule]:
                told = f"{probe.told}, {told}"  # noqa: PLW2901
                yield Probe(rule, told, moved, False, faults[0].silences, must=number < _FEW)


def _contexts(workshop: Workshop) -> list[tuple[str, dict[str, Any]]]:
    """Return valid items of many kinds: the variants, and items with each number at zero."""
    kinds = [("in another item", item) for item in workshop.variants()]
    for path, value in leaves(workshop.full):
        if isinstance(value, int | float) and not isinstance(value, bool):
            changed = put(workshop.full, path, 0)
            if workshop.validity.is_valid(changed):
                kinds.insert(0, (f"with {_name(path)} = 0", changed))
    return kinds


def _moved(plain: Any, changed: Any, other: Any) -> Any:
    """Return another value with what was changed in a plain one; None where that has no place."""
    if isinstance(plain, dict) and isinstance(changed, dict) and isinstance(other, dict):
        moved = dict(other)
        for name in plain.keys() | changed.keys():
            if name in plain and name in changed and identical(plain[name], changed[name]):
                continue
            if name not in changed or name not in plain or name not in other:
                return None
            moved[name] = _moved(plain[name], changed[name], other[name])
            if moved[name] is None:
                return None
        return moved
    same = isinstance(plain, list) and isinstance(changed, list) and isinstance(other, list)
    if same and len(plain) == len(changed) == len(other):
        parts = [_moved(*three) for three in zip(plain, changed, other, strict=True)]
        return None if None in parts else parts
    return changed


def _classified(
    workshop: Workshop, path: Path, told: str, item: dict[str, Any], must: bool
) -> list[Probe]:
    key = workshop.submission.lifecycle.key
    on_key = bool(path) and path[0] in key
    faults = workshop.validity.faults(item)
    name = ".".join(str(part) for part in path if isinstance(part, str)) or "item"
    if faults:
        silences = tuple(dict.fromkeys(one for fault in faults for one in fault.silences))
        # A rule is named only when nothing else is broken.
        fault = next((one for one in faults if one.rule.startswith("schema.")), faults[0])
        return [Probe(fault.rule, told, item, False, silences, keyed=not on_key, must=must)]
    if on_key:
        value = get(item, path)
        # A short key cannot be fresh, so only long ones can be tried.
        long = isinstance(value, str) and len(value) > 48
        told = f"a key of {len(str(value))} characters"
        return [Probe(f"schema.{name}", told, item, True, length=len(value))] if long else []
    if told.endswith(_UNKNOWN):
        return [Probe("schema.unknown-members", told, item, True, must=True)]
    rules = _rules_at(workshop, path)
    rule = f"rule.{rules[0]}" if rules and "," in told else f"schema.{name}"
    return [Probe(rule, told, item, True, must=must)]


def _rules_at(workshop: Workshop, path: Path) -> list[str]:
    """Return the ids of the rules of the object that a path names."""
    found: list[str] = []
    for where, _, known in nodes(workshop.full, workshop.submission.item_schema):
        if where == path:
            found = [str(rule["id"]) for rule in known.get("x-rules", [])]
    return found


def _candidates(workshop: Workshop) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    base = workshop.full
    schema = workshop.submission.item_schema
    for item in workshop.bases:
        yield (), "an example", item
    for path, value, known in nodes(base, schema):
        if path:
            for other in _always(value, known):
                yield path, f"{_ALWAYS}{_name(path)} = {_told(other)}", put(base, path, other)
            for other in _values(value, known, workshop):
                yield path, f"{_name(path)} = {_told(other)}", put(base, path, other)
            if isinstance(path[-1], str):
                yield path, f"{_name(path)} missing", drop(base, path)
        if isinstance(value, dict):
            yield (
                path,
                f"{_name(path)} {_UNKNOWN}",
                put(base, path, {**value, "x_unknown": {"deep": [1, None, "é"]}}),
            )
            yield from _pairs_of_numbers(base, path, value)
            yield from _pairs_of_instants(base, path, value, known)
        if isinstance(value, list) and value:
            yield from _arrays(workshop, base, path, value, known)
        for branch in known.get("branches", ()) if isinstance(value, dict) else ():
            yield from _of_branch(base, path, value, branch)
    for example in workshop.submission.examples:
        for item in example if isinstance(example, list) else []:
            yield (), "an example", item
    yield from _several_faults(workshop, base)


def _of_branch(
    base: dict[str, Any], path: Path, value: dict[str, Any], branch: Any
) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Yield values of another kind, that kind at its limits, and both kinds at once."""
    other = sample(branch)
    if not isinstance(other, dict):
        return
    told = f"{_ALWAYS}{_name(path)} of another kind"
    yield path, told, put(base, path, other)
    yield path, f"{_ALWAYS}{_name(path)} of two kinds at once", put(base, path, {**value, **other})
    for where, inner, known in nodes(other, branch):
        for one in _always(inner, known) if where else ():
            place = f"{told}, {_name(where)} = {_told(one)}"
            yield (*path, *where), place, put(base, path, put(other, where, one))


def _several_faults(
    workshop: Workshop, base: dict[str, Any]
) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Yield items with two members wrong, so that each has to be named."""
    names = [name for name in base if name not in workshop.submission.lifecycle.key]
    for one, two in pairwise(names):
        yield (), f"{_ALWAYS}{one} and {two} null", {**base, one: None, two: None}


def _name(path: Path) -> str:
    return ".".join(str(part) for part in path) or "item"


def _told(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    length = len(value) if isinstance(value, str) else len(text)
    return text if len(text) <= 60 else f"{text[:40]}... ({length} characters)"


def _always(value: Any, known: dict[str, Any]) -> Iterator[Any]:
    """Yield what is tried at every effort: other types, spellings of an enum, instants."""
    if isinstance(value, str):
        yield from (None, 7, True, [value], {"value": value})
        limits = [int(n) for n in re.findall(r",(\d+)\}", known.get("pattern", ""))]
        limits += [known["maxLength"]] if "maxLength" in known else []
        yield from (
            letter * (n + more) for letter in "a\U0001f600" for n in limits for more in (0, 1)
        )
        if "pattern" in known:
            yield from (f"{value}\n", "\u00c0" * len(value), f"{value[:1]}\u0663{value[2:]}")
            yield from at_limits(known["pattern"])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from (None, True, False, f"{value}", "1", 1.5, [value], "", 2**63)
        for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            for step in {1, known.get("multipleOf", 1)} if word in known else ():
                yield from (known[word], known[word] - step, known[word] + step)
        if "multipleOf" in known:
            yield value + known["multipleOf"] / 2
    elif isinstance(value, bool):
        yield from (None, "true", 1, 0)
    else:
        yield from (None, True, "text", {}, [])
    for one in known.get("enum", []):
        yield one
        if isinstance(one, str):
            yield from (one.lower(), one.upper(), f" {one}", f"{one} ", f"{one}\n")
    if known.get("format") == "date-time":
        yield from COMMON_INSTANTS


def _values(value: Any, known: dict[str, Any], workshop: Workshop) -> Iterator[Any]:
    """Yield other values for a place: its own kind around the limits, and other kinds."""
    yield from (None, True, {}, [], "", "text", 7, 1.5, [value], {"value": value})
    if isinstance(value, str):
        yield from _texts(value, known, workshop)
    elif isinstance(value, bool):
        yield from (False, "true", 1, 0)
    elif isinstance(value, int | float):
        yield from _numbers(value, known)
    for one in known.get("enum", []):
        yield one
        if isinstance(one, str):
            yield from (one.lower(), one.upper(), one.swapcase(), f" {one}", f"{one} ", one[:-1])


def _texts(value: str, known: dict[str, Any], workshop: Workshop) -> Iterator[str]:
    pattern = known.get("pattern", "")
    limits = {int(n) for n in re.findall(r"[{,](\d+)", pattern)}
    limits |= {known[word] for word in ("minLength", "maxLength") if word in known}
    for length in sorted({n + d for n in limits for d in (-1, 0, 1) if n + d >= 0}):
        for letter in ("a", "A", "7", "0", "9"):
            yield letter * length
        if not pattern:
            yield "é" * length
            yield "\U0001f600" * length  # one character, two UTF-16 units
    yield from (f"{value}\n", f" {value}", f"{value} ", f"{value}é", f"{value}/", f"{value}%2F")
    yield from (value.upper(), value.lower(), value.swapcase(), value + value, value[1:])
    yield from (mark + value for mark in "._-0") if pattern else ()
    yield from (value + mark for mark in "._-0") if pattern else ()
    yield from (mark + value[1:] for mark in "0aA") if pattern else ()
    strangers = f"{string.punctuation} \t\u0663\u00e9" if pattern else ""
    yield from (value[:1] + mark + value[2:] for mark in strangers)
    yield from (" ", "\t", "\u00a0")
    yield from ("١٢٣٤", "１２３４", "12a4", "a-b", "a b", "GBP", "EUR", "USD", "gbp", "XXX", "GB1")  # noqa: RUF001
    yield from (str(one) for one in workshop.profile.values())
    if known.get("format") == "date-time":
        yield from INSTANTS
    if known.get("format") == "uuid":
        yield from ("1b7901db4879461680 52c73e29664bda", "1b7901db487946168052c73e29664bda", "g")
    if known.get("format") == "date":
        yield from ("2024-02-29", "2023-02-29", "2024-2-9", "2024-04-31", "20240401")


def _numbers(value: Any, known: dict[str, Any]) -> Iterator[Any]:
    yield from (
        0,
        -0.0,
        1,
        -1,
        0.01,
        -0.01,
        0.1,
        0.001,
        36.0,
        36.5,
        1e15,
        -1e15,
        1e-7,
        f"{value}",
        "1,5",
    )
    yield from (2**31, 2**53, -(2**31) - 1, 9007199254740993, 2**63, 1e20)
    for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        if word in known:
            limit = known[word]
            yield from (limit - 0.01, limit + 0.01)
    if "multipleOf" in known:
        yield from (known["multipleOf"] * 3, known["multipleOf"] * 1.5)


# What is taken for an instant most often, and one of each kind that is one.
COMMON_INSTANTS = (
    "2024-04-23T13:44:03.585Z",
    "2024-04-23T13:44:03Z",
    "2024-04-23T13:44:03+05:30",
    "2024-04-23T13:44:03-11:00",
    "2024-04-23T13:44:03.123456Z",
    "2024-02-29T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2024-04-23T13:44:03+15:00",
    "2024-02-30T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-04-23T24:00:00Z",
    "2024-04-23T13:60:00Z",
    "2024-04-23",
    "2024-04-23 13:44:03",
    "2024-04-23 13:44:03Z",
    "2024-04-23T13:44:03",
    "2024-04-23T13:44:03.585",
    "2024-04-23T13:44Z",
    "2024-04-23T13:44:03+0530",
    "20240423T134403Z",
    "1713879843",
    "yesterday",
)
INSTANTS = (
    "2024-04-23T13:44:03.585Z",
    "2024-04-23T13:44:03Z",
    "2024-04-23T13:44:03.5Z",
    "2024-04-23T13:44:03.123456Z",
    "2024-04-23T13:44:03.1234Z",
    "2024-04-23T13:44:03+05:30",
    "2024-04-23T13:44:03-11:00",
    "2024-04-23T13:44:03+00:00",
    "2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2024-02-30T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-00-10T00:00:00Z",
    "2024-04-00T00:00:00Z",
    "2024-04-32T00:00:00Z",
    "2024-04-23T25:00:00Z",
    "2024-04-23T24:00:00Z",
    "2024-04-23T13:60:00Z",
    "2024-04-23T13:44:61Z",
    "2024-04-23",
    "2024-04-23 13:44:03",
    "2024-04-23T13:44:03",
    "2024-04-23T13:44Z",
    "2024-04-23T13:44:03.Z",
    "2024-04-23T13:44:03:585Z",
    "20240423T134403Z",
    "2024-4-23T13:44:03Z",
    "24-04-23T13:44:03Z",
    "23/04/2024",
    "Tue, 23 Apr 2024 13:44:03 GMT",
    "1713879843",
    "yesterday",
    " 2024-04-23T13:44:03Z",
    "2024-04-23T13:44:03Z ",
    "2024-04-23T13:44:03Z\n",
    "2024-04-23T13:44:03+0530",
    "2024-04-23T13:44:03+05",
    "2024-04-23T13:44:03+23:59",
    "2024-04-23T13:44:03.1234567890Z",
    "2024-04-23T13:44:03+24:00",
    "2024-04-23T13:44:03+05:60",
    "1600-01-01T00:00:00Z",
    "1899-12-31T23:59:59Z",
    "1969-12-31T23:59:59Z",
    "2999-12-31T23:59:59Z",
)


def _pairs_of_numbers(
    base: dict[str, Any], path: Path, value: dict[str, Any]
) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    names = [
        name
        for name, member in value.items()
        if isinstance(member, int | float) and not isinstance(member, bool)
    ]
    amounts = (-100, -0.01, 0, 0.0, 0.01, 100, 1e12)
    counts = (-1000, -1, 0, 1, 1000)
    for number, first in enumerate(names):
        for second in names[number + 1 :]:
            for one in amounts:
                for two in counts:
                    changed = {**value, first: one, second: two}
                    yield path, f"{first} = {one}, {second} = {two}", put(base, path, changed)


def _instants(value: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """Return the members of an object that are instants."""
    properties = known.get("properties", {})
    return [name for name in value if shape(properties.get(name, {})).get("format") == "date-time"]


def _pairs_of_instants(
    base: dict[str, Any], path: Path, value: dict[str, Any], known: dict[str, Any]
) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    names = _instants(value, known)
    if len(names) != 2:
        return
    first, second = names
    edges = set(_edges())
    for start, end in periods():
        changed = {**value, first: start, second: end}
        always = _ALWAYS if (start, end) in edges else ""
        yield path, f"{always}{first} = {start}, {second} = {end}", put(base, path, changed)


def periods() -> Iterator[tuple[str, str]]:
    """Yield pairs of instants: whole days and months, and those just beside them."""
    day = timedelta(days=1)
    months = [(2023, month) for month in range(1, 13)]
    months += [(2024, 2), (2000, 2), (1900, 2), (2100, 2), (2024, 12)]
    for year, month in months:
        start = datetime(year, month, 1, tzinfo=UTC)
        after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        end = after - _MILLISECOND
        yield written(start), written(end)
        yield written(start), written(end - day)  # a day short
        yield written(start), written(end + day)  # a day long
        yield written(end - day + _MILLISECOND), written(end)  # the last day alone
    yield from _edges()
    yield from _shifted()


def _shifted() -> Iterator[tuple[str, str]]:
    """Yield a day and a month of which one end, or both, are moved by a part of a second to hours."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    milliseconds = (1, 500, 501, 999, 1000, 1001, 60_000, 60_001, 3_600_000, 3_600_001)
    for end in (datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)):
        for by in (timedelta(milliseconds=sign * one) for one in milliseconds for sign in (1, -1)):
            for first, last in ((by, by), (by, timedelta()), (timedelta(), by)):
                yield written(start + first), written(end - _MILLISECOND + last)


def _edges() -> Iterator[tuple[str, str]]:
    for at in ("2024-02-29", "2024-03-01", "2023-12-31", "2024-01-01", "2024-06-15", "2000-02-29",
               "2024-03-10", "2024-03-31", "2024-10-27", "2024-11-03"):  # fmt: skip
        yield f"{at}T00:00:00Z", f"{at}T23:59:59.999Z"
    yield from (
        ("2024-01-01T00:00:00.0Z", "2024-01-01T23:59:59.999Z"),
        ("2024-01-01T00:00:00.00Z", "2024-01-31T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59.998Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59.99Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59.9Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-01T23:59:58.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-01T23:58:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-01T22:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-02T00:00:00.000Z"),
        ("2024-01-01T00:00:00.000Z", "2024-02-01T00:00:00.000Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-31T23:59:59Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-31T23:59:59.998Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-31T00:00:00.000Z"),
        ("2024-01-01T00:00:00.001Z", "2024-01-01T23:59:59.999Z"),
        ("2024-01-01T00:00:01.000Z", "2024-01-01T23:59:59.999Z"),
        ("2024-01-01T00:01:00.000Z", "2024-01-01T23:59:59.999Z"),
        ("2024-01-01T01:00:00.000Z", "2024-01-01T23:59:59.999Z"),
        ("2024-01-01T00:00:00.001Z", "2024-01-31T23:59:59.999Z"),
        ("2024-01-01T12:00:00.000Z", "2024-01-02T11:59:59.999Z"),
        ("2024-01-01T00:00:00.001Z", "2024-01-02T00:00:00.000Z"),
        ("2024-01-02T00:00:00.000Z", "2024-01-31T23:59:59.999Z"),
        ("2024-01-02T00:00:00.000Z", "2024-02-01T23:59:59.999Z"),
        ("2024-01-15T00:00:00.000Z", "2024-02-14T23:59:59.999Z"),
        ("2023-12-31T00:00:00.000Z", "2024-01-31T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-03-31T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-12-31T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2025-01-31T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2025-01-01T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-07T23:59:59.999Z"),
        ("2024-01-08T00:00:00.000Z", "2024-01-14T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-02T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-15T23:59:59.999Z"),
        ("2024-02-01T00:00:00.000Z", "2024-02-28T23:59:59.999Z"),
        ("2023-02-01T00:00:00.000Z", "2023-02-28T23:59:59.999Z"),
        ("2024-01-31T00:00:00.000Z", "2024-01-31T23:59:59.999Z"),
        ("2024-01-31T00:00:00.000Z", "2024-02-29T23:59:59.999Z"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("2024-01-01T00:00:00.000Z", "2023-12-31T23:59:59.999Z"),
        ("2024-01-31T23:59:59.999Z", "2024-01-01T00:00:00.000Z"),
        ("2024-02-01T00:00:00.000Z", "2024-01-31T23:59:59.999Z"),
        ("2024-02-01T00:00:00.000Z", "2024-01-01T23:59:59.999Z"),
        ("2024-01-01T00:00:00.000Z", "2023-01-31T23:59:59.999Z"),
        ("2024-01-01T00:00:01.000Z", "2024-01-02T00:00:00.999Z"),
        ("2024-01-01T00:01:00.000Z", "2024-01-02T00:00:59.999Z"),
        ("2024-01-01T01:00:00.000Z", "2024-01-02T00:59:59.999Z"),
        ("2024-01-01T00:00:01.000Z", "2024-02-01T00:00:00.999Z"),
        ("2024-01-01T00:00:00.000Z", "2024-02-01T00:00:00.500Z"),
        ("2024-01-01T00:00:00.000Z", "2024-01-02T00:00:00.500Z"),
        ("2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00.10Z"),
        ("2024-01-01T00:00:00.10Z", "2024-01-01T00:00:00.5Z"),
        ("2024-01-01T00:00:00.900Z", "2024-01-01T00:00:00.100Z"),
        ("2024-01-01T00:00:50Z", "2024-01-01T00:00:10Z"),
        ("2024-01-01T00:50:00Z", "2024-01-01T00:10:00Z"),
        ("2024-01-01T15:00:00Z", "2024-01-01T10:00:00Z"),
        ("2024-01-01T00:00:00+00:00", "2024-01-01T23:59:59.999+00:00"),
        ("2024-01-01T00:00:00+01:00", "2024-01-01T23:59:59.999+01:00"),
        ("2024-01-01T00:00:00.0000Z", "2024-01-01T23:59:59.9999Z"),
        ("2024-01-01T00:00:00:000", "2024-01-01T23:59:59:999"),
    )


def _arrays(
    workshop: Workshop, base: dict[str, Any], path: Path, value: list[Any], known: dict[str, Any]
) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    one = value[0]
    least, most = int(known.get("minItems", 0)), known.get("maxItems")
    limits = {most, most + 1} if most else {_MANY}
    for size in sorted({0, least - 1, least, least + 1, 3} | limits):
        if size >= 0:
            always = _ALWAYS if size == 3 or most is not None else ""
            told = f"{always}{_name(path)} with {size} entries"
            yield path, told, put(base, path, [copy.deepcopy(one) for _ in range(size)])
            if known.get("uniqueItems"):
                told = f"{told} that differ"
                yield path, told, put(base, path, list(_differing(one, size, known)))
    others: tuple[Any, ...] = (None, 1, "text", {}, [])
    for other in others:
        told = f"{_name(path)} with {_told(other)} after a good entry"
        yield path, told, put(base, path, [one, other])
    if not isinstance(one, dict):
        return
    # A fault in the second entry only: rules and constraints hold for each of them.
    inner = shape(known.get("items", {}))
    for name in inner.get("properties", {}):
        if name in one:
            told = f"{_name(path)}, the second entry without {name}"
            yield (*path, 1, name), told, put(base, path, [one, drop(one, (name,))])
    for rule in _second_entries(one, inner, workshop):
        yield path, f"{_name(path)}, the second entry {rule[0]}", put(base, path, [one, rule[1]])


def _differing(one: Any, size: int, known: dict[str, Any]) -> Iterator[Any]:
    """Yield so many entries of an array of which no two are equal."""
    places = [path for path, value in leaves(one) if not isinstance(value, bool)]
    inner = known.get("items", {})
    for number in range(size):
        made = (put(one, path, _numbered(get(one, path), number)) for path in places)
        yield next((entry for entry in made if fits(inner, entry)), one) if number else one


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return f"{value[:1]}{number}{value[1:]}"
    return None if value is None else value + number


def _second_entries(
    one: dict[str, Any], known: dict[str, Any], workshop: Workshop
) -> Iterator[tuple[str, dict[str, Any]]]:
    for _, told, entry in _pairs_of_numbers(one, (), one):
        if "-1000" in told or "= 1000" in told:
            yield told, entry
    for where, value, inner in nodes(one, known):
        if isinstance(value, dict) and where:
            for count, (_, told, entry) in enumerate(_pairs_of_instants(one, where, value, inner)):
                if count % 9 == 1:
                    yield told.removeprefix(_ALWAYS), entry
        if isinstance(value, str) and inner.get("pattern") == "^[A-Z]{3}$":
            for other in ("GBP", "EUR", "USD"):
                yield f"with {other}", put(one, where, other)


# --- pairs that are, or nearly are, identical ----------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two items to be given one key; whether they are identical the oracle says."""

    told: str
    one: dict[str, Any]
    two: dict[str, Any]
    style: str = "plain"  # how the second is written


def spell(value: Any, style: str = "plain") -> str:
    """Return a value as JSON text; the value stays the same.

    Styles are `plain`, `reversed` members, `floats`, `exponents`, `escapes` and `spaces`.
    """
    if isinstance(value, dict):
        members = list(value.items())
        if style == "reversed":
            members.reverse()
        gap = " \n\t" if style == "spaces" else ""
        inner = ",".join(
            f"{gap}{_text(name, style)}:{gap}{spell(one, style)}" for name, one in members
        )
        return "{" + inner + gap + "}"
    if isinstance(value, list):
        return "[" + ",".join(spell(one, style) for one in value) + "]"
    if isinstance(value, str):
        return _text(value, style)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**6:
        if style == "floats":
            return f"{value}.0"
        if style == "exponents":
            return f"{value}e0"
    return _plain(value)


def _text(text: str, style: str) -> str:
    if style == "escapes":
        told = (f"\\u{ord(c):04x}" if ord(c) < 128 else c for c in text)
        return '"' + "".join(told).replace("\\u002f", "\\/") + '"'
    return _plain(text)


def pairs(workshop: Workshop) -> Iterator[Pair]:
    """Yield pairs of valid items, nearly or truly identical."""
    for told, one, two in _pairs(workshop):
        if workshop.validity.is_valid(one) and workshop.validity.is_valid(two):
            yield Pair(told, one, two)
    extended = {**workshop.full, "x_number": 100, "x_text": "na/ïve"}
    item = extended if workshop.validity.is_valid(extended) else workshop.full
    for style in ("reversed", "floats", "exponents", "escapes", "spaces"):
        yield Pair(f"written with {style}", item, item, style)


def _pairs(workshop: Workshop) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    full = workshop.full
    for path, value, known in nodes(full, workshop.submission.item_schema):
        if isinstance(value, list):
            yield from _array_pairs(full, path, value)
        if isinstance(value, dict):
            yield from _period_pairs(full, path, value, known)
        if isinstance(value, dict) and path:
            yield (
                f"{_name(path)} with one more member",
                full,
                put(full, path, {**value, "x_more": 1}),
            )
    for path, value in leaves(full):
        name = _name(path)
        if isinstance(value, str):
            for told, other in _text_changes(value):
                yield f"{name} {told}", full, put(full, path, other)
            accents = (put(full, path, f"{value}{letter}") for letter in "éè")
            yield f"{name} with another accent", *accents
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from (
                (f"{name} {told}", put(full, path, one), put(full, path, two))
                for told, one, two in _number_pairs(value)
            )
    for path, _ in list(leaves(full)):
        if len(path) == 1:
            yield f"without {_name(path)}", full, drop(full, path)
    for name in full:
        yield f"without {name}", full, drop(full, (name,))
    for told, one, two in _unknown_pairs():
        yield f"unknown member {told}", {**full, **one}, {**full, **two}


def _number_pairs(value: float) -> Iterator[tuple[str, float, float]]:
    yield "a hundredth more", 100, 100.01
    yield "a thousandth more", 100, 100.001
    yield "as 100 and 100.0", 100, 100.0
    yield "one more", value, value + 1
    yield "a little more", 100, 100.0000001
    for large in (2**53, 10**16):
        yield f"about {large}", large, large + 1


def _period_pairs(
    full: dict[str, Any], path: Path, value: dict[str, Any], known: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield pairs that differ in one of two instants only: a month and its first or its last day."""
    names = _instants(value, known)
    if len(names) != 2:
        return
    month = ("2024-01-01T00:00:00.000Z", "2024-01-31T23:59:59.999Z")
    for day in (("2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59.999Z"),
                ("2024-01-31T00:00:00.000Z", "2024-01-31T23:59:59.999Z")):  # fmt: skip
        one, two = ({**value, **dict(zip(names, both, strict=True))} for both in (month, day))
        yield f"{_name(path)} with another end or start", put(full, path, one), put(full, path, two)


def _array_pairs(
    full: dict[str, Any], path: Path, value: list[Any]
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    first = value[0] if value else None
    if isinstance(first, str):
        many = put(full, path, [first, f"{first}2"])
        yield f"{_name(path)} in another order", many, put(full, path, [f"{first}2", first])
        yield f"{_name(path)} repeated", full, put(full, path, [*value, first])
        yield f"{_name(path)} longer", full, many
    elif isinstance(first, dict):
        for other in _others(first):
            many = put(full, path, [first, other])
            yield f"{_name(path)} in another order", many, put(full, path, [other, first])
        yield f"{_name(path)} repeated", full, put(full, path, [*value, first])


def _others(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the entry with one text or number changed, whether it is valid or not."""
    for name, value in entry.items():
        if isinstance(value, str):
            yield {**entry, name: f"{value}2"}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield {**entry, name: value + 1}


def _text_changes(value: str) -> Iterator[tuple[str, str]]:
    yield "in upper case", value.upper()
    yield "in lower case", value.lower()
    yield "with a space after it", f"{value} "
    if value.isdigit():
        yield "with a leading zero", f"0{value}"
    yield "with another last letter", value[:-1] + ("8" if value.endswith("7") else "7")
    if re.match(r"\d{4}-\d\d-\d\dT", value):
        bare = re.sub(r"(\.\d+)?(Z|[+-]\d\d:\d\d)$", "", value)
        for zone in ("Z", ".000Z", ".0Z", "+00:00"):
            yield f"as {zone}", bare + zone


def _unknown_pairs() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    long = "x" * 300
    yield "ends of long texts", {"x_a": f"{long}1"}, {"x_a": f"{long}2"}
    yield "ends of long arrays", {"x_a": [*range(60), 1]}, {"x_a": [*range(60), 2]}
    yield "texts of digits", {"x_a": "7"}, {"x_a": "07"}
    yield "a number in two texts", {"x_a": "100"}, {"x_a": "100.0"}
    yield "a text and true", {"x_a": True}, {"x_a": "true"}
    yield "a number and its negative", {"x_a": 7}, {"x_a": -7}
    yield "absent and null", {}, {"x_a": None}
    yield "absent and present", {}, {"x_a": "b"}
    yield "true and 1", {"x_a": True}, {"x_a": 1}
    yield "false and 0", {"x_a": False}, {"x_a": 0}
    yield "1 and '1'", {"x_a": 1}, {"x_a": "1"}
    yield "null and ''", {"x_a": None}, {"x_a": ""}
    yield "empty array and object", {"x_a": []}, {"x_a": {}}
    yield "composed and decomposed", {"x_a": "\u00e9"}, {"x_a": "e\u0301"}
    yield "large numbers", {"x_a": 9007199254740992}, {"x_a": 9007199254740993}
    yield "larger numbers", {"x_a": 2**64}, {"x_a": 2**64 + 1}
    yield "very large numbers", {"x_a": 10**22}, {"x_a": 10**22 + 1}
    yield "huge numbers in depth", {"x_a": [{"b": 2**70 + 1}]}, {"x_a": [{"b": 2**70}]}
    yield "1e22 and its digits", {"x_a": 1e22}, {"x_a": 10**22}
    yield "0 and -0.0", {"x_a": 0}, {"x_a": -0.0}
    yield "an entry repeated", {"x_a": [1]}, {"x_a": [1, 1]}
    yield "empty and nested arrays", {"x_a": []}, {"x_a": [[]]}
    yield "absent and empty text", {}, {"x_a": ""}
    yield "absent and false", {}, {"x_a": False}
    yield "composed and decomposed names", {"x_\u00e9": 1}, {"x_e\u0301": 1}
    yield "thousandths", {"x_a": 0.001}, {"x_a": 0.002}
    yield "last digits of doubles", {"x_a": 0.1}, {"x_a": 0.10000000000000002}
    yield "null in depth", {"x_a": {"b": 1}}, {"x_a": {"b": 1, "c": None}}
    yield "0 and null", {"x_a": 0}, {"x_a": None}
    yield "spaces inside", {"x_a": "a b"}, {"x_a": "a  b"}
    yield "date spellings", {"x_a": "2024-01-01T00:00:00Z"}, {"x_a": "2024-01-01T00:00:00.000Z"}
    yield "array orders", {"x_a": [1, 2]}, {"x_a": [2, 1]}
    yield "member orders", {"x_a": {"b": 1, "c": 2}}, {"x_a": {"c": 2, "b": 1}}
    yield "small differences", {"x_a": 1.0001}, {"x_a": 1.0002}
    yield "100 and 100.0", {"x_a": [100]}, {"x_a": [100.0]}
    hollow: dict[str, Any] = {
        "x_a": "",
        "x_b": None,
        "x_c": [],
        "x_d": {},
        "x_e": 0,
        "x_f": False,
        "x_g": " ",
    }
    yield "that are all hollow", hollow, hollow
    yield "accents", {"x_a": "\u00e9"}, {"x_a": "\u00e8"}
    yield "characters of another script", {"x_a": "\u65e5\u672c"}, {"x_a": "\u4e2d\u56fd"}
    yield "letter cases", {"x_a": "b"}, {"x_a": "B"}
    yield "name cases", {"x_a": 1}, {"X_a": 1}
    yield "deep change", {"x_a": {"b": [{"c": 1}]}}, {"x_a": {"b": [{"c": 2}]}}
