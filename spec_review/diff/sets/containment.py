"""Whether one plain schema provably takes every value that another takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import jsonschema_rs

from spec_review.diff.sets.languages import is_within, lengths, takes_all
from spec_review.reading.values import elements


def covers(wide: object, narrow: object) -> bool:
    """Whether one schema provably takes all that the other takes."""
    if lists_many_structures(wide) and lists_many_structures(narrow):
        return wide == narrow
    known = tuple(sorted({*patterns_in(wide), *patterns_in(narrow)}))
    first, second = with_patterns(wide, known), with_patterns(narrow, known)
    return _covers(json.dumps(first, sort_keys=True), json.dumps(second, sort_keys=True))


MOST_STRUCTURES: Final = 3000
"""How many objects and lists an `enum` may list to be asked about: each is compared with each."""


def lists_many_structures(schema: object) -> bool:
    """Whether a schema lists so many objects or lists that a proof would take minutes."""
    listed = elements(schema.get("enum")) if isinstance(schema, dict) else ()
    structures = sum(isinstance(value, dict | list) for value in listed)
    return structures > MOST_STRUCTURES


@lru_cache(maxsize=8192)
def _covers(wide: str, narrow: str) -> bool:
    if wide == narrow:
        return True
    first, second = canonical(wide), canonical(narrow)
    if first is None or second is None:
        return False
    try:
        return str(first.covers(second)).lower() == "yes"
    except (ValueError, TypeError, RecursionError):
        return False


@lru_cache(maxsize=1024)
def canonical(schema: str) -> jsonschema_rs.CanonicalSchema | None:
    """The one form of all schemas that take the same values; None when it has none."""
    try:
        return jsonschema_rs.canonicalize(json.loads(schema), validate_formats=True)
    except (ValueError, TypeError, RecursionError):
        return None


def left_over(first: object, second: object) -> object:
    """A schema of what the first takes and the second does not; None when none can be written."""
    known = tuple(sorted({*patterns_in(first), *patterns_in(second)}))
    one = canonical(json.dumps(with_patterns(first, known), sort_keys=True))
    other = canonical(json.dumps(with_patterns(second, known), sort_keys=True))
    if one is None or other is None:
        return None
    try:
        return one.subtract(other).to_json_schema()
    except Exception:
        return None


VALUES: Final = ("enum", "const")
"""Keywords whose values are no schemas."""


def patterns_in(schema: object) -> Iterator[str]:
    """The patterns of texts that stand anywhere in a schema."""
    if isinstance(schema, list):
        for each in schema:
            yield from patterns_in(each)
    elif isinstance(schema, dict):
        for word, value in schema.items():
            if word == "pattern" and isinstance(value, str):
                yield value
            elif word not in VALUES:
                yield from patterns_in(value)


def with_patterns(schema: object, known: tuple[str, ...]) -> object:
    """A schema whose patterns say what follows from them: the wider ones among the known, and the length."""
    if isinstance(schema, list):
        return [with_patterns(each, known) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        word: value if word in VALUES else with_patterns(value, known)
        for word, value in schema.items()
    }
    pattern = schema.get("pattern")
    if not isinstance(pattern, str):
        return kept
    del kept["pattern"]
    if takes_all(pattern):
        return kept
    least, most = lengths(pattern)
    said: list[object] = [{"pattern": other} for other in known if is_within(pattern, other)]
    said += [{"minLength": least}] if least else []
    said += [{"maxLength": most}] if most is not None else []
    return {**kept, "allOf": [*elements(kept.get("allOf")), *said]}
