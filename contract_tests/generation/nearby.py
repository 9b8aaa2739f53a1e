"""Values near one that is valid: its own kind around the limits, and other kinds."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.generation.instants import COMMON_INSTANTS, INSTANTS
from contract_tests.generation.items import FEW_VALUES
from contract_tests.generation.pattern_texts import at_limits
from contract_tests.generation.values import is_number
from contract_tests.reading.schemas import Schema

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LONGEST = 20_000  # characters of a text that is tried


def always(value: Any, known: Schema) -> Iterator[object]:
    """Yield what is tried at every effort: other types, spellings of an enum, instants."""
    if isinstance(value, str):
        yield from _texts_always(value, known)
    elif is_number(value):
        yield from _numbers_always(value, known)
    elif isinstance(value, bool):
        yield from (None, "true", 1, 0)
    else:
        yield from (None, True, "text", {}, [])
    for one in known.get("enum", [])[:FEW_VALUES]:
        yield one
        if isinstance(one, str):
            yield from (one.lower(), one.upper(), f" {one}", f"{one} ", f"{one}\n")
    if known.get("format") == "date-time":
        yield from COMMON_INSTANTS


def _texts_always(value: str, known: Schema) -> Iterator[object]:
    yield from (None, 7, True, [value], {"value": value})
    limits = [int(n[:6]) for n in re.findall(r",(\d+)\}", known.get("pattern", ""))]
    limits += [known["maxLength"]] if "maxLength" in known else []
    yield from (
        letter * (n + more)
        for letter in "a\U0001f600"
        for n in limits
        for more in (0, 1)
        if n <= _LONGEST
    )
    if "pattern" in known:
        yield from (f"{value}\n", "\u00c0" * len(value), f"{value[:1]}\u0663{value[2:]}")
        yield from at_limits(known["pattern"])


def _numbers_always(value: float, known: Schema) -> Iterator[object]:
    yield from (None, True, False, f"{value}", "1", 1.5, [value], "", 2**63)
    for word in _BOUNDS:
        for step in {1, known.get("multipleOf", 1)} if word in known else ():
            yield from (known[word], known[word] - step, known[word] + step)
    if "multipleOf" in known:
        yield value + known["multipleOf"] / 2


def values(value: Any, known: Schema, familiar: Iterable[str]) -> Iterator[object]:
    """Yield other values for a place; `familiar` are texts that stand in such places elsewhere."""
    yield from (None, True, {}, [], "", "text", 7, 1.5, [value], {"value": value})
    if isinstance(value, str):
        yield from _texts(value, known, familiar)
    elif isinstance(value, bool):
        yield from (False, "true", 1, 0)
    elif is_number(value):
        yield from _numbers(value, known)
    for one in known.get("enum", [])[:FEW_VALUES]:
        yield one
        if isinstance(one, str):
            yield from (one.lower(), one.upper(), one.swapcase(), f" {one}", f"{one} ", one[:-1])


def _texts(value: str, known: Schema, familiar: Iterable[str]) -> Iterator[str]:
    pattern = known.get("pattern", "")
    yield from _lengths(pattern, known)
    yield from (f"{value}\n", f" {value}", f"{value} ", f"{value}é", f"{value}/", f"{value}%2F")
    yield from (value.upper(), value.lower(), value.swapcase(), value + value, value[1:])
    if pattern:
        yield from (mark + value for mark in "._-0")
        yield from (value + mark for mark in "._-0")
        yield from (mark + value[1:] for mark in "0aA")
        strangers = f"{string.punctuation} \t\u0663\u00e9"
        yield from (value[:1] + mark + value[2:] for mark in strangers)
    yield from (" ", "\t", "\u00a0")
    yield from ("١٢٣٤", "１２３４", "12a4", "a-b", "a b", "XXX", "xx", "X1")  # noqa: RUF001
    for one in familiar:
        yield from (one, one.lower(), f"{one[:-1]}1")
    if known.get("format") == "date-time":
        yield from INSTANTS
    if known.get("format") == "uuid":
        yield from ("1b7901db4879461680 52c73e29664bda", "1b7901db487946168052c73e29664bda", "g")
    if known.get("format") == "date":
        yield from ("2024-02-29", "2023-02-29", "2024-2-9", "2024-04-31", "20240401")


def _lengths(pattern: str, known: Schema) -> Iterator[str]:
    limits = {int(n[:6]) for n in re.findall(r"[{,](\d+)", pattern)}
    limits |= {known[word] for word in ("minLength", "maxLength") if word in known}
    for length in sorted({n + d for n in limits for d in (-1, 0, 1) if n + d >= 0}):
        if length > _LONGEST:
            return
        for letter in ("a", "A", "7", "0", "9"):
            yield letter * length
        if not pattern:
            yield "é" * length
            yield "\U0001f600" * length  # one character, two UTF-16 units


def _numbers(value: float, known: Schema) -> Iterator[object]:
    yield from (0, -0.0, 1, -1, 0.01, -0.01, 0.1, 0.001, 36.0, 36.5)
    yield from (1e15, -1e15, 1e-7, f"{value}", "1,5")
    yield from (2**31, 2**53, -(2**31) - 1, 9007199254740993, 2**63, 1e20)
    for word in _BOUNDS:
        if word in known:
            limit = known[word]
            yield from (limit - 0.01, limit + 0.01)
    if "multipleOf" in known:
        yield from (known["multipleOf"] * 3, known["multipleOf"] * 1.5)
