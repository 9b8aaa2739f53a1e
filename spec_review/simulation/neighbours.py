"""What may stand at a place instead of a value: near values for rules, values at limits for schemas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from spec_review.reading.values import count, elements, number
from spec_review.simulation.instants import borders_like, instants_like, is_instant

Schemas = Sequence[Mapping[str, object]]

Source = Callable[[object, Schemas, Sequence[object]], Iterator[object]]
"""The values to try instead of a value that these schemas speak about; the last are words of the rules."""

LONGEST: Final = 20_000
"""How long a text is made to meet a limit."""

MOST_ITEMS: Final = 2000
"""How long a list is made to meet a limit."""


# -- near: values that a schema may well take --------------------------------------------------------


def near_values(value: object, schemas: Schemas, words: Sequence[object]) -> Iterator[object]:
    """The neighbours of a value, what its schemas name, and the words of its kind."""
    yield from neighbours(value)
    for schema in schemas:
        for word in ("enum", "examples"):
            yield from elements(schema.get(word))
        for word in ("const", "default", "example", "minimum", "maximum"):
            if word in schema:
                yield schema[word]
    numeric = number(value) is not None
    for other in words:
        if (numeric and number(other) is not None) or (
            isinstance(value, str) and isinstance(other, str)
        ):
            yield other


def neighbours(value: object) -> Iterator[object]:
    """Values of the same kind that differ a little."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from near_numbers(value)
    elif isinstance(value, str):
        if is_instant(value):
            yield from instants_like(value)
        else:
            yield from (
                f"{value}é",
                "",
                value.swapcase(),
                f"{value}{value}",
                value[:1],
                f" {value}",
            )
    elif isinstance(value, list):
        yield from ([], value[:1], value + value[:1], value + value)


def near_numbers(value: float) -> Iterator[float]:
    """Numbers near one, and the same one written with and without a fraction."""
    try:
        yield from (0, -value, value + 1, value - 1, value * 10, 1, -1, value + 0.01, value * 1000)
        yield float(value) if isinstance(value, int) else value / 2
        if float(value).is_integer():
            yield int(value)
    except OverflowError:  # an integer beyond what a fraction can be added to
        return


# -- at limits: values that a schema may refuse ------------------------------------------------------


def border_values(value: object, schemas: Schemas, words: Sequence[object]) -> Iterator[object]:
    """Values on both sides of what the schemas ask for, near values, and values of other types."""
    for schema in schemas:
        yield from values_at_limits(value, schema)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (-value, 0, 1, -1, value + 1, half_more(value), 10**6 + 1)
        yield from (word for word in words if number(word) is not None)
    elif isinstance(value, str):
        yield from texts_like(value)
        yield from (word for word in words if isinstance(word, str))
    elif isinstance(value, list):
        yield from ([], value * 2, [*value, *value, *value])
    yield from (None, "text", 7, 1.5, True, [], {}, [1], ["a"], {"a": 1})


def half_more(value: float) -> float:
    """The number and a half, as far as there is one."""
    return value + 0.5 if abs(value) < 2**53 else value + 2


def values_at_limits(value: object, schema: Mapping[str, object]) -> Iterator[object]:
    """The values that a schema names, and those on both sides of each of its limits."""
    for word in ("enum", "examples"):
        yield from elements(schema.get(word))
    for word in ("const", "example", "default"):
        if word in schema:
            yield schema[word]
    for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        bound = number(schema.get(word))
        if bound is not None:
            yield from (bound, bound - 1, bound + 1, half_more(bound), bound * 2)
    for word in ("minLength", "maxLength"):
        limit = count(schema.get(word))
        if limit is not None and limit <= LONGEST:
            letter = value[:1] if isinstance(value, str) and value[:1].isalnum() else "a"
            yield from (letter * length for length in (limit, limit - 1, limit + 1) if length >= 0)
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        yield from texts_of_pattern(pattern, value)
    for word in ("minItems", "maxItems", "minContains", "maxContains"):
        limit = count(schema.get(word))
        if limit is not None and limit <= MOST_ITEMS and isinstance(value, list) and value:
            yield from (
                value[:1] * length for length in (limit, limit - 1, limit + 1) if length >= 0
            )


def texts_of_pattern(pattern: str, value: object) -> Iterator[str]:
    """Texts around the counts that a pattern names, such as the 64 of `{1,64}`."""
    letter = value[:1] if isinstance(value, str) and value[:1] else "a"
    digits = (text for text in re.findall(r"[0-9]+", pattern[:LONGEST]) if len(text) <= 4)
    for counted in sorted({int(text) for text in digits}):
        for length in (counted, counted + 1, counted - 1):
            if length >= 0:
                yield from (letter * length, "A" * length, "1" * length)
    yield re.sub(r"[\\^$.*+?(){}\[\]|]", "", pattern)


def texts_like(text: str) -> Iterator[str]:
    """Texts that differ a little from the given one, or much."""
    if is_instant(text):
        yield from borders_like(text)
    yield from (text + "x", text[:-1], text[1:], text + "1", "", text.lower(), text.upper())
    yield from (text + " ", " " + text, text + "-", text + "_", text + "/", text + "é", text * 2)
    yield from ("EUR", "GBP", "USD", "a", "A", "1", "123456", "x" * 65, "x" * 200)
    yield from (re.sub(r"\d", "x", text), re.sub(r"[A-Za-z]", "1", text), text.swapcase())
    yield from ("2025-01-01", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00+01:00", "not a date")
