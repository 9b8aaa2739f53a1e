"""When two JSON values are identical: 100 and 100.0 are, true and 1 are not."""

from __future__ import annotations

from functools import cached_property
from typing import Any


class Item:
    """A JSON value with its fingerprint, worked out once."""

    def __init__(self, value: Any) -> None:
        self.value = value

    @cached_property
    def mark(self) -> object:
        """The fingerprint of the value."""
        return fingerprint(self.value)

    def __repr__(self) -> str:
        return f"Item({self.value!r})"


def fingerprint(value: Any) -> object:
    """A hashable form that is equal exactly when two JSON values are identical."""
    if isinstance(value, bool) or value is None:
        return ("literal", value)
    if isinstance(value, (int, float)):
        return ("number", value)
    if isinstance(value, str):
        return ("text", value)
    if isinstance(value, list):
        return ("array", tuple(fingerprint(element) for element in value))
    return ("object", frozenset((name, fingerprint(member)) for name, member in value.items()))
