"""Numbers and texts that fit the keywords of a plain schema, the smallest first.

    numbers(plain, whole)     within bounds and steps, those nearest to zero first
    texts(plain)              of a format or a pattern if there is one, then of letters
    matches(pattern, least)   texts made from a regular expression

Nothing here is drawn at random, and nothing is promised: a validator decides about each candidate.
"""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count
from math import ceil, floor, lcm
from typing import Any, Final

import rstr

Plain = dict[str, Any]

MANY: Final = 1_000
"""How many different values are offered of one plain schema."""


def _exact(value: Any) -> Fraction:
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def common_step(one: Any, two: Any) -> Any:
    """Return the smallest number that is a multiple of both."""
    left, right = _exact(one), _exact(two)
    step = Fraction(
        lcm(left.numerator * right.denominator, right.numerator * left.denominator),
        left.denominator * right.denominator,
    )
    return _number(step)


def numbers(plain: Plain, whole: bool) -> Iterator[int | float]:
    """Numbers within the bounds, those nearest to zero first."""
    lows = [_exact(plain[word]) for word in ("minimum", "exclusiveMinimum") if word in plain]
    highs = [_exact(plain[word]) for word in ("maximum", "exclusiveMaximum") if word in plain]
    low, high = max(lows, default=None), min(highs, default=None)
    step = _exact(plain["multipleOf"]) if "multipleOf" in plain else None
    if whole:
        step = Fraction(1) if step is None else _exact(common_step(_number(step), 1))
    for value in _steps(low, high, step or Fraction(1)):
        yield _number(value)
    if step is None:
        yield from map(_number, _between(low, high))


def _steps(low: Fraction | None, high: Fraction | None, step: Fraction) -> Iterator[Fraction]:
    """Multiples of the step within closed bounds, outwards from the one nearest to zero."""
    first = None if low is None else ceil(low / step)
    last = None if high is None else floor(high / step)
    middle = 0
    if first is not None and first > 0:
        middle = first
    elif last is not None and last < 0:
        middle = last
    for distance in range(MANY):
        for place in dict.fromkeys((middle + distance, middle - distance)):
            if (first is None or place >= first) and (last is None or place <= last):
                yield place * step


def _between(low: Fraction | None, high: Fraction | None) -> Iterator[Fraction]:
    """Broken numbers: the bounds themselves, then halves, quarters, ... of what lies between."""
    yield from (bound for bound in (low, high) if bound is not None)
    if low is None or high is None:
        start, sign = (low, 1) if low is not None else (high or Fraction(0), -1)
        yield from (start + sign * Fraction(1, parts) for parts in range(2, 50))
        return
    for parts in range(2, 50):
        yield from (low + (high - low) * Fraction(part, parts) for part in range(1, parts))


# --- Texts -------------------------------------------------------------------------------------

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
    "uuid": (lambda n, more: f"00000000-0000-4000-8000-{n:012x}",),
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


def texts(plain: Plain) -> Iterator[str]:
    """Texts of the format or the pattern if there is one, then of letters, the shortest first."""
    least = plain.get("minLength", 0)
    for make in _FORMATS.get(plain.get("format", ""), ()):
        for number in range(MANY // 4):
            text = make(number, 0)
            yield text if len(text) >= least else make(number, least - len(text))
    for pattern in plain["patterns"]:
        yield from matches(pattern, least)
    for number in count():
        text = _word(number).rjust(least, "a")
        if len(text) > plain.get("maxLength", len(text)):
            return
        yield text


def _word(number: int) -> str:
    """Nothing, a, b, ..., z, aa, ab, ..."""
    letters = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        letters = string.ascii_lowercase[place] + letters
    return letters


class _Chooser(random.Random):
    """What `rstr` takes for chance: a number that says each choice, a length for each repeat.

    Number 0 takes the first of everything, so the text is the plainest one; the other numbers count
    through the choices as the digits of a clock do.
    """

    def __init__(self, number: int, longer: int) -> None:
        super().__init__(0)
        self._number = number
        self._longer = longer

    def randint(self, a: int, b: int) -> int:
        return max(a, min(a + self._longer, b))

    def choice(self, seq: Any) -> Any:
        if all(isinstance(item, str) for item in seq):
            seq = sorted(set(seq), key=lambda letter: (not letter.isalnum(), letter))
        self._number, place = divmod(self._number, len(seq))
        return seq[place]


def matches(pattern: str, least: int) -> Iterator[str]:
    """Texts made from a regular expression, the shortest first; `least` letters are wanted."""
    made: set[str] = set()
    try:
        shortest = rstr.Rstr(_Chooser(0, 0)).xeger(_pythonic(pattern))
        lengths = dict.fromkeys((0, 1, 2, max(least - len(shortest), 0), least, 3, 5, 8))
        for number in range(MANY // 4):
            for longer in lengths if number < 20 else (0, 1, least):
                text = rstr.Rstr(_Chooser(number, longer)).xeger(_pythonic(pattern))
                if text not in made:
                    made.add(text)
                    yield text
                    yield text.ljust(least, "a")
        yield from (f"{shortest}{_word(number)}" for number in range(1, MANY // 4))
    except (re.error, ValueError, KeyError, IndexError, OverflowError):
        return  # an expression that Python or rstr does not know


_CLASSES: Final = {
    "L": "a-zA-Z", "Letter": "a-zA-Z", "Alphabetic": "a-zA-Z", "Lu": "A-Z", "Ll": "a-z",
    "N": "0-9", "Nd": "0-9", "P": "!-/", "S": "$+", "Sc": "$", "Z": " ", "Zs": " ",
    "M": "\u0300", "Mn": "\u0300",
}  # fmt: skip


_FLAGS: Final = re.compile(r"\(\?[ims]+\)")
"""Flags in the middle, which ECMA-262 does not know, but others write."""


def _pythonic(pattern: str) -> str:
    """An expression of ECMA-262 in Python's spelling.

    Named groups and the common Unicode classes.
    """
    text, inside, place = "", False, 0
    while place < len(pattern):
        here = pattern[place : place + 2]
        end = pattern.find("}", place)
        if here == "\\p" and end > 0:
            letters = _CLASSES.get(pattern[place + 3 : end].rpartition("=")[2], "a-zA-Z")
            text += letters if inside else f"[{letters}]"
            place = end + 1
            continue
        if here.startswith("\\"):
            text += here
            place += 2
            continue
        if flags := _FLAGS.match(pattern, place):
            place = flags.end()
            continue
        if pattern.startswith("(?<", place) and pattern[place + 3 : place + 4] not in {"=", "!"}:
            text += "(?P<"
            place += 3
            continue
        inside = here[0] == "[" or (inside and here[0] != "]")
        text += here[0]
        place += 1
    return text
