"""Where an x-rule begins and ends to hold: the last value inside it and the first outside.

Whatever a rule reads that has an order (a number, a date, an instant) is moved until the rule
breaks, by halving, beside each of the other things that the rule reads: flags, words, what may
be missing, and other values at their own boundaries.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contract_tests.generation.items import FEW_VALUES, ItemMaker
from contract_tests.generation.scales import Scale, scale, written
from contract_tests.generation.values import Item, drop, get, named, put
from contract_tests.reading import requirements
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.schemas import Path, nodes

_NICE = (1, 2, 4, 5, 8, 10, 20, 25, 40, 50, 80, 100, 125, 150, 200, 250, 500, 1000)


@dataclass(frozen=True)
class Boundary:
    """An item just inside or just outside of a rule."""

    requirement: Requirement
    about: str
    item: Item
    inside: bool
    moved: tuple[Path, object] = ((), None)  # which place has which value there


def boundaries(maker: ItemMaker) -> Iterator[Boundary]:
    """Yield items on both sides of every boundary of every rule."""
    seen: list[Item] = []
    for path, _, known in nodes(maker.full, maker.submission.item_schema):
        for rule in known.get("x-rules", ()):
            for boundary in _of_rule(maker, path, rule):
                if boundary.item not in seen:
                    seen.append(boundary.item)
                    yield boundary


def _of_rule(maker: ItemMaker, path: Path, rule: Mapping[str, object]) -> Iterator[Boundary]:
    read = set(re.findall(r"\w+", str(rule["rule"])))
    places = [
        (where, known)
        for where, _, known in nodes(maker.full, maker.submission.item_schema)
        if where[: len(path)] == path and read.issuperset(named(where[len(path) :]))
    ]
    requirement = requirements.rule(str(rule["id"]))
    found: list[Boundary] = []
    others = [("", maker.full), *_beside(maker, places)]
    for about, item in others:
        for place, known in places:
            found += _sides(maker, requirement, item, place, known, about)
    yield from found
    for boundary in found:
        yield from _among_others(maker, boundary, places)
        yield from _elsewhere_inside(maker, boundary, others)
    values = ((place, get(maker.full, place), known) for place, known in places)
    numbers = [
        place
        for place, value, known in values
        if not isinstance(value, str) and scale(value, known) is not None
    ]
    if 1 < len(numbers) < 4:
        yield from _exact(maker, requirement, path, str(rule["rule"]), numbers)


def _beside(maker: ItemMaker, places: list[tuple[Path, Any]]) -> Iterator[tuple[str, Item]]:
    """Yield items with something else in one of the places that a rule reads, valid or not."""
    full = maker.full
    for place, known in places:
        if not place:
            continue
        value, name = get(full, place), ".".join(named(place))
        if isinstance(value, bool):
            yield f" with {name} = {not value}", put(full, place, not value)
        for other in known.get("enum", ())[:FEW_VALUES]:
            if other != value:
                yield f" with {name} = {other}", put(full, place, other)
        if isinstance(place[-1], str):
            yield f" without {name}", drop(full, place)
        order = scale(value, known)
        if order is not None:
            for inside, _ in _crossings(maker, full, place, order):
                far = put(full, place, order.value(inside))
                yield f" with {name} = {order.value(inside)}", far


def _sides(
    maker: ItemMaker,
    requirement: Requirement,
    item: Item,
    place: Path,
    known: Mapping[str, object],
    about: str,
) -> Iterator[Boundary]:
    """Yield the values of a place on both sides of each boundary of a rule."""
    try:
        value = get(item, place)
    except LookupError:
        return
    order = scale(value, known)
    if order is None:
        return
    name = ".".join(named(place))
    for inside, outside in _crossings(maker, item, place, order):
        beyond = put(item, place, order.value(outside))
        if _broken(maker, beyond) != [requirement]:
            continue
        for number in (inside, outside):
            for one in _spellings(order.value(number)):
                made = put(item, place, one)
                if maker.validity.is_valid(made) == (number == inside):
                    told = f"{name} = {one}{about}"
                    yield Boundary(requirement, told, made, number == inside, (place, one))


def _crossings(
    maker: ItemMaker, item: Item, place: Path, order: Scale
) -> Iterator[tuple[int, int]]:
    """Yield the numbers of neighbouring values of which one is valid: inside, outside."""
    try:
        now = order.number(get(item, place))
    except (TypeError, ValueError):
        return  # an instant without an offset, or at the end of a day or a minute
    if not order.low <= now <= order.high:
        return

    def valid(number: int) -> bool:
        return maker.validity.is_valid(put(item, place, order.value(number)))

    marks = sorted({order.low, order.low + 1, now, order.high - 1, order.high})
    for one, two in itertools.pairwise(marks):
        within = valid(one)
        if valid(two) == within:
            continue
        while two - one > 1:
            middle = (one + two) // 2
            if valid(middle) == within:
                one = middle  # noqa: PLW2901
            else:
                two = middle  # noqa: PLW2901
        yield (one, two) if within else (two, one)


def _spellings(value: object) -> Iterator[object]:
    """Yield a value, and of an instant what it is in the far east and the far west."""
    yield value
    if isinstance(value, str) and "T" in value:
        moment = datetime.fromisoformat(value)
        for hours, zone in ((14, "+14:00"), (-11, "-11:00")):
            yield written(moment + timedelta(hours=hours), zone)


def _elsewhere_inside(
    maker: ItemMaker, boundary: Boundary, others: list[tuple[str, Item]]
) -> Iterator[Boundary]:
    """Yield what is outside beside something else, beside which it is inside."""
    place, value = boundary.moved
    for about, item in others if not boundary.inside and place else ():
        try:
            made = put(item, place, value)
        except LookupError:
            continue
        if maker.validity.is_valid(made):
            name = ".".join(named(place))
            yield Boundary(boundary.requirement, f"{name} = {value}{about}", made, inside=True)


def _among_others(
    maker: ItemMaker, boundary: Boundary, places: list[tuple[Path, Any]]
) -> Iterator[Boundary]:
    """Yield a fault in one entry of an array, before and after the entry as it is in the item."""
    arrays = {place[: place.index(0)] for place, _ in places if 0 in place}
    for array in arrays if not boundary.inside else ():
        try:
            (good,), (bad,) = get(maker.full, array)[:1], get(boundary.item, array)[:1]
        except (LookupError, ValueError):
            continue
        for where, entries in (("before", [bad, good]), ("after", [good, bad])):
            made = put(boundary.item, array, entries)
            if _broken(maker, made) == [boundary.requirement]:
                about = f"{boundary.about}, {where} a good entry"
                yield Boundary(boundary.requirement, about, made, inside=False)


def _broken(maker: ItemMaker, item: Item) -> list[Requirement]:
    return [fault.requirement for fault in maker.validity.faults(item)]


def _exact(
    maker: ItemMaker, requirement: Requirement, path: Path, text: str, numbers: list[Path]
) -> Iterator[Boundary]:
    """Yield an item for which the two sides of a comparison of several numbers are equal."""
    for match in re.finditer(r"<=|>=", text):
        strict = text[: match.start()] + match[0][0] + text[match.end() :]
        tries = itertools.product(_NICE, repeat=len(numbers))
        for values in itertools.islice(tries, 6000):
            made = maker.full
            for place, value in zip(numbers, values, strict=True):
                made = put(made, place, value)
            if not maker.validity.holds(strict, get(made, path)) and (
                maker.validity.is_valid(made)
            ):
                yield Boundary(requirement, f"both sides of {match[0]} equal", made, inside=True)
                break
