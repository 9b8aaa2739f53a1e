"""Instants near an instant: beside it, and at the ends of its day and month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

INSTANT: Final = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$")

STEPS: Final = (
    timedelta(milliseconds=1),
    timedelta(seconds=1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=31),
    timedelta(days=366),
)
"""How far the neighbours of an instant are from it."""

MILLISECOND: Final = timedelta(milliseconds=1)


def is_instant(value: object) -> bool:
    """Whether a value is written as an instant."""
    return isinstance(value, str) and INSTANT.match(value) is not None


def instants_like(text: str) -> Iterator[str]:
    """Instants near one, written as it is, and the same with another offset."""
    try:
        moment = datetime.fromisoformat(text)
        yield from _near(moment, "Z" if text.endswith("Z") else "")
    except (ValueError, OverflowError):
        return


def _near(moment: datetime, ending: str) -> Iterator[str]:
    for step in STEPS:
        for other in (moment + step, moment - step):
            yield _written(other, ending)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    for month in (1, 2, 4, 12):
        for year in (moment.year, 2023, 2024):
            start = midnight.replace(year=year, month=month, day=1)
            yield _written(start, ending)
            yield _written(_next_month(start) - MILLISECOND, ending)
    yield _written(midnight, ending)
    yield _written(midnight + timedelta(days=1) - MILLISECOND, ending)
    if moment.tzinfo is not None:
        yield moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "+01:00"


def borders_like(text: str) -> Iterator[str]:
    """Instants in UTC near one, its day and its month, and spellings of it that validators refuse."""
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
        yield from _borders(moment)
    except (ValueError, OverflowError):
        return


def _borders(moment: datetime) -> Iterator[str]:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    month = day.replace(day=1)
    after = _next_month(month)
    near = [day, day + timedelta(days=1) - MILLISECOND, month, after - MILLISECOND, after]
    near += [moment + MILLISECOND, moment - MILLISECOND, moment + timedelta(hours=1)]
    near += [moment + timedelta(days=1), moment - timedelta(days=1)]
    near += [day + timedelta(days=7) - MILLISECOND, day + timedelta(days=2) - MILLISECOND]
    near += [day.replace(year=2024, month=2, day=1), day.replace(year=2024, month=2, day=29)]
    for other in near:
        yield other.strftime("%Y-%m-%dT%H:%M:%S.") + f"{other.microsecond // 1000:03d}Z"
    yield day.strftime("%Y-%m-%dT%H:%M:%SZ")
    yield moment.strftime("%Y-%m-%dT%H:%M:%S+01:00")
    yield moment.strftime("%Y-%m-%dT%H:%M:%S.123456Z")
    yield moment.strftime("%Y-%m-%d %H:%M:%SZ")
    yield moment.strftime("%Y-%m-%dT%H:%M:%S")


def _next_month(first: datetime) -> datetime:
    return (first + timedelta(days=32)).replace(day=1)


def _written(moment: datetime, ending: str) -> str:
    has_fraction = bool(moment.microsecond)
    if ending:
        bare = moment.replace(tzinfo=None)
        return bare.isoformat(timespec="milliseconds" if has_fraction else "seconds") + ending
    return moment.isoformat(timespec="milliseconds" if has_fraction else "seconds")
