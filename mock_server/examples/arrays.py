"""Arrays that may fit a plain schema, the shortest first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mock_server.contracts.standalone import Schema
from mock_server.examples.limits import MANY, MOST_ITEMS, MOST_VALUES, Plain, weight
from mock_server.examples.plain import item_at, key_of
from mock_server.examples.streams import END, Finder, Stream, Where


def values(search: Finder, plain: Plain, where: Where) -> Iterator[list[object]]:
    """Yield arrays, the shortest first; a generous search begins with one that has all its places, at least one item."""
    prefix = plain.get("prefixItems", [])
    wanted = plain.get("containing", [])
    least = max(plain.get("minItems", 0), max((least for _, least in wanted), default=0))
    most = least + len(prefix) + sum(least for _, least in wanted) + 1
    if most > MOST_ITEMS:
        search.give_up(where.at, f"it asks for more than {MOST_ITEMS:,} items")
        return
    usual = max(least, len(prefix), 1) if search.generous else least
    lengths = range(least, min(most, plain.get("maxItems", most)) + 1)
    for length in sorted(lengths, key=lambda one: (one != usual, one)):
        for backwards in (True, False):
            slots = _slots(plain, length, backwards=backwards)
            yield from _filled(search, slots, bool(plain.get("uniqueItems")), where)
            if not wanted:
                break


def _slots(plain: Plain, length: int, *, backwards: bool) -> list[tuple[Schema, ...]]:
    """For each place of the array what its item must fit; `contains` takes places from one end."""
    prefix = plain.get("prefixItems", [])
    rest = {"items": plain.get("items", plain.get("unevaluatedItems", True))}
    slots: list[tuple[Schema, ...]] = [(item_at(rest, prefix, place),) for place in range(length)]
    places = iter(range(length - 1, -1, -1) if backwards else range(length))
    for schema, least in plain.get("containing", []):
        for place in islice(places, least):
            slots[place] = (*slots[place], schema)
    return slots


def _filled(
    search: Finder, slots: list[tuple[Schema, ...]], unique: bool, where: Where
) -> Iterator[list[object]]:
    """Yield arrays whose items fit the slots; of the later ones only the last item differs."""
    streams: dict[tuple[int, ...], Stream] = {}
    row: list[object] = []
    taken: set[str] = set()
    stream: Stream | None = None
    left = MOST_VALUES
    for slot in slots:
        which = tuple(id(schema) for schema in slot)
        stream = streams.setdefault(which, search.stream(slot, where.item()))
        value = stream.next_free(taken) if unique else stream.nth(0)
        if value is END:
            return
        left -= weight(value, left)
        if left < 0:
            search.give_up(
                where.at, f"its smallest value has more than {MOST_VALUES:,} values in it"
            )
            return
        if unique:
            taken.add(key_of(value))
        row.append(value)
    yield row
    if stream is not None:
        for number in range(1, MANY):
            value = stream.nth(number)
            if value is END:
                return
            if not unique or key_of(value) not in taken:
                yield [*row[:-1], value]
