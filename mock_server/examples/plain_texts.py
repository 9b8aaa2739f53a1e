"""The text of a value where neither quotation marks nor a schema are around it."""

from __future__ import annotations

import json
from collections.abc import Mapping


def text_of(value: object) -> str:
    """Return a text as it is, and anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def simple(value: object, *, explode: bool = False) -> str:
    """Return a value in the style `simple`: lists and members joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(simple(item) for item in value)
    if isinstance(value, Mapping):
        sign = "=" if explode else ","
        return ",".join(f"{key}{sign}{simple(member)}" for key, member in value.items())
    return "" if value is None else json.dumps(value)
