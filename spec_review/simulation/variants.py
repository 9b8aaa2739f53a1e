"""Items that differ from an example in one place or in two: what generated items are here.

An example fits its schema, which a blind guess at patterns and formats rarely does; so each value
is changed to its neighbours, to what its schema names, and to what the rules themselves mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, islice, zip_longest
from typing import Any, Final

from spec_review.document import Document, Pointer
from spec_review.reading.schemas import schemas_of

Place = tuple[str | int, ...]

_DEEPEST: Final = 8
_LONGEST_ARRAY: Final = 3
_INSTANT: Final = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$")
_STEPS: Final = (
    timedelta(milliseconds=1),
    timedelta(seconds=1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=31),
    timedelta(days=366),
)
_LITERAL: Final = re.compile(r"""'([^'\\]*)'|"([^"\\]*)"|(?<![\w.])(\d+(?:\.\d+)?)""")
_FORMATS: Final = {
    "date-time": "2025-01-01T00:00:00Z",
    "date": "2025-01-01",
    "time": "00:00:00Z",
    "uuid": "7c0b1d0e-0d6b-4d6c-9a53-0a2f1c2f4f10",
    "email": "someone@example.org",
    "uri": "https://example.org/",
    "uri-reference": "/a",
}


class _Absent:
    """Stands for a member that is left out."""


_ABSENT: Final = _Absent()


def variants(
    document: Document, schema: Pointer, value: Any, words: Sequence[Any]
) -> Iterator[Any]:
    """Yield values near a value: first with one place changed, every place in turn, then with two.

    `words` are values to try everywhere, such as those that the rules mention.
    """
    by_place = [
        [(place, other) for other in _others(document, schemas, old, words)]
        for place, schemas, old in _places(document, [schema], value, ())
    ]
    singles = [change for row in zip_longest(*by_place) for change in row if change is not None]
    for place, other in singles:
        yield _changed(value, place, other)
    numbers = [
        change
        for change in singles
        if isinstance(change[1], int | float) and not isinstance(change[1], bool)
    ]
    instants = [change for change in singles if _is_instant(change[1])]
    for (place, other), (second, third) in islice(
        zip_together(combinations(numbers, 2), combinations(instants, 2)), 20_000
    ):
        if place[: len(second)] != second and second[: len(place)] != place:
            yield _changed(_changed(value, place, other), second, third)


def zip_together(*several: Iterable[Any]) -> Iterator[Any]:
    """Yield from several iterables in turn until all are at their end."""
    for row in zip_longest(*several):
        yield from (one for one in row if one is not None)


def words_of(expressions: Iterable[str]) -> list[Any]:
    """Return the literals of rules, and the numbers beside them."""
    found: dict[str, Any] = {}
    for expression in expressions:
        for single, double, number in _LITERAL.findall(expression):
            if number:
                exact = float(number) if "." in number else int(number)
                for near in (exact, exact + 1, exact - 1, -exact):
                    found[repr(near)] = near
            else:
                found[repr(single or double)] = single or double
    return list(found.values())


def made(document: Document, schema: Pointer, depth: int = 0) -> Any:
    """Return a small value for a schema; it may fail to fit where patterns or formats decide."""
    schemas = schemas_of(document)
    parts = [document.value(part) for part in schemas.parts(schema)]
    for word in ("const", "default", "example"):
        for part in parts:
            if word in part:
                return part[word]
    for word in ("examples", "enum"):
        for part in parts:
            if isinstance(part.get(word), list) and part[word]:
                return part[word][0]
    types = schemas.types(schema)
    if "object" in types or schemas.members(schema):
        members = schemas.members(schema)
        return {
            name: made(document, members[name][0], depth + 1)
            for name in sorted(schemas.required(schema))
            if name in members and depth < _DEEPEST
        }
    if "array" in types:
        items = schemas.items(schema)
        return [made(document, items, depth + 1)] if items and depth < _DEEPEST else []
    for part in parts:
        if part.get("format") in _FORMATS:
            return _FORMATS[part["format"]]
    plain: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "null": None}
    return next((plain[one] for one in sorted(types) if one in plain), "text")


def _places(
    document: Document, schemas: list[Pointer], value: Any, here: Place
) -> Iterator[tuple[Place, list[Pointer], Any]]:
    """Yield every place of a value, and every absent member, with the schemas that speak of it."""
    if here:
        yield here, schemas, value
    if len(here) >= _DEEPEST:
        return
    known = schemas_of(document)
    if isinstance(value, dict):
        members: dict[str, list[Pointer]] = {}
        for schema in schemas:
            for name, places in known.members(schema).items():
                members.setdefault(name, []).extend(places)
        for name, inner in value.items():
            yield from _places(document, members.get(name, []), inner, (*here, name))
        for name, places in members.items():
            if name not in value:
                yield (*here, name), places, _ABSENT
    elif isinstance(value, list):
        items = [one for schema in schemas if (one := known.items(schema)) is not None]
        for index, inner in enumerate(value[:_LONGEST_ARRAY]):
            yield from _places(document, items, inner, (*here, index))


def _others(
    document: Document, schemas: list[Pointer], old: Any, words: Sequence[Any]
) -> Iterator[Any]:
    """Yield what may stand at a place instead of the old value, the plainest first."""
    seen = {repr(old)}
    if old is _ABSENT:
        if not schemas:
            return
        old = made(document, schemas[0])
        yield old
    else:
        yield _ABSENT
    for other in (*_neighbours(old), *_named(document, schemas), *_alike(old, words)):
        if repr(other) not in seen:
            seen.add(repr(other))
            yield other


def _neighbours(old: Any) -> Iterator[Any]:
    if isinstance(old, bool):
        yield not old
    elif isinstance(old, int | float):
        yield from (0, -old, old + 1, old - 1, old * 10, 1, -1, old + 0.01, old * 1000)
        yield float(old) if isinstance(old, int) else old / 2
        if float(old).is_integer():
            yield int(old)
    elif isinstance(old, str):
        if _is_instant(old):
            yield from _instants(old)
        else:
            yield from (f"{old}é", "", old.swapcase(), f"{old}{old}", old[:1], f" {old}")
    elif isinstance(old, list):
        yield from ([], old[:1], old + old[:1], old + old)


def _named(document: Document, schemas: list[Pointer]) -> Iterator[Any]:
    """Yield the values that schemas name: enumerated ones, bounds and examples."""
    for schema in schemas:
        for part in schemas_of(document).parts(schema):
            said = document.value(part)
            for word in ("enum", "examples"):
                yield from said[word] if isinstance(said.get(word), list) else ()
            for word in ("const", "default", "example", "minimum", "maximum"):
                if word in said:
                    yield said[word]


def _alike(old: Any, words: Sequence[Any]) -> Iterator[Any]:
    numeric = isinstance(old, int | float) and not isinstance(old, bool)
    for word in words:
        if (numeric and isinstance(word, int | float)) or (
            isinstance(old, str) and isinstance(word, str)
        ):
            yield word


def _is_instant(value: Any) -> bool:
    return isinstance(value, str) and _INSTANT.match(value) is not None


def _instants(text: str) -> Iterator[str]:
    """Yield instants near one, written as it is, and the same with another offset."""
    ending = "Z" if text.endswith("Z") else ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return
    zone = moment.tzinfo
    for step in _STEPS:
        for other in (moment + step, moment - step):
            yield _written(other, ending)
    first = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    for month in (1, 2, 4, 12):
        for year in (moment.year, 2023, 2024):
            start = first.replace(year=year, month=month, day=1)
            yield _written(start, ending)
            following = (start + timedelta(days=32)).replace(day=1)
            yield _written(following - timedelta(milliseconds=1), ending)
    yield _written(first, ending)
    yield _written(first + timedelta(days=1) - timedelta(milliseconds=1), ending)
    if zone is not None:
        yield moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "+01:00"


def _written(moment: datetime, ending: str) -> str:
    if ending:
        bare = moment.replace(tzinfo=None)
        return bare.isoformat(timespec="milliseconds" if bare.microsecond else "seconds") + ending
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _changed(value: Any, place: Place, other: Any) -> Any:
    """Return a value with another one at a place; what is not on the way is shared."""
    if not place:
        return other
    first, rest = place[0], place[1:]
    if isinstance(value, list) and isinstance(first, int) and first < len(value):
        if other is _ABSENT and not rest:
            return value[:first] + value[first + 1 :]
        return [*value[:first], _changed(value[first], rest, other), *value[first + 1 :]]
    if not isinstance(value, dict):
        return value
    if other is _ABSENT and not rest:
        return {name: inner for name, inner in value.items() if name != first}
    return {**value, str(first): _changed(value.get(str(first)), rest, other)}
