"""Where a rule begins and ends to hold: the last value inside it and the first outside.

Whatever a rule reads that has an order (a number, a date, an instant) is moved until the rule
breaks, by halving, beside each of the other things that the rule reads: flags, words, what may
be missing, and other values at their own borders.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from contract_tests.generation.items import Path, Workshop, drop, get, nodes, put
from contract_tests.generation.key_members import kinds

_FAR = 10**9  # steps from zero to where a number without a limit ends here
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NICE = (1, 2, 4, 5, 8, 10, 20, 25, 40, 50, 80, 100, 125, 150, 200, 250, 500, 1000)
Item = dict[str, Any]


@dataclass(frozen=True)
class Border:
    """An item just inside or just outside of a rule."""

    rule: str
    told: str
    item: Item
    inside: bool
    moved: tuple[Path, Any] = ((), None)  # which place has which value there


@dataclass(frozen=True)
class Scale:
    """The values of a place in their order, numbered."""

    low: int
    high: int
    value: Callable[[int], Any]
    number: Callable[[Any], int]


def scale(value: Any, known: Mapping[str, Any]) -> Scale | None:
    """Return the order of the values of a place, one step beyond its limits; None without one."""
    if isinstance(value, bool) or "enum" in known:
        return None
    if isinstance(value, int | float):
        return _numbers(value, known)
    if not isinstance(value, str):
        return None
    if known.get("format") == "date":
        first = date(1970, 1, 1).toordinal()
        return Scale(
            first,
            date(2500, 1, 1).toordinal(),
            lambda number: date.fromordinal(number).isoformat(),
            lambda text: date.fromisoformat(text).toordinal(),
        )
    if known.get("format") == "date-time" or re.match(r"\d{4}-\d\d-\d\dT", value):
        return Scale(0, 16_725_225_600_000, _instant, _milliseconds)
    return None


def _numbers(value: float, known: Mapping[str, Any]) -> Scale:
    whole = isinstance(value, int) and ("type" not in known or kinds(known) <= {"integer", "null"})
    step = Decimal(str(known.get("multipleOf", 1 if whole else 0.01)))
    least = known.get("minimum", known.get("exclusiveMinimum"))
    most = known.get("maximum", known.get("exclusiveMaximum"))
    low = None if least is None else int(Decimal(str(least)) / step) - 1
    high = None if most is None else int(Decimal(str(most)) / step) + 1

    def at(number: int) -> float:
        exact = step * number
        return int(exact) if exact == exact.to_integral_value() else float(exact)

    return Scale(
        min(-_FAR, (high or 0) - _FAR) if low is None else low,
        max(_FAR, (low or 0) + _FAR) if high is None else high,
        at,
        lambda one: int(Decimal(str(one)) / step),
    )


def written(moment: datetime, zone: str = "Z") -> str:
    """Return an instant with its milliseconds, as a date-time of RFC 3339."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return f"{text}.{moment.microsecond // 1000:03d}{zone}"


def _instant(milliseconds: int) -> str:
    return written(_EPOCH + timedelta(milliseconds=milliseconds))


def _milliseconds(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)


def borders(workshop: Workshop) -> Iterator[Border]:
    """Yield items on both sides of every border of every rule."""
    seen: list[Item] = []
    for path, _, known in nodes(workshop.full, workshop.submission.item_schema):
        for rule in known.get("x-rules", ()):
            for border in _of_rule(workshop, path, rule):
                if border.item not in seen:
                    seen.append(border.item)
                    yield border


def _of_rule(workshop: Workshop, path: Path, rule: Mapping[str, Any]) -> Iterator[Border]:
    read = set(re.findall(r"\w+", str(rule["rule"])))
    places = [
        (where, known)
        for where, _, known in nodes(workshop.full, workshop.submission.item_schema)
        if where[: len(path)] == path and read.issuperset(_names(where[len(path) :]))
    ]
    name = f"rule.{rule['id']}"
    found: list[Border] = []
    others = [("", workshop.full), *_beside(workshop, places)]
    for told, item in others:
        for place, known in places:
            found += _sides(workshop, name, item, place, known, told)
    yield from found
    for border in found:
        yield from _among_others(workshop, border, places)
        yield from _elsewhere_inside(workshop, border, others)
    values = ((place, get(workshop.full, place), known) for place, known in places)
    numbers = [
        place
        for place, value, known in values
        if not isinstance(value, str) and scale(value, known) is not None
    ]
    if 1 < len(numbers) < 4:
        yield from _exact(workshop, name, path, str(rule["rule"]), numbers)


def _names(path: Path) -> list[str]:
    return [part for part in path if isinstance(part, str)]


def _beside(workshop: Workshop, places: list[tuple[Path, Any]]) -> Iterator[tuple[str, Item]]:
    """Yield items with something else in one of the places that a rule reads, valid or not."""
    full = workshop.full
    for place, known in places:
        if not place:
            continue
        value, name = get(full, place), ".".join(_names(place))
        if isinstance(value, bool):
            yield f" with {name} = {not value}", put(full, place, not value)
        for other in known.get("enum", ()):
            if other != value:
                yield f" with {name} = {other}", put(full, place, other)
        if isinstance(place[-1], str):
            yield f" without {name}", drop(full, place)
        order = scale(value, known)
        if order is not None:
            for inside, _ in _crossings(workshop, full, place, order):
                far = put(full, place, order.value(inside))
                yield f" with {name} = {order.value(inside)}", far


def _sides(
    workshop: Workshop, rule: str, item: Item, place: Path, known: Mapping[str, Any], told: str
) -> Iterator[Border]:
    """Yield the values of a place on both sides of each border of a rule."""
    try:
        value = get(item, place)
    except LookupError:
        return
    order = scale(value, known)
    if order is None:
        return
    name = ".".join(_names(place))
    for inside, outside in _crossings(workshop, item, place, order):
        beyond = put(item, place, order.value(outside))
        if [fault.rule for fault in workshop.validity.faults(beyond)] != [rule]:
            continue
        for number in (inside, outside):
            for one in _spellings(order.value(number)):
                made = put(item, place, one)
                if workshop.validity.is_valid(made) == (number == inside):
                    told_of = f"{name} = {one}{told}"
                    yield Border(rule, told_of, made, number == inside, (place, one))


def _crossings(
    workshop: Workshop, item: Item, place: Path, order: Scale
) -> Iterator[tuple[int, int]]:
    """Yield the numbers of neighbouring values of which one is valid: inside, outside."""
    try:
        now = order.number(get(item, place))
    except (TypeError, ValueError):
        return  # an instant without an offset, or at the end of a day or a minute
    if not order.low <= now <= order.high:
        return

    def valid(number: int) -> bool:
        return workshop.validity.is_valid(put(item, place, order.value(number)))

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


def _spellings(value: Any) -> Iterator[Any]:
    """Yield a value, and of an instant what it is in the far east and the far west."""
    yield value
    if isinstance(value, str) and "T" in value:
        moment = datetime.fromisoformat(value)
        for hours, zone in ((14, "+14:00"), (-11, "-11:00")):
            yield written(moment + timedelta(hours=hours), zone)


def _elsewhere_inside(
    workshop: Workshop, border: Border, others: list[tuple[str, Item]]
) -> Iterator[Border]:
    """Yield what is outside beside something else, beside which it is inside."""
    place, value = border.moved
    for told, item in others if not border.inside and place else ():
        try:
            made = put(item, place, value)
        except LookupError:
            continue
        if workshop.validity.is_valid(made):
            name = ".".join(_names(place))
            yield Border(border.rule, f"{name} = {value}{told}", made, inside=True)


def _among_others(
    workshop: Workshop, border: Border, places: list[tuple[Path, Any]]
) -> Iterator[Border]:
    """Yield a fault in one entry of an array, before and after the entry as it is in the item."""
    arrays = {place[: place.index(0)] for place, _ in places if 0 in place}
    for array in arrays if not border.inside else ():
        try:
            (good,), (bad,) = get(workshop.full, array)[:1], get(border.item, array)[:1]
        except (LookupError, ValueError):
            continue
        for told, entries in (("before", [bad, good]), ("after", [good, bad])):
            made = put(border.item, array, entries)
            if [fault.rule for fault in workshop.validity.faults(made)] == [border.rule]:
                yield Border(border.rule, f"{border.told}, {told} a good entry", made, False)


def _exact(
    workshop: Workshop, rule: str, path: Path, text: str, numbers: list[Path]
) -> Iterator[Border]:
    """Yield an item for which the two sides of a comparison of several numbers are equal."""
    for match in re.finditer(r"<=|>=", text):
        strict = text[: match.start()] + match[0][0] + text[match.end() :]
        tries = itertools.product(_NICE, repeat=len(numbers))
        for values in itertools.islice(tries, 6000):
            made = workshop.full
            for place, value in zip(numbers, values, strict=True):
                made = put(made, place, value)
            if not workshop.validity.holds(strict, get(made, path)) and (
                workshop.validity.is_valid(made)
            ):
                yield Border(rule, f"both sides of {match[0]} equal", made, inside=True)
                break
