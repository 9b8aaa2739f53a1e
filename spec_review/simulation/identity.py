"""When two JSON values are identical: 100 and 100.0 are, true and 1 are not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from spec_review.reading.values import mapping


class Item:
    """A JSON value with its fingerprint, worked out once."""

    def __init__(self, value: object) -> None:
        self.value = value

    @property
    def members(self) -> Mapping[str, object]:
        """Its members, none of a value that is no object."""
        return mapping(self.value)

    @cached_property
    def mark(self) -> object:
        """The fingerprint of the value."""
        return fingerprint(self.value)

    def __repr__(self) -> str:
        return f"Item({self.value!r})"


def fingerprint(value: object) -> object:
    """A hashable form that is equal exactly when two JSON values are identical."""
    if isinstance(value, bool) or value is None:
        return ("literal", value)
    if isinstance(value, (int, float)):
        return ("number", value)
    if isinstance(value, str):
        return ("text", value)
    if isinstance(value, list):
        return ("array", tuple(fingerprint(element) for element in value))
    members = mapping(value).items()
    return ("object", frozenset((name, fingerprint(member)) for name, member in members))
