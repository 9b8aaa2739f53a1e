"""An answer that tells how a submission stands, opened by the form that the contract gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contract_tests.reading.status_form import Names, StatusForm


@dataclass(frozen=True)
class ShownEntry:
    """What an answer tells of one item; `verdict` is all that stands where the state does."""

    item: object
    state: object
    errors: Any
    url: Any
    verdict: object
    raw: object


@dataclass(frozen=True)
class ShownStatus:
    """The overall status (None where it is not told) and the entries.

    There are none where no list of them stands; an entry without an item or a state is None.
    """

    overall: object
    entries: list[ShownEntry | None] | None
    raw: object


class _Absent:
    """What stands nowhere."""


_ABSENT = _Absent()


def opened(value: object, form: StatusForm) -> ShownStatus:
    """Return a status answer by the form that the contract gives it."""
    overall = _at(value, form.overall) if form.overall else None
    entries = _at(value, form.entries)
    return ShownStatus(
        None if overall is _ABSENT else overall,
        [_entry(one, form) for one in entries] if isinstance(entries, list) else None,
        value,
    )


def _entry(raw: object, form: StatusForm) -> ShownEntry | None:
    item, state = _at(raw, form.item), _at(raw, form.state)
    if item is _ABSENT or state is _ABSENT:
        return None
    errors = _at(raw, form.errors)
    url = _at(raw, form.url) if form.url else None
    return ShownEntry(
        item,
        state,
        None if errors is _ABSENT else errors,
        None if url is _ABSENT else url,
        _at(raw, form.state[:-1]) if form.state[:-1] else state,
        raw,
    )


def _at(value: object, way: Names) -> object:
    for name in way:
        if not isinstance(value, dict) or name not in value:
            return _ABSENT
        value = value[name]
    return value
