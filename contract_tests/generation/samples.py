"""A value for a schema: its example if it has one, else a small one."""

from __future__ import annotations

import copy
from collections.abc import Callable

from contract_tests.generation.pattern_texts import text_of
from contract_tests.reading.schemas import Schema, folded

_FORMATS = {
    "date-time": "2024-04-23T13:44:03.585Z",
    "date": "2024-04-23",
    "uuid": "1b7901db-4879-4616-8052-c73e29664bda",
    "email": "someone@example.com",
    "uri": "https://example.com/a",
}


def sample(schema: object) -> object:
    """Return a value for a schema; it need not be valid where more is asked than types."""
    known = folded(schema)
    for word in ("const", "example", "default"):
        if word in known:
            return copy.deepcopy(known[word])
    for word in ("examples", "enum"):
        if isinstance(known.get(word), list) and known[word]:
            return copy.deepcopy(known[word][0])
    kind = known.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in known else "string"
    make = _MAKERS.get(kind)
    return None if make is None else make(known)


def _object(known: Schema) -> object:
    return {name: sample(sub) for name, sub in known.get("properties", {}).items()}


def _array(known: Schema) -> object:
    one = sample(known.get("items", {"type": "string"}))
    return [copy.deepcopy(one) for _ in range(max(1, int(known.get("minItems", 1))))]


def _string(known: Schema) -> str:
    if known.get("format") in _FORMATS:
        return _FORMATS[known["format"]]
    if "pattern" in known:
        return text_of(known["pattern"])
    return "a" * max(1, int(known.get("minLength", 1)))


def _number(known: Schema) -> object:
    least = known.get("minimum", known.get("exclusiveMinimum", 0) + 1)
    if least < 0 and known.get("maximum", 1) >= 1:
        least = 1  # far below zero are what a server takes of what there is not
    step = known.get("multipleOf")
    return least if step is None else -(-least // step) * step


_MAKERS: dict[str, Callable[[Schema], object]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "number": _number,
    "integer": _number,
    "boolean": lambda _: True,
}
