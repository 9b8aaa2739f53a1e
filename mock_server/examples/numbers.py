"""Numbers that fit the keywords of a plain schema, those nearest to zero first."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor, lcm

from mock_server.examples.limits import MANY, Plain

# A number as a schema writes it.
Number = int | float


def _exact(value: Number) -> Fraction:
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def _number(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 else float(value)


def common_step(one: Number, two: Number) -> Number:
    """Return the smallest number that is a multiple of both."""
    left, right = _exact(one), _exact(two)
    step = Fraction(
        lcm(left.numerator * right.denominator, right.numerator * left.denominator),
        left.denominator * right.denominator,
    )
    return _number(step)


def numbers(plain: Plain, whole: bool) -> Iterator[Number]:
    """Numbers within the bounds, those nearest to zero first."""
    lows = [_exact(plain[word]) for word in ("minimum", "exclusiveMinimum") if word in plain]
    highs = [_exact(plain[word]) for word in ("maximum", "exclusiveMaximum") if word in plain]
    low, high = max(lows, default=None), min(highs, default=None)
    step = _exact(plain["multipleOf"]) if "multipleOf" in plain else None
    if whole:
        step = Fraction(1) if step is None else _exact(common_step(_number(step), 1))
    for value in _steps(low, high, step or Fraction(1)):
        yield _number(value)
    if step is None:
        yield from map(_number, _between(low, high))


def _steps(low: Fraction | None, high: Fraction | None, step: Fraction) -> Iterator[Fraction]:
    """Multiples of the step within closed bounds, outwards from the one nearest to zero."""
    first = None if low is None else ceil(low / step)
    last = None if high is None else floor(high / step)
    middle = 0
    if first is not None and first > 0:
        middle = first
    elif last is not None and last < 0:
        middle = last
    for distance in range(MANY):
        for place in dict.fromkeys((middle + distance, middle - distance)):
            if (first is None or place >= first) and (last is None or place <= last):
                yield place * step


def _between(low: Fraction | None, high: Fraction | None) -> Iterator[Fraction]:
    """Broken numbers: the bounds themselves, then halves, quarters, ... of what lies between."""
    yield from (bound for bound in (low, high) if bound is not None)
    if low is None or high is None:
        start, sign = (low, 1) if low is not None else (high or Fraction(0), -1)
        yield from (start + sign * Fraction(1, parts) for parts in range(2, 50))
        return
    for parts in range(2, 50):
        yield from (low + (high - low) * Fraction(part, parts) for part in range(1, parts))
