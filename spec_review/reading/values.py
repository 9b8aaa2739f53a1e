"""What a value is when it has the type that was hoped for: of anything else, nothing.

Whoever reads a document here asks these and never trusts a type; that something has the wrong one is told by
the rules `openapi-form`, `schema-form` and `word-form`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def mapping(value: object) -> Mapping[str, Any]:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def elements(value: object) -> Sequence[Any]:
    """The value when it is a list, else an empty one."""
    return value if isinstance(value, list) else ()


def text(value: object) -> str:
    """The value when it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(element for element in elements(value) if isinstance(element, str))


def text_or_texts(value: object) -> tuple[str, ...]:
    """One text, or the texts of a list."""
    return (value,) if isinstance(value, str) else texts(value)


def count(value: object) -> int | None:
    """The value when it is a whole number from 0, as `minItems` and its kin are."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def number(value: object) -> float | None:
    """The value when it is a number."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
