"""The plain value of a text: mappings with text as keys, sequences, text, numbers, booleans, null.

JSON is read by Python's own parser, which is quick; whatever that refuses is read as YAML, which has
all of JSON and tells file and line of what is wrong.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import yaml

from openapi_documents.errors import DocumentError, LimitError
from openapi_documents.limits import DEEPEST, LONGEST_INTEGER, MOST_VALUES
from openapi_documents.texts.collector import no_collector
from openapi_documents.texts.composing import Note, compose
from openapi_documents.texts.scalars import Scalar, plain, tagged

_JSON: Final = re.compile(r"\s*[\[{]")
PAIR: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
"""A character beyond the first 65,536 as JSON escapes it, which YAML's readers do not know."""
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


class _Values:
    """Makes plain values."""

    def scalar(self, event: yaml.ScalarEvent) -> Any:
        if event.tag is not None:
            return tagged(event.value, event.tag)
        return plain(event.value) if event.implicit[0] else event.value

    def sequence(self, _event: yaml.Event, items: list[Any]) -> Any:
        return items

    def member(self, _key: yaml.Event, value: Any) -> Any:
        return value

    def mapping(self, _event: yaml.Event, members: dict[str, Any]) -> Any:
        return members

    def members(self, tree: Any) -> dict[str, Any] | None:
        return tree if isinstance(tree, dict) else None

    def items(self, tree: Any) -> list[Any] | None:
        return tree if isinstance(tree, list) else None


class _NotPlainJson(ValueError):
    """JSON that has to be looked at more closely."""


def read(text: str, name: str) -> tuple[Any, tuple[Note, ...]]:
    """Return the value of a YAML or JSON text, and what was read though OpenAPI does not have it.

    Raises DocumentError for a text that is neither, and LimitError for one beyond the limits.
    """
    if _JSON.match(text):
        with suppress(ValueError, RecursionError):
            return _json(text), ()
    notes: list[Note] = []
    try:
        return compose(text, name, _Values(), notes), tuple(notes)
    except LimitError:
        raise
    except DocumentError:
        if not PAIR.search(text):
            raise
    whole = PAIR.sub(lambda pair: json.loads(f'"{pair[0]}"'), text)
    return compose(whole, name, _Values(), notes := []), tuple(notes)


def _json(text: str) -> Any:
    if sum(text.count(sign) for sign in ",[{") > MOST_VALUES:
        raise _NotPlainJson  # too many perhaps; YAML is counted while it is read
    with no_collector():
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refused,
            parse_int=_integer,
            parse_float=_float,
        )
    _check_size(value)
    if _SURROGATE.search(text):  # half a character is none; encoding raises a ValueError
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotPlainJson
    return members


def _refused(_constant: str) -> Scalar:
    raise _NotPlainJson


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_INTEGER:
        raise _NotPlainJson
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise _NotPlainJson
    return value


def _check_size(value: Any) -> None:
    """Raise when a value is too deep or too large, level by level."""
    level: list[Any] = [value]
    count = 1
    for _depth in range(DEEPEST + 1):
        items: list[Any] = []
        for one in level:
            inner: Sequence[Any] = one if isinstance(one, list) else list(one.values())
            count += len(inner)
            items += [each for each in inner if isinstance(each, dict | list)]
        if count > MOST_VALUES:
            break
        if not items:
            return
        level = items
    raise _NotPlainJson
