"""Values of which expressions say different things: what a request has to hold, and a resource."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from openapi_documents.rust_cel import cel

Known = tuple[tuple[str, str | int | float | bool], ...]
"""Values by the names under which expressions know them: `request.Data.ConsentId`."""

_NAMES: Final = re.compile(r"\b((?:self|request)(?:\.\w+)+)")
_CALLS: Final = frozenset(
    {"endsWith", "startsWith", "contains", "matches", "size", "all", "exists"}
)
_TEXTS: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_NUMBERS: Final = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
MOST: Final = 4096
"""Combinations of values that are tried."""


def holds(expression: str | None, known: Known) -> bool:
    """Whether an expression holds, None always; what fails does not."""
    if expression is None:
        return True
    try:
        return cel.compile(expression).execute(nested(known)) is True
    except Exception:
        return False


def nested(known: Known) -> dict[str, object]:
    """The values as objects in one another."""
    found: dict[str, object] = {"self": {}, "request": {}}
    for name, value in known:
        here = found
        *above, last = name.split(".")
        for part in above:
            inner = here.setdefault(part, {})
            here = inner if isinstance(inner, dict) else {}
        here[last] = value
    return found


def tried(expressions: Sequence[str | None]) -> Iterator[Known]:
    """Combinations of values for all that expressions read, those of their own words first."""
    texts = [one for one in expressions if one is not None]
    names = list(dict.fromkeys(name for one in texts for name in names_in(one)))
    values: list[str | int | float | bool] = ["a", "b"]
    for one in texts:
        values += [first or second for first, second in _TEXTS.findall(one)]
        for number in _NUMBERS.findall(_TEXTS.sub("", one)):
            parsed = float(number) if "." in number else int(number)
            values += [parsed, parsed + 1, parsed - 1]
        values += [True, False] if re.search(r"\b(true|false)\b", one) else []
    values = list(dict.fromkeys(values))
    every = itertools.product(values, repeat=len(names))
    for combination in itertools.islice(every, MOST):
        yield tuple(zip(names, combination, strict=True))


def names_in(expression: str) -> Iterator[str]:
    """What an expression reads, without the functions that it calls."""
    for name in _NAMES.findall(expression):
        *above, last = name.split(".")
        yield ".".join(above) if last in _CALLS else name


def deciding(expressions: Sequence[str | None]) -> list[Known]:
    """One combination of values for each way in which expressions may hold or not."""
    found: dict[tuple[bool, ...], Known] = {}
    for known in tried(expressions):
        answers = tuple(holds(one, known) for one in expressions)
        found.setdefault(answers, known)
    return list(found.values())
