"""Texts made from the patterns of JSON Schema."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.reading.patterns import parsed

_MANY = 10_000  # no part of a text stands more often


def text_of(pattern: str) -> str:
    """Return one short text that a pattern matches; of simple patterns only."""
    return "".join(_pieces(parsed(pattern), {}))


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
