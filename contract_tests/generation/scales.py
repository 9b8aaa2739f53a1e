"""The order of the values that may stand in a place: numbers, dates and instants, numbered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from contract_tests.generation.values import is_number
from contract_tests.reading.schemas import kinds

_FAR = 10**9  # steps from zero to where a number without a limit ends here
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 16_725_225_600_000  # milliseconds until the year 2500


@dataclass(frozen=True)
class Scale:
    """The values of a place in their order, numbered."""

    low: int
    high: int
    value: Callable[[int], object]
    number: Callable[[Any], int]


def scale(value: Any, known: Mapping[str, object]) -> Scale | None:
    """Return the order of the values of a place, one step beyond its limits; None without one."""
    if isinstance(value, bool) or "enum" in known:
        return None
    if is_number(value):
        return _numbers(value, known)
    if not isinstance(value, str):
        return None
    if known.get("format") == "date":
        first = date(1970, 1, 1).toordinal()
        return Scale(
            first,
            date(2500, 1, 1).toordinal(),
            lambda number: date.fromordinal(number).isoformat(),
            lambda text: date.fromisoformat(text).toordinal(),
        )
    if known.get("format") == "date-time" or re.match(r"\d{4}-\d\d-\d\dT", value):
        return Scale(0, _LAST, _instant, _milliseconds)
    return None


def _numbers(value: float, known: Mapping[str, object]) -> Scale:
    whole = isinstance(value, int) and ("type" not in known or kinds(known) <= {"integer", "null"})
    step = Decimal(str(known.get("multipleOf", 1 if whole else 0.01)))
    least = known.get("minimum", known.get("exclusiveMinimum"))
    most = known.get("maximum", known.get("exclusiveMaximum"))
    low = None if least is None else int(Decimal(str(least)) / step) - 1
    high = None if most is None else int(Decimal(str(most)) / step) + 1

    def at(number: int) -> float:
        exact = step * number
        return int(exact) if exact == exact.to_integral_value() else float(exact)

    return Scale(
        min(-_FAR, (high or 0) - _FAR) if low is None else low,
        max(_FAR, (low or 0) + _FAR) if high is None else high,
        at,
        lambda one: int(Decimal(str(one)) / step),
    )


def written(moment: datetime, zone: str = "Z") -> str:
    """Return an instant with its milliseconds, as a date-time of RFC 3339."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return f"{text}.{moment.microsecond // 1000:03d}{zone}"


def _instant(milliseconds: int) -> str:
    return written(_EPOCH + timedelta(milliseconds=milliseconds))


def _milliseconds(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)
