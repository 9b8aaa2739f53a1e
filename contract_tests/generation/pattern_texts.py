"""Texts made from the patterns of JSON Schema."""

from __future__ import annotations

import itertools
import random
import string
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.reading.patterns import parsed

_MANY = 10_000  # no part of a text stands more often


def text_of(pattern: str) -> str:
    """Return one short text that a pattern matches; of simple patterns only."""
    return "".join(_pieces(parsed(pattern), {}))


def any_text(pattern: str, chance: random.Random) -> str:
    """Return one of the texts that a pattern matches, by chance; of simple patterns only."""
    return "".join(_any_pieces(parsed(pattern), chance))


def at_limits(pattern: str) -> Iterator[str]:
    """Yield texts with a part as often as a pattern allows at least and at most, and one beyond."""
    tree = parsed(pattern)
    for place, (low, high) in enumerate(_repeats(tree)):
        for times in (low - 1, low, high, high + 1):
            if 0 <= times <= _MANY:
                yield "".join(_pieces(tree, {place: times}))


def _repeats(tree: Any) -> Iterator[tuple[int, int]]:
    """Yield how often the repeated parts of a pattern may stand, in their order."""
    for op, argument in tree:
        if str(op) in {"MAX_REPEAT", "MIN_REPEAT"}:
            yield int(argument[0]), int(argument[1])
        elif str(op) == "SUBPATTERN":
            yield from _repeats(argument[3])


def _pieces(
    tree: Any, times: Mapping[int, int], count: Iterator[int] | None = None
) -> Iterator[str]:
    """Yield the parts of a text; of the repeated ones as many as `times` says, by their number."""
    count = itertools.count() if count is None else count
    for op, argument in tree:
        name = str(op)
        if name == "LITERAL":
            yield chr(argument)
        elif name == "IN":
            yield _of_class(argument[0])
        elif name in {"MAX_REPEAT", "MIN_REPEAT"}:
            low, _, inner = argument
            number = times.get(next(count), max(low, 1))
            yield from "".join(_pieces(inner, {})) * number
        elif name == "SUBPATTERN":
            yield from _pieces(argument[3], times, count)
        elif name == "BRANCH":
            yield from _pieces(argument[1][0], {})
        elif name == "ANY":
            yield "a"


def _of_class(first: Any) -> str:
    """Return a character of a class by the first thing that it names."""
    kind = str(first[0])
    if kind == "LITERAL":
        return chr(first[1])
    if kind == "RANGE":
        return chr(first[1][0])
    return "1" if "DIGIT" in str(first[1]) else "a"


_MORE = 8  # so often more than it must a part stands in a text by chance


def _any_pieces(tree: Any, chance: random.Random) -> Iterator[str]:
    for op, argument in tree:
        name = str(op)
        if name == "LITERAL":
            yield chr(argument)
        elif name == "IN":
            yield _any_of_class(argument, chance)
        elif name in {"MAX_REPEAT", "MIN_REPEAT"}:
            low, high, inner = argument
            for _ in range(chance.randint(low, min(int(high), low + _MORE))):
                yield from _any_pieces(inner, chance)
        elif name == "SUBPATTERN":
            yield from _any_pieces(argument[3], chance)
        elif name == "BRANCH":
            yield from _any_pieces(chance.choice(argument[1]), chance)
        elif name == "ANY":
            yield chance.choice(string.ascii_lowercase)


def _any_of_class(class_: Any, chance: random.Random) -> str:
    kind, argument = chance.choice(class_)
    if str(kind) == "LITERAL":
        return chr(argument)
    if str(kind) == "RANGE":
        return chr(chance.randint(*argument))
    return chance.choice(string.digits if "DIGIT" in str(argument) else string.ascii_letters)
