"""When two JSON values are identical (docs/lifecycle.md#identical)."""

from __future__ import annotations

from collections.abc import Hashable


def identical(one: object, other: object) -> bool:
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


def canonical(value: object) -> Hashable:
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
