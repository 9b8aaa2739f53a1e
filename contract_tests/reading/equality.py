"""When two JSON values are identical (lifecycle.md section 2)."""

from __future__ import annotations

import json
import math
from collections.abc import Hashable
from contextlib import suppress
from decimal import Decimal
from typing import Any

_MOST_DIGITS = 4000


def parsed(text: str | bytes) -> Any:
    """Return a JSON text as a value; raises ValueError when it is none (`Infinity` is none).

    A member that stands twice in an object leaves open which of the two counts, so it is an error too.
    A number beyond every double is the integer that it is, so far as one can be made of it.
    """
    return json.loads(
        text, parse_float=_number, parse_constant=_no_number, object_pairs_hook=_members
    )


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice!r} stands twice")
    return members


def _number(text: str) -> int | float:
    double = float(text)
    with suppress(ArithmeticError):  # an exponent that even a decimal cannot have
        if math.isinf(double) and Decimal(text).adjusted() < _MOST_DIGITS:
            return int(Decimal(text))
    return double


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def identical(one: Any, other: Any) -> bool:
    """Compare two JSON values after parsing, member by member.

    Numbers by value (`100` is `100.0`), `true` is never `1`, the order of members does not
    count, the order of an array does, text is compared exactly.
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool) and one == other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            identical(value, other[name]) for name, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            identical(left, right) for left, right in zip(one, other, strict=True)
        )
    return type(one) is type(other) and bool(one == other)


def canonical(value: Any) -> Hashable:
    """Return a form that is equal for two values exactly when they are identical."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, dict):
        return ("object", frozenset((name, canonical(one)) for name, one in value.items()))
    if isinstance(value, list):
        return ("array", tuple(canonical(item) for item in value))
    if isinstance(value, int | float):
        return ("number", value)
    return ("text", value) if isinstance(value, str) else ("null",)
