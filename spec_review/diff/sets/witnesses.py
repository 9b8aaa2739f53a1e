"""A value that one schema takes and another refuses, found by search and checked by a validator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

import jsonschema_rs

from openapi_documents import MISSING
from spec_review.diff.sets.candidates import candidates
from spec_review.diff.sets.containment import left_over
from spec_review.diff.sets.plain import STANDS_FOR
from spec_review.reading.validators import BACKTRACKING
from spec_review.reading.values import elements

MOST_TRIED: Final = 3000
"""How many values are tried."""

LARGEST_TAKEN_APART: Final = 6000
"""How many letters of JSON two schemas may have to be taken apart as well."""

LARGEST_SHOWN: Final = 4000
"""How many letters of JSON a value may have that shows something."""

TURNING: Final = ("not", "if", "oneOf", "contains", "unevaluatedProperties", "unevaluatedItems")
"""Keywords below which a schema that takes more makes the whole take less."""


Wanted = Callable[[object], bool]
"""What a value must be to show what it shall show."""


def witness(takes: object, refuses: object, is_wanted: Wanted = lambda _: True) -> object:
    """The smallest value found that the first schema takes and the second refuses; MISSING when none was."""
    first, second = validator(filled(takes, False)), validator(filled(refuses, True))
    if first is None or second is None:
        return MISSING
    best: object = MISSING
    size = LARGEST_SHOWN
    for values in tried(takes, refuses):
        for value in islice(values, MOST_TRIED):
            if is_wanted(value) and fits(first, value) and not fits(second, value):
                length = len(json.dumps(value, ensure_ascii=False))
                if length < size:
                    best, size = value, length
        if best is not MISSING:
            break
    return best


def shares_nothing(first: object, second: object) -> bool:
    """Whether values were found that either schema takes, and none that both take."""
    one, other = validator(filled(first, False)), validator(filled(second, True))
    if one is None or other is None:
        return False
    tried = list(islice(candidates(first, second), MOST_TRIED))
    takes = {(fits(one, value), fits(other, value)) for value in tried}
    return (True, False) in takes and (False, True) in takes and (True, True) not in takes


def tried(takes: object, refuses: object) -> Iterator[Iterable[object]]:
    """The values that are tried, in heaps, those that are made cheaply first."""
    yield candidates(takes, refuses)
    if len(json.dumps((takes, refuses))) <= LARGEST_TAKEN_APART:
        yield candidates(takes)
        yield candidates(refuses)
        difference = left_over(takes, refuses)
        if difference is not None:
            yield candidates(difference)


def filled(schema: object, value: bool) -> object:
    """The schema with true or false for what is not written out; None where that says nothing certain."""
    if STANDS_FOR not in json.dumps(schema, ensure_ascii=False):
        return schema
    if any(STANDS_FOR in json.dumps(each, ensure_ascii=False) for each in below_turning(schema)):
        return None
    return _filled(schema, value)


def _filled(schema: object, value: bool) -> object:
    if isinstance(schema, list):
        return [_filled(each, value) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if any(str(name).startswith(STANDS_FOR) for name in elements(schema.get("required"))):
        return value
    return {word: _filled(each, value) for word, each in schema.items()}


def below_turning(schema: object) -> Iterator[object]:
    """What stands below a keyword that turns more into less."""
    if isinstance(schema, list):
        for each in schema:
            yield from below_turning(each)
    elif isinstance(schema, dict):
        if "unevaluatedProperties" in schema or "unevaluatedItems" in schema:
            yield schema
        for word, value in schema.items():
            if word in TURNING:
                yield value
            else:
                yield from below_turning(value)


def validator(schema: object) -> jsonschema_rs.Draft202012Validator | None:
    """The schema, compiled; None when no validator takes it."""
    return None if schema is None else _compiled(json.dumps(schema))


@lru_cache(maxsize=256)
def _compiled(schema: str) -> jsonschema_rs.Draft202012Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator(
            json.loads(schema), validate_formats=True, offline=True, pattern_options=BACKTRACKING
        )
    except (ValueError, TypeError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
        return None


def fits(compiled: jsonschema_rs.Draft202012Validator, value: object) -> bool:
    """Whether a value fits."""
    try:
        return bool(compiled.is_valid(value))
    except (ValueError, UnicodeEncodeError):  # a number or a text that JSON cannot write
        return False
