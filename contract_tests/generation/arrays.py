"""Arrays of other lengths, and with entries that are wrong beside a good one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from contract_tests.generation.candidate import Candidate, shown
from contract_tests.generation.objects import extreme_pairs, pairs_of_instants
from contract_tests.generation.spelling import spell
from contract_tests.generation.values import Item, drop, get, leaves, put
from contract_tests.reading.schemas import Path, Schema, folded, nodes
from contract_tests.reading.validators import fits

Familiar = Callable[[Path], Iterable[str]]  # texts that stand in such a place elsewhere
_MANY = 40  # entries of an array that has no limit
_MOST = 10_000  # entries that are made to try a limit


def of_lengths(name: str, value: list[object], known: Schema) -> Iterator[Candidate]:
    """Yield an array with as few and as many entries as it may have, and beyond."""
    one = value[0]
    least, most = int(known.get("minItems", 0)), known.get("maxItems")
    limits = {most, most + 1} if most else {_MANY}
    for size in sorted({0, least - 1, least, least + 1, 3} | limits):
        if not 0 <= size <= _MOST:
            continue
        must = size == 3 or most is not None
        about = f"{name} with {size} entries"
        yield Candidate((), about, [copy.deepcopy(one) for _ in range(size)], must=must)
        if known.get("uniqueItems"):
            yield Candidate(
                (), f"{about} that differ", list(_differing(one, size, known)), must=must
            )


def of_second_entries(
    name: str, value: list[object], known: Schema, familiar: Familiar
) -> Iterator[Candidate]:
    """Yield a fault in the second entry only: rules and constraints hold for each of them."""
    one = value[0]
    strange: tuple[object, ...] = (None, 1, "text", {}, [])
    for other in strange:
        about = f"{name} with {shown(other, spell(other))} after a good entry"
        yield Candidate((), about, [one, other], varies=name)
    if not isinstance(one, dict):
        return
    inner = folded(known.get("items", {}))
    for member in inner.get("properties", {}):
        if member in one:
            about = f"{name}, the second entry without {member}"
            yield Candidate((1, member), about, [one, drop(one, (member,))], varies=name)
    for told, entry in _wrong_entries(one, inner, familiar):
        yield Candidate((), f"{name}, the second entry {told}", [one, entry], varies=name)


def _wrong_entries(one: Item, known: Schema, familiar: Familiar) -> Iterator[tuple[str, Item]]:
    yield from ((pair.about, pair.item) for pair in extreme_pairs(one))
    for where, value, inner in nodes(one, known):
        if isinstance(value, dict) and where:
            for count, pair in enumerate(pairs_of_instants(value, inner)):
                if count % 9 == 1:
                    yield pair.about, put(one, where, pair.item)
        if isinstance(value, str) and where:
            for other in familiar(where):
                if inner.get("pattern") and fits(inner, other):
                    yield f"with {other}", put(one, where, other)


def _differing(one: object, size: int, known: Schema) -> Iterator[object]:
    """Yield so many entries of an array of which no two are equal."""
    places = [path for path, value in leaves(one) if not isinstance(value, bool)]
    inner = known.get("items", {})
    for number in range(size):
        made = (put(one, path, _numbered(get(one, path), number)) for path in places)
        yield next((entry for entry in made if fits(inner, entry)), one) if number else one


def _numbered(value: Any, number: int) -> object:
    if isinstance(value, str):
        return f"{value[:1]}{number}{value[1:]}"
    return None if value is None else value + number
