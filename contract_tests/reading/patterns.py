"""The patterns of JSON Schema: which texts they match, and texts made from them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from re import _parser as sre_parse
from typing import Any

_MANY = 10_000  # no part of a text stands more often


@lru_cache(maxsize=256)
def ecma_pattern(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern with the meaning it has in JSON Schema (`$` is the end, `\d` is ASCII)."""
    kept = r"\\.|\[(?:\\.|[^\]])*\]"  # what is escaped, and classes of characters
    translated = re.sub(rf"{kept}|\$", lambda one: r"\Z" if one[0] == "$" else one[0], pattern)
    translated = re.sub(r"\(\?<(?![=!])", "(?P<", translated)
    return re.compile(translated, re.ASCII)


def text_of(pattern: str) -> str:
    """Return one short text that a pattern matches; simple patterns only."""
    return "".join(_pieces(_parsed(pattern), {}))


def at_limits(pattern: str) -> Iterator[str]:
    """Yield texts with a part as often as a pattern allows at least and at most, and one beyond."""
    parsed = _parsed(pattern)
    for place, (low, high) in enumerate(_repeats(parsed)):
        for times in (low - 1, low, high, high + 1):
            if 0 <= times <= _MANY:
                yield "".join(_pieces(parsed, {place: times}))


def _parsed(pattern: str) -> Any:
    return sre_parse.parse(ecma_pattern(pattern).pattern)


def _repeats(parsed: Any) -> Iterator[tuple[int, int]]:
    """Yield how often the repeated parts of a pattern may stand, in their order."""
    for op, argument in parsed:
        if str(op) in {"MAX_REPEAT", "MIN_REPEAT"}:
            yield int(argument[0]), int(argument[1])
        elif str(op) == "SUBPATTERN":
            yield from _repeats(argument[3])


def _pieces(
    parsed: Any, times: Mapping[int, int], count: Iterator[int] | None = None
) -> Iterator[str]:
    """Yield the parts of a text; of the repeated ones as many as `times` says, by their number."""
    count = itertools.count() if count is None else count
    for op, argument in parsed:
        name = str(op)
        if name == "LITERAL":
            yield chr(argument)
        elif name == "IN":
            first = argument[0]
            kind = str(first[0])
            if kind == "LITERAL":
                yield chr(first[1])
            elif kind == "RANGE":
                yield chr(first[1][0])
            else:
                yield "1" if "DIGIT" in str(first[1]) else "a"
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
