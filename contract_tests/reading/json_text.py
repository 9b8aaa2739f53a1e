"""JSON texts as values, read as strictly as RFC 8259 allows."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from decimal import Decimal

_MOST_DIGITS = 4000


def parsed(text: str | bytes) -> object:
    """Return a JSON text as a value; raises ValueError when it is none (`Infinity` is none).

    A member that stands twice in an object leaves open which of the two counts, so it is an error too.
    A number beyond every double is the integer that it is, so far as one can be made of it.
    """
    try:
        return json.loads(
            text, parse_float=_number, parse_constant=_no_number, object_pairs_hook=_members
        )
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice!r} stands twice")
    return members


def _number(text: str) -> int | float:
    double = float(text)
    with suppress(ArithmeticError):  # an exponent that even a decimal cannot have
        if math.isinf(double) and Decimal(text).adjusted() < _MOST_DIGITS:
            return int(Decimal(text))
    return double


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
