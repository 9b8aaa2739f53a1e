"""Texts that fit the keywords of a plain schema: of a format or a pattern if there is one, then of letters."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from math import ceil
from typing import Final

from mock_server.examples.limits import MANY, MOST_LETTERS, Plain
from mock_server.examples.patterns import matches, word

_TEXT: Final = "string"
_UUID: Final = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
"""The one that documentation pages (Swagger UI) show where a document gives none."""
_FIRST_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


def _day(number: int) -> str:
    return (_FIRST_DAY + timedelta(days=number)).date().isoformat()


def _nth(number: int) -> str:
    return str(number) if number else ""


def _time(number: int, more: int) -> str:
    return f"{_day(number)}T00:00:00{_zeros(more)}Z"


def _zeros(more: int) -> str:
    """A fraction of so many letters, the point among them."""
    return f".{'0' * max(more - 1, 1)}" if more else ""


def _host(number: int, more: int) -> str:
    return f"{'a.' * ceil(more / 2)}{f'a{number}.' if number else ''}example.com"


def _coded(number: int, more: int) -> str:
    """Base64 of as many bytes as are needed, the last one telling them apart."""
    return base64.b64encode(bytes(ceil(more / 4) * 3) + bytes([number % 256])).decode()


# For each format the makers of a text: by its number, and by how much longer it must be than the
# shortest one. The second maker serves where the first one's text is too long.
_FORMATS: Final[dict[str, tuple[Callable[[int, int], str], ...]]] = {
    "uuid": (lambda n, more: f"{_UUID[:24]}{int(_UUID[24:], 16) + n:012x}",),
    "date": (lambda n, more: _day(n),),
    "date-time": (_time,),
    "time": (lambda n, more: f"00:{n // 60 % 60:02}:{n % 60:02}{_zeros(more)}Z",),
    "duration": (lambda n, more: f"P{n + 1}D",),
    "email": (
        lambda n, more: f"{'a' * min(more + 1, 60)}{_nth(n)}@example.com",
        lambda n, more: f"a{_nth(n)}@b.c",
    ),
    "hostname": (_host, lambda n, more: f"a{_nth(n)}{'a' * more}"),
    "ipv4": (lambda n, more: f"192.0.2.{n + 1}",),
    "ipv6": (lambda n, more: f"2001:db8::{n + 1:x}",),
    "uri": (
        lambda n, more: f"https://example.com/{_nth(n)}{'a' * more}",
        lambda n, more: f"a:{_nth(n)}",
    ),
    "uri-reference": (lambda n, more: f"/{_nth(n)}{'a' * more}",),
    "uri-template": (lambda n, more: f"/{_nth(n)}{'a' * more}",),
    "json-pointer": (lambda n, more: f"/{_nth(n)}{'a' * more}",),
    "relative-json-pointer": (lambda n, more: f"{n}{'/' if more else ''}{'a' * (more - 1)}",),
    "regex": (lambda n, more: f".{_nth(n)}{'a' * more}",),
    "byte": (_coded,),
    "decimal": (lambda n, more: f"{n}{_zeros(more)}",),
}
for _alias, _name in {
    "idn-email": "email", "idn-hostname": "hostname", "url": "uri", "iri": "uri",
    "iri-reference": "uri-reference",
}.items():  # fmt: skip
    _FORMATS[_alias] = _FORMATS[_name]


def usual_texts(plain: Plain) -> Iterator[str]:
    """Yield a text that tells a reader what stands there, unless more is asked of it than a length."""
    asks_more = plain["patterns"] or plain.get("format") in _FORMATS or "contentEncoding" in plain
    if not asks_more and plain.get("minLength", 0) <= len(_TEXT) <= plain.get(
        "maxLength", len(_TEXT)
    ):
        yield _TEXT


def texts(plain: Plain) -> Iterator[str]:
    """Texts of the format or the pattern if there is one, then of letters, the shortest first."""
    least = plain.get("minLength", 0)
    if least > MOST_LETTERS:
        return
    coded = plain.get("contentEncoding") in ("base64", "base64url") and "format" not in plain
    for make in _FORMATS.get("byte" if coded else plain.get("format", ""), ()):
        for number in range(MANY // 4):
            text = make(number, 0)
            yield text if len(text) >= least else make(number, least - len(text))
    for pattern in plain["patterns"]:
        yield from matches(pattern, least)
    for number in count():
        text = word(number).rjust(least, "a")
        if len(text) > plain.get("maxLength", len(text)):
            return
        yield text
