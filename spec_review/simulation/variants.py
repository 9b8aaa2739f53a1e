"""Items that differ from an example in one place or in two: what generated items are here.

An example fits its schema, which a blind guess at patterns and formats rarely does; so each value
is changed to its neighbours, to what its schema names, and to what the rules themselves mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice, zip_longest
from typing import Final, TypeVar

from spec_review.reading.values import number
from spec_review.simulation.edits import LEFT_OUT, Edit, edited, places
from spec_review.simulation.identity import fingerprint
from spec_review.simulation.instants import is_instant
from spec_review.simulation.items import ItemSchemas, Path
from spec_review.simulation.minimal import MinimalValues
from spec_review.simulation.neighbours import Source, border_values, near_values

SINGLES: Final = 1000
"""How many items that differ from the base in one place are tried at most to tell contracts apart."""

PAIRS: Final = 800
"""How many items that differ from the base in two places are tried at most to tell contracts apart."""

NEAR_PAIRS: Final = 20_000
"""How many items that differ from the base in two places are tried at most for a rule."""

MOST_ABSENT: Final = 300
"""How many absent members of one object are tried."""

SMALL: Final = 10**6
"""Below this, numbers are changed in pairs."""

_LITERAL: Final = re.compile(r"""'([^'\\]*)'|"([^"\\]*)"|(?<![\w.])(\d+(?:\.\d+)?)""")

T = TypeVar("T")


@dataclass(frozen=True)
class Variation:
    """How a value is varied: the schemas that speak of it, the words to try, the values near or at limits."""

    sides: Sequence[MinimalValues]
    words: Sequence[object]
    source: Source

    @staticmethod
    def of(sides: Sequence[ItemSchemas], words: Sequence[object], source: Source) -> Variation:
        """The variation of values of which these schemas speak."""
        return Variation([MinimalValues(side) for side in sides], words, source)

    def members(self, path: Path) -> dict[str, MinimalValues]:
        """The members that are named at a place, each with the first side that does."""
        found: dict[str, MinimalValues] = {}
        for side in self.sides:
            for name in side.schemas.at(path).names:
                found.setdefault(name, side)
        return found

    def edits_by_place(self, value: object) -> Iterator[Iterator[Edit]]:
        """For each place of a value, and each absent member, the edits there, the plainest first."""
        for path, old in places(value):
            if path:
                yield self.edits_at(path, old)
            if isinstance(old, dict):
                named = self.members(path)
                for name in islice((name for name in named if name not in old), MOST_ABSENT):
                    yield self.edits_of_absent((*path, name), named[name])

    def edits_at(self, path: Path, old: object) -> Iterator[Edit]:
        """The member left out, then with each other value."""
        if isinstance(path[-1], str):
            yield Edit(path, LEFT_OUT)
        yield from self.others(path, old, [old])

    def edits_of_absent(self, path: Path, side: MinimalValues) -> Iterator[Edit]:
        """A member that is not there, with each value that its schemas suggest."""
        made = side.at(path)
        yield Edit(path, made)
        yield from self.others(path, made, [made])

    def others(self, path: Path, old: object, known: Sequence[object]) -> Iterator[Edit]:
        """The values that the source suggests instead of one, each spelling once."""
        schemas = [schema for side in self.sides for schema in side.schemas.at(path).values]
        seen = {repr(value) for value in known}
        for other in self.source(old, schemas, self.words):
            if repr(other) not in seen:
                seen.add(repr(other))
                yield Edit(path, other)


def near_items(schemas: ItemSchemas, value: object, words: Sequence[object]) -> Iterator[object]:
    """Values near a value: first with one place changed, every place in turn, then with two.

    `words` are values to try everywhere, such as those that the rules mention.
    """
    variation = Variation.of((schemas,), words, near_values)
    singles = list(in_turn(variation.edits_by_place(value)))
    for edit in singles:
        yield edited(value, edit)
    numbers = [edit for edit in singles if number(edit.value) is not None]
    instants = [edit for edit in singles if is_instant(edit.value)]
    pairs = in_turn((combinations(numbers, 2), combinations(instants, 2)))
    yield from edited_twice(value, islice(pairs, NEAR_PAIRS))


def dividing_items(
    sides: Sequence[ItemSchemas], value: object, words: Sequence[object]
) -> Iterator[object]:
    """Items that differ from one in one place and that a contract may refuse; the plainest first."""
    for edit in dividing_edits(sides, value, words):
        yield edited(value, edit)


def dividing_pairs(
    sides: Sequence[ItemSchemas], value: object, words: Sequence[object]
) -> Iterator[object]:
    """Items that differ from one in two numbers, or in two instants."""
    singles = dividing_edits(sides, value, words)
    few = [edit for edit in singles if is_small_number(edit.value)]
    instants = [edit for edit in singles if is_instant(edit.value)]
    yield from islice(edited_twice(value, combinations(few, 2)), PAIRS // 2)
    yield from islice(edited_twice(value, combinations(instants, 2)), PAIRS)


def dividing_edits(
    sides: Sequence[ItemSchemas], value: object, words: Sequence[object]
) -> list[Edit]:
    """The edits of one place that tell contracts apart, and members that nobody names."""
    variation = Variation.of(sides, words, border_values)
    unknown = (
        Edit((*path, "something_else"), 1) for path, old in places(value) if isinstance(old, dict)
    )
    found = chain(chain.from_iterable(variation.edits_by_place(value)), unknown)
    return list(islice(found, SINGLES))


def is_small_number(value: object) -> bool:
    """Whether a value is a number that may well stand in an item."""
    found = number(value)
    return found is not None and abs(found) < SMALL


def edited_twice(value: object, pairs: Iterable[tuple[Edit, Edit]]) -> Iterator[object]:
    """A value with two edits at places apart."""
    for first, second in pairs:
        if first.is_apart_from(second):
            yield edited(edited(value, first), second)


def in_turn(several: Iterable[Iterable[T]]) -> Iterator[T]:
    """Yield from several iterables in turn until all are at their end."""
    for row in zip_longest(*several):
        yield from (element for element in row if element is not None)


def words_of(expressions: Iterable[str]) -> list[object]:
    """The literals of rules, and the numbers beside them."""
    found: dict[str, object] = {}
    for expression in expressions:
        for single, double, digits in _LITERAL.findall(expression):
            if digits:
                exact = float(digits) if "." in digits else int(digits[:300])
                for near in (exact, exact + 1, exact - 1, -exact):
                    found[repr(near)] = near
            else:
                found[repr(single or double)] = single or double
    return list(found.values())


def distinct(values: Iterable[object]) -> list[object]:
    """The values without those that are identical to an earlier one."""
    found: dict[object, object] = {}
    for value in values:
        found.setdefault(fingerprint(value), value)
    return list(found.values())
