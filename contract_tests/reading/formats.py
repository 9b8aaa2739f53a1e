"""The formats of JSON Schema that are asserted, to the letter of their RFCs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

from jsonschema import FormatChecker

_DATE_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[+-]([0-9]{2}):([0-9]{2}))\Z"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
# What RFC 5321 and RFC 3986 say, but for quoted local parts, addresses as domains and the parts of a URI.
_LABEL = r"[0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?"
_WORD = r"[0-9A-Za-z!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_WORD}(\.{_WORD})*@{_LABEL}(\.{_LABEL})*\Z")
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:([0-9A-Za-z._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*\Z"
)


def is_date_time(value: object) -> bool:
    """Whether a text is a date-time of RFC 3339 (other values are none of its business)."""
    if not isinstance(value, str):
        return True
    match = _DATE_TIME.match(value)
    if match is None:
        return False
    hour, minute, second = int(match[4]), int(match[5]), int(match[6])
    offset_fits = match[9] is None or (int(match[9]) < 24 and int(match[10]) < 60)
    return (
        _is_day(int(match[1]), int(match[2]), int(match[3]))
        and hour < 24
        and minute < 60
        and second < 61
        and offset_fits
    )


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year or 4, month, day)
    except ValueError:
        return False
    return True


def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    match = _DATE.match(value)
    return match is not None and _is_day(int(match[1]), int(match[2]), int(match[3]))


def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or (_UUID.match(value) is not None and bool(UUID(value)))


def _is_email(value: object) -> bool:
    return not isinstance(value, str) or _EMAIL.match(value) is not None


def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or _URI.match(value) is not None


def _checker() -> FormatChecker:
    checker = FormatChecker(formats=("ipv4", "ipv6", "regex", "time"))
    checker.checkers = dict(checker.checkers) | {
        "email": (_is_email, ()),
        "uri": (_is_uri, ()),
        "date-time": (is_date_time, ()),
        "uuid": (_is_uuid, ()),
        "date": (_is_date, ()),
    }
    return checker


FORMATS = _checker()


def is_contradicted(schema: Mapping[str, object]) -> bool:
    """Whether an example, or the default, of a schema has not the format that it names.

    Its author cannot have meant the format to be asserted, which JSON Schema leaves open.
    """
    name = schema.get("format")
    return isinstance(name, str) and any(
        not FORMATS.conforms(one, name) for one in _shown(schema) if isinstance(one, str)
    )


def _shown(schema: Mapping[str, object]) -> Iterator[object]:
    yield from (schema[word] for word in ("example", "default") if word in schema)
    listed = schema.get("examples")
    yield from listed if isinstance(listed, list) else ()
